from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_response_item_summary_item import ModelResponseItemSummaryItem
    from ..models.model_response_text import ModelResponseText


T = TypeVar("T", bound="ModelResponseItem")


@_attrs_define
class ModelResponseItem:
    """A message, a reasoning or a call of a function.

    Attributes:
        type_ (str): The kind of item.
        id (str | Unset): Id of the item.
        role (str | Unset): `assistant`, in a message.
        status (str | Unset): How far the item is.
        content (list[ModelResponseText] | Unset): The parts of a message.
        summary (list[ModelResponseItemSummaryItem] | Unset): The summary of a reasoning.
        call_id (str | Unset): Names the call in the `function_call_output` that answers it.
        name (str | Unset): Name of the called function.
        arguments (str | Unset): Arguments of the call as JSON.
    """

    type_: str
    id: str | Unset = UNSET
    role: str | Unset = UNSET
    status: str | Unset = UNSET
    content: list[ModelResponseText] | Unset = UNSET
    summary: list[ModelResponseItemSummaryItem] | Unset = UNSET
    call_id: str | Unset = UNSET
    name: str | Unset = UNSET
    arguments: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        id = self.id

        role = self.role

        status = self.status

        content: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.content, Unset):
            content = []
            for content_item_data in self.content:
                content_item = content_item_data.to_dict()
                content.append(content_item)

        summary: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.summary, Unset):
            summary = []
            for summary_item_data in self.summary:
                summary_item = summary_item_data.to_dict()
                summary.append(summary_item)

        call_id = self.call_id

        name = self.name

        arguments = self.arguments

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if role is not UNSET:
            field_dict["role"] = role
        if status is not UNSET:
            field_dict["status"] = status
        if content is not UNSET:
            field_dict["content"] = content
        if summary is not UNSET:
            field_dict["summary"] = summary
        if call_id is not UNSET:
            field_dict["call_id"] = call_id
        if name is not UNSET:
            field_dict["name"] = name
        if arguments is not UNSET:
            field_dict["arguments"] = arguments

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_response_item_summary_item import ModelResponseItemSummaryItem  # noqa: PLC0415
        from ..models.model_response_text import ModelResponseText  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        id = d.pop("id", UNSET)

        role = d.pop("role", UNSET)

        status = d.pop("status", UNSET)

        _content = d.pop("content", UNSET)
        content: list[ModelResponseText] | Unset = UNSET
        if not isinstance(_content, Unset):
            content = []
            for content_item_data in _content:
                content_item = ModelResponseText.from_dict(content_item_data)

                content.append(content_item)

        _summary = d.pop("summary", UNSET)
        summary: list[ModelResponseItemSummaryItem] | Unset = UNSET
        if not isinstance(_summary, Unset):
            summary = []
            for summary_item_data in _summary:
                summary_item = ModelResponseItemSummaryItem.from_dict(summary_item_data)

                summary.append(summary_item)

        call_id = d.pop("call_id", UNSET)

        name = d.pop("name", UNSET)

        arguments = d.pop("arguments", UNSET)

        model_response_item = cls(
            type_=type_,
            id=id,
            role=role,
            status=status,
            content=content,
            summary=summary,
            call_id=call_id,
            name=name,
            arguments=arguments,
        )

        model_response_item.additional_properties = d
        return model_response_item

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
