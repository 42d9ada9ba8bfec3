from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_response_request_text_type_0_format_type_0 import (
        ModelResponseRequestTextType0FormatType0,
    )


T = TypeVar("T", bound="ModelResponseRequestTextType0")


@_attrs_define
class ModelResponseRequestTextType0:
    """The form of the text of the answer.

    Attributes:
        format_ (ModelResponseRequestTextType0FormatType0 | None | Unset): The form, as `response_format` of a chat
            completion, but flat.
    """

    format_: ModelResponseRequestTextType0FormatType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        from ..models.model_response_request_text_type_0_format_type_0 import (
            ModelResponseRequestTextType0FormatType0,  # noqa: PLC0415
        )

        format_: dict[str, Any] | None | Unset
        if isinstance(self.format_, Unset):
            format_ = UNSET
        elif isinstance(self.format_, ModelResponseRequestTextType0FormatType0):
            format_ = self.format_.to_dict()
        else:
            format_ = self.format_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if format_ is not UNSET:
            field_dict["format"] = format_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_response_request_text_type_0_format_type_0 import (
            ModelResponseRequestTextType0FormatType0,  # noqa: PLC0415
        )

        d = dict(src_dict)

        def _parse_format_(data: object) -> ModelResponseRequestTextType0FormatType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                format_type_0 = ModelResponseRequestTextType0FormatType0.from_dict(
                    cast("dict[str, Any]", data)
                )

                return format_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelResponseRequestTextType0FormatType0 | None | Unset, data)

        format_ = _parse_format_(d.pop("format", UNSET))

        model_response_request_text_type_0 = cls(
            format_=format_,
        )

        model_response_request_text_type_0.additional_properties = d
        return model_response_request_text_type_0

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
