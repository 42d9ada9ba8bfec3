from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.video_text_to_text_params import VideoTextToTextParams


T = TypeVar("T", bound="VideoTextToTextTextStreamRequest")


@_attrs_define
class VideoTextToTextTextStreamRequest:
    """A text. In a chat it is the only message of the user.

    Attributes:
        text (str): The text.
        stream (bool): Always true: selects this kind of response. Default: True.
        params (VideoTextToTextParams | Unset): Parameters of text generation.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
        url (str | Unset): URL of the media. Of several members, the first of url, image_url, image, base64 applies.
        image_url (str | Unset): As `url`, in the spelling of the quickstart.
        image (str | Unset): A URL, a data URL or base64 alone.
        base64 (str | Unset): A data URL, or base64 alone. Content that cannot be decoded is refused with 422.
    """

    text: str
    stream: bool = True
    params: VideoTextToTextParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET
    url: str | Unset = UNSET
    image_url: str | Unset = UNSET
    image: str | Unset = UNSET
    base64: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        stream = self.stream

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        auto_scale = self.auto_scale

        url = self.url

        image_url = self.image_url

        image = self.image

        base64 = self.base64

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "text": text,
                "stream": stream,
            }
        )
        if params is not UNSET:
            field_dict["params"] = params
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale
        if url is not UNSET:
            field_dict["url"] = url
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if image is not UNSET:
            field_dict["image"] = image
        if base64 is not UNSET:
            field_dict["base64"] = base64

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.video_text_to_text_params import VideoTextToTextParams  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        stream = d.pop("stream")

        _params = d.pop("params", UNSET)
        params: VideoTextToTextParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = VideoTextToTextParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        url = d.pop("url", UNSET)

        image_url = d.pop("image_url", UNSET)

        image = d.pop("image", UNSET)

        base64 = d.pop("base64", UNSET)

        video_text_to_text_text_stream_request = cls(
            text=text,
            stream=stream,
            params=params,
            auto_scale=auto_scale,
            url=url,
            image_url=image_url,
            image=image,
            base64=base64,
        )

        return video_text_to_text_text_stream_request
