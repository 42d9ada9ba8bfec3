from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="VideoClassificationParams")


@_attrs_define
class VideoClassificationParams:
    """Parameters of the task, passed to the pipeline of the model.

    Attributes:
        top_k (int | None | Unset): Maximum number of answers, best first; null for all answers.
        num_frames (int | Unset): Number of sampled frames.
        frame_sampling_rate (int | Unset): Distance between sampled frames.
    """

    top_k: int | None | Unset = UNSET
    num_frames: int | Unset = UNSET
    frame_sampling_rate: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        top_k: int | None | Unset
        if isinstance(self.top_k, Unset):
            top_k = UNSET
        else:
            top_k = self.top_k

        num_frames = self.num_frames

        frame_sampling_rate = self.frame_sampling_rate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if top_k is not UNSET:
            field_dict["top_k"] = top_k
        if num_frames is not UNSET:
            field_dict["num_frames"] = num_frames
        if frame_sampling_rate is not UNSET:
            field_dict["frame_sampling_rate"] = frame_sampling_rate

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_top_k(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        top_k = _parse_top_k(d.pop("top_k", UNSET))

        num_frames = d.pop("num_frames", UNSET)

        frame_sampling_rate = d.pop("frame_sampling_rate", UNSET)

        video_classification_params = cls(
            top_k=top_k,
            num_frames=num_frames,
            frame_sampling_rate=frame_sampling_rate,
        )

        video_classification_params.additional_properties = d
        return video_classification_params

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
