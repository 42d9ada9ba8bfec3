from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.chat_completion_request_response_format_type_0_type import (
    ChatCompletionRequestResponseFormatType0Type,
    check_chat_completion_request_response_format_type_0_type,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_completion_request_response_format_type_0_json_schema import (
        ChatCompletionRequestResponseFormatType0JsonSchema,
    )


T = TypeVar("T", bound="ChatCompletionRequestResponseFormatType0")


@_attrs_define
class ChatCompletionRequestResponseFormatType0:
    """The form of the text of the answer.

    Attributes:
        type_ (ChatCompletionRequestResponseFormatType0Type): `json_object` asks for any JSON object.
        json_schema (ChatCompletionRequestResponseFormatType0JsonSchema | Unset): The schema of the JSON in the text.
    """

    type_: ChatCompletionRequestResponseFormatType0Type
    json_schema: ChatCompletionRequestResponseFormatType0JsonSchema | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        json_schema: dict[str, Any] | Unset = UNSET
        if not isinstance(self.json_schema, Unset):
            json_schema = self.json_schema.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if json_schema is not UNSET:
            field_dict["json_schema"] = json_schema

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_completion_request_response_format_type_0_json_schema import (
            ChatCompletionRequestResponseFormatType0JsonSchema,  # noqa: PLC0415
        )

        d = dict(src_dict)
        type_ = check_chat_completion_request_response_format_type_0_type(d.pop("type"))

        _json_schema = d.pop("json_schema", UNSET)
        json_schema: ChatCompletionRequestResponseFormatType0JsonSchema | Unset
        if isinstance(_json_schema, Unset):
            json_schema = UNSET
        else:
            json_schema = ChatCompletionRequestResponseFormatType0JsonSchema.from_dict(_json_schema)

        chat_completion_request_response_format_type_0 = cls(
            type_=type_,
            json_schema=json_schema,
        )

        chat_completion_request_response_format_type_0.additional_properties = d
        return chat_completion_request_response_format_type_0

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
