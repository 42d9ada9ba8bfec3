from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="TextMessage")


@_attrs_define
class TextMessage:
    """One message of a conversation. Other members are passed on.

    Attributes:
        role (str): Role of the author.
        content (None | str | Unset): The text of the message, or its parts; null beside `tool_calls`.
        name (str | Unset): The name of the speaker, or of the function that answers.
        tool_calls (Any | Unset): Any JSON value.
        tool_call_id (str | Unset): Id of the tool call that this message answers.
        function_call (Any | Unset): Any JSON value.
    """

    role: str
    content: None | str | Unset = UNSET
    name: str | Unset = UNSET
    tool_calls: Any | Unset = UNSET
    tool_call_id: str | Unset = UNSET
    function_call: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        role = self.role

        content: None | str | Unset
        if isinstance(self.content, Unset):
            content = UNSET
        else:
            content = self.content

        name = self.name

        tool_calls = self.tool_calls

        tool_call_id = self.tool_call_id

        function_call = self.function_call

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "role": role,
            }
        )
        if content is not UNSET:
            field_dict["content"] = content
        if name is not UNSET:
            field_dict["name"] = name
        if tool_calls is not UNSET:
            field_dict["tool_calls"] = tool_calls
        if tool_call_id is not UNSET:
            field_dict["tool_call_id"] = tool_call_id
        if function_call is not UNSET:
            field_dict["function_call"] = function_call

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        role = d.pop("role")

        def _parse_content(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        content = _parse_content(d.pop("content", UNSET))

        name = d.pop("name", UNSET)

        tool_calls = d.pop("tool_calls", UNSET)

        tool_call_id = d.pop("tool_call_id", UNSET)

        function_call = d.pop("function_call", UNSET)

        text_message = cls(
            role=role,
            content=content,
            name=name,
            tool_calls=tool_calls,
            tool_call_id=tool_call_id,
            function_call=function_call,
        )

        text_message.additional_properties = d
        return text_message

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
