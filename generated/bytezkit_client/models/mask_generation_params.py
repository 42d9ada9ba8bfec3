from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="MaskGenerationParams")


@_attrs_define
class MaskGenerationParams:
    """Parameters of the task, passed to the pipeline of the model.

    Attributes:
        points_per_batch (int | Unset): Number of points per batch. It divides the number of all points, which is 1024
            in most models.
        mask_threshold (float | Unset): Minimum score of a pixel in a mask.
        pred_iou_thresh (float | Unset): Minimum quality of a mask.
        stability_score_thresh (float | Unset): Minimum stability of a mask.
    """

    points_per_batch: int | Unset = UNSET
    mask_threshold: float | Unset = UNSET
    pred_iou_thresh: float | Unset = UNSET
    stability_score_thresh: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        points_per_batch = self.points_per_batch

        mask_threshold = self.mask_threshold

        pred_iou_thresh = self.pred_iou_thresh

        stability_score_thresh = self.stability_score_thresh

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if points_per_batch is not UNSET:
            field_dict["points_per_batch"] = points_per_batch
        if mask_threshold is not UNSET:
            field_dict["mask_threshold"] = mask_threshold
        if pred_iou_thresh is not UNSET:
            field_dict["pred_iou_thresh"] = pred_iou_thresh
        if stability_score_thresh is not UNSET:
            field_dict["stability_score_thresh"] = stability_score_thresh

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        points_per_batch = d.pop("points_per_batch", UNSET)

        mask_threshold = d.pop("mask_threshold", UNSET)

        pred_iou_thresh = d.pop("pred_iou_thresh", UNSET)

        stability_score_thresh = d.pop("stability_score_thresh", UNSET)

        mask_generation_params = cls(
            points_per_batch=points_per_batch,
            mask_threshold=mask_threshold,
            pred_iou_thresh=pred_iou_thresh,
            stability_score_thresh=stability_score_thresh,
        )

        mask_generation_params.additional_properties = d
        return mask_generation_params

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
