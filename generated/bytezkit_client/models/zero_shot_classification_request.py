from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.zero_shot_classification_params import ZeroShotClassificationParams


T = TypeVar("T", bound="ZeroShotClassificationRequest")


@_attrs_define
class ZeroShotClassificationRequest:
    """A text and the labels to choose from.

    Attributes:
        text (str): The text.
        candidate_labels (list[str]): The labels to choose from.
        params (ZeroShotClassificationParams | Unset): Parameters of the task, passed to the pipeline of the model.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
    """

    text: str
    candidate_labels: list[str]
    params: ZeroShotClassificationParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        candidate_labels = self.candidate_labels

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        auto_scale = self.auto_scale

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "text": text,
                "candidate_labels": candidate_labels,
            }
        )
        if params is not UNSET:
            field_dict["params"] = params
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.zero_shot_classification_params import ZeroShotClassificationParams  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        candidate_labels = cast(list[str], d.pop("candidate_labels"))

        _params = d.pop("params", UNSET)
        params: ZeroShotClassificationParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = ZeroShotClassificationParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        zero_shot_classification_request = cls(
            text=text,
            candidate_labels=candidate_labels,
            params=params,
            auto_scale=auto_scale,
        )

        return zero_shot_classification_request
