from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ImageSegmentationParams")


@_attrs_define
class ImageSegmentationParams:
    """Parameters of the task, passed to the pipeline of the model.

    Attributes:
        threshold (float | Unset): Minimum score of an answer.
        mask_threshold (float | Unset): Minimum score of a pixel in a mask.
        overlap_mask_area_threshold (float | Unset): Minimum fraction of a mask that is not covered by other masks.
        subtask (str | Unset): `semantic`, `instance` or `panoptic`.
    """

    threshold: float | Unset = UNSET
    mask_threshold: float | Unset = UNSET
    overlap_mask_area_threshold: float | Unset = UNSET
    subtask: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        threshold = self.threshold

        mask_threshold = self.mask_threshold

        overlap_mask_area_threshold = self.overlap_mask_area_threshold

        subtask = self.subtask

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if threshold is not UNSET:
            field_dict["threshold"] = threshold
        if mask_threshold is not UNSET:
            field_dict["mask_threshold"] = mask_threshold
        if overlap_mask_area_threshold is not UNSET:
            field_dict["overlap_mask_area_threshold"] = overlap_mask_area_threshold
        if subtask is not UNSET:
            field_dict["subtask"] = subtask

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        threshold = d.pop("threshold", UNSET)

        mask_threshold = d.pop("mask_threshold", UNSET)

        overlap_mask_area_threshold = d.pop("overlap_mask_area_threshold", UNSET)

        subtask = d.pop("subtask", UNSET)

        image_segmentation_params = cls(
            threshold=threshold,
            mask_threshold=mask_threshold,
            overlap_mask_area_threshold=overlap_mask_area_threshold,
            subtask=subtask,
        )

        image_segmentation_params.additional_properties = d
        return image_segmentation_params

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
