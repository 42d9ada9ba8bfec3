from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.segment import Segment


T = TypeVar("T", bound="ImageSegmentationResponse")


@_attrs_define
class ImageSegmentationResponse:
    """The output of the model.

    Attributes:
        output (list[Segment]): The segments.
        error (None | str | Unset): Null on success.
        provider (Any | Unset): Any JSON value.
    """

    output: list[Segment]
    error: None | str | Unset = UNSET
    provider: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        output: list[dict[str, Any]] = []
        for componentsschemas_image_segmentation_result_item_data in self.output:
            componentsschemas_image_segmentation_result_item = (
                componentsschemas_image_segmentation_result_item_data.to_dict()
            )
            output.append(componentsschemas_image_segmentation_result_item)

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        provider = self.provider

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "output": output,
            }
        )
        if error is not UNSET:
            field_dict["error"] = error
        if provider is not UNSET:
            field_dict["provider"] = provider

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.segment import Segment  # noqa: PLC0415

        d = dict(src_dict)
        output: list[Segment] = []
        _output = d.pop("output")
        for componentsschemas_image_segmentation_result_item_data in _output:
            componentsschemas_image_segmentation_result_item = Segment.from_dict(
                componentsschemas_image_segmentation_result_item_data
            )

            output.append(componentsschemas_image_segmentation_result_item)

        def _parse_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        provider = d.pop("provider", UNSET)

        image_segmentation_response = cls(
            output=output,
            error=error,
            provider=provider,
        )

        image_segmentation_response.additional_properties = d
        return image_segmentation_response

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
