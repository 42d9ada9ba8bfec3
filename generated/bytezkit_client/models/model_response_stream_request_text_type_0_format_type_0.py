from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.model_response_stream_request_text_type_0_format_type_0_type import (
    ModelResponseStreamRequestTextType0FormatType0Type,
    check_model_response_stream_request_text_type_0_format_type_0_type,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.json_schema import JsonSchema


T = TypeVar("T", bound="ModelResponseStreamRequestTextType0FormatType0")


@_attrs_define
class ModelResponseStreamRequestTextType0FormatType0:
    """The form, as `response_format` of a chat completion, but flat.

    Attributes:
        type_ (ModelResponseStreamRequestTextType0FormatType0Type): `json_object` asks for any JSON object.
        name (str | Unset): Name of the schema.
        schema (JsonSchema | Unset): A JSON schema.
    """

    type_: ModelResponseStreamRequestTextType0FormatType0Type
    name: str | Unset = UNSET
    schema: JsonSchema | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        name = self.name

        schema: dict[str, Any] | Unset = UNSET
        if not isinstance(self.schema, Unset):
            schema = self.schema.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if schema is not UNSET:
            field_dict["schema"] = schema

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_schema import JsonSchema  # noqa: PLC0415

        d = dict(src_dict)
        type_ = check_model_response_stream_request_text_type_0_format_type_0_type(d.pop("type"))

        name = d.pop("name", UNSET)

        _schema = d.pop("schema", UNSET)
        schema: JsonSchema | Unset
        if isinstance(_schema, Unset):
            schema = UNSET
        else:
            schema = JsonSchema.from_dict(_schema)

        model_response_stream_request_text_type_0_format_type_0 = cls(
            type_=type_,
            name=name,
            schema=schema,
        )

        model_response_stream_request_text_type_0_format_type_0.additional_properties = d
        return model_response_stream_request_text_type_0_format_type_0

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
