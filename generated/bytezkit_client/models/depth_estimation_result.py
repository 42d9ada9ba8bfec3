from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DepthEstimationResult")


@_attrs_define
class DepthEstimationResult:
    """The distance of each pixel.

    Attributes:
        depth_png (str): A PNG in base64.
        formatted_predicted_depth_array (list[list[float]]): One row per row of the image.
    """

    depth_png: str
    formatted_predicted_depth_array: list[list[float]]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        depth_png = self.depth_png

        formatted_predicted_depth_array: list[list[float]] = []
        for formatted_predicted_depth_array_item_data in self.formatted_predicted_depth_array:
            formatted_predicted_depth_array_item = formatted_predicted_depth_array_item_data

            formatted_predicted_depth_array.append(formatted_predicted_depth_array_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "depth_png": depth_png,
                "formatted_predicted_depth_array": formatted_predicted_depth_array,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        depth_png = d.pop("depth_png")

        formatted_predicted_depth_array: list[list[float]] = []
        _formatted_predicted_depth_array = d.pop("formatted_predicted_depth_array")
        for formatted_predicted_depth_array_item_data in _formatted_predicted_depth_array:
            formatted_predicted_depth_array_item = cast(
                list[float], formatted_predicted_depth_array_item_data
            )

            formatted_predicted_depth_array.append(formatted_predicted_depth_array_item)

        depth_estimation_result = cls(
            depth_png=depth_png,
            formatted_predicted_depth_array=formatted_predicted_depth_array,
        )

        depth_estimation_result.additional_properties = d
        return depth_estimation_result

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
