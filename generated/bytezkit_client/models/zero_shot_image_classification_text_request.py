from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.zero_shot_image_classification_params import ZeroShotImageClassificationParams


T = TypeVar("T", bound="ZeroShotImageClassificationTextRequest")


@_attrs_define
class ZeroShotImageClassificationTextRequest:
    """A text together with media. The text is the question, the only label, or the message of the user, by task.

    Attributes:
        text (str): The text.
        url (str | Unset): URL of the media. Of several members, the first of url, image_url, image, base64 applies.
        image_url (str | Unset): As `url`, in the spelling of the quickstart.
        image (str | Unset): A URL, a data URL or base64 alone.
        base64 (str | Unset): A data URL, or base64 alone. Content that cannot be decoded is refused with 422.
        params (ZeroShotImageClassificationParams | Unset): Parameters of the task, passed to the pipeline of the model.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
    """

    text: str
    url: str | Unset = UNSET
    image_url: str | Unset = UNSET
    image: str | Unset = UNSET
    base64: str | Unset = UNSET
    params: ZeroShotImageClassificationParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        url = self.url

        image_url = self.image_url

        image = self.image

        base64 = self.base64

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        auto_scale = self.auto_scale

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "text": text,
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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.zero_shot_image_classification_params import ZeroShotImageClassificationParams  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        url = d.pop("url", UNSET)

        image_url = d.pop("image_url", UNSET)

        image = d.pop("image", UNSET)

        base64 = d.pop("base64", UNSET)

        _params = d.pop("params", UNSET)
        params: ZeroShotImageClassificationParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = ZeroShotImageClassificationParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        zero_shot_image_classification_text_request = cls(
            text=text,
            url=url,
            image_url=image_url,
            image=image,
            base64=base64,
            params=params,
            auto_scale=auto_scale,
        )

        return zero_shot_image_classification_text_request
