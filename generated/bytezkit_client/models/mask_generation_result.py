from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.dimensions import Dimensions


T = TypeVar("T", bound="MaskGenerationResult")


@_attrs_define
class MaskGenerationResult:
    """Masks of the things in the picture.

    Attributes:
        input_image_dimensions (Dimensions): The size of an image, in pixels.
        masks (list[list[list[int]]]): Per mask one row per line of the picture, 1 where the thing is and 0 elsewhere.
        scores (list[float]): Quality of each mask, 0 to 1.
    """

    input_image_dimensions: Dimensions
    masks: list[list[list[int]]]
    scores: list[float]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        input_image_dimensions = self.input_image_dimensions.to_dict()

        masks: list[list[list[int]]] = []
        for masks_item_data in self.masks:
            masks_item: list[list[int]] = []
            for masks_item_item_data in masks_item_data:
                masks_item_item = masks_item_item_data

                masks_item.append(masks_item_item)

            masks.append(masks_item)

        scores = self.scores

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "input_image_dimensions": input_image_dimensions,
                "masks": masks,
                "scores": scores,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dimensions import Dimensions  # noqa: PLC0415

        d = dict(src_dict)
        input_image_dimensions = Dimensions.from_dict(d.pop("input_image_dimensions"))

        masks: list[list[list[int]]] = []
        _masks = d.pop("masks")
        for masks_item_data in _masks:
            masks_item: list[list[int]] = []
            _masks_item = masks_item_data
            for masks_item_item_data in _masks_item:
                masks_item_item = cast(list[int], masks_item_item_data)

                masks_item.append(masks_item_item)

            masks.append(masks_item)

        scores = cast(list[float], d.pop("scores"))

        mask_generation_result = cls(
            input_image_dimensions=input_image_dimensions,
            masks=masks,
            scores=scores,
        )

        mask_generation_result.additional_properties = d
        return mask_generation_result

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
