from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.zero_shot_object_detection_params import ZeroShotObjectDetectionParams


T = TypeVar("T", bound="ZeroShotObjectDetectionRequest")


@_attrs_define
class ZeroShotObjectDetectionRequest:
    """Media and the labels to choose from.

    Attributes:
        candidate_labels (list[str]): The labels to choose from.
        url (str | Unset): URL of the media. Of several members, the first of url, image_url, image, base64 applies.
        image_url (str | Unset): As `url`, in the spelling of the quickstart.
        image (str | Unset): A URL, a data URL or base64 alone.
        base64 (str | Unset): A data URL, or base64 alone. Content that cannot be decoded is refused with 422.
        params (ZeroShotObjectDetectionParams | Unset): Parameters of the task, passed to the pipeline of the model.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
        text (str | Unset): The text.
    """

    candidate_labels: list[str]
    url: str | Unset = UNSET
    image_url: str | Unset = UNSET
    image: str | Unset = UNSET
    base64: str | Unset = UNSET
    params: ZeroShotObjectDetectionParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET
    text: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        candidate_labels = self.candidate_labels

        url = self.url

        image_url = self.image_url

        image = self.image

        base64 = self.base64

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        auto_scale = self.auto_scale

        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "candidate_labels": candidate_labels,
            }
        )
        if url is not UNSET:
            field_dict["url"] = url
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if image is not UNSET:
            field_dict["image"] = image
        if base64 is not UNSET:
            field_dict["base64"] = base64
        if params is not UNSET:
            field_dict["params"] = params
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale
        if text is not UNSET:
            field_dict["text"] = text

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.zero_shot_object_detection_params import ZeroShotObjectDetectionParams  # noqa: PLC0415

        d = dict(src_dict)
        candidate_labels = cast(list[str], d.pop("candidate_labels"))

        url = d.pop("url", UNSET)

        image_url = d.pop("image_url", UNSET)

        image = d.pop("image", UNSET)

        base64 = d.pop("base64", UNSET)

        _params = d.pop("params", UNSET)
        params: ZeroShotObjectDetectionParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = ZeroShotObjectDetectionParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        text = d.pop("text", UNSET)

        zero_shot_object_detection_request = cls(
            candidate_labels=candidate_labels,
            url=url,
            image_url=image_url,
            image=image,
            base64=base64,
            params=params,
            auto_scale=auto_scale,
            text=text,
        )

        return zero_shot_object_detection_request
