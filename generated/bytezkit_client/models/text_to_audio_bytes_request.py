from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.text_to_audio_params import TextToAudioParams


T = TypeVar("T", bound="TextToAudioBytesRequest")


@_attrs_define
class TextToAudioBytesRequest:
    """A text. In a chat it is the only message of the user.

    Attributes:
        text (str): The text.
        json (bool): Always false: selects this kind of response. Default: False.
        params (TextToAudioParams | Unset): Parameters of the task. The pipeline of transformers takes them in
            `forward_params`, and refuses them by their names.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
    """

    text: str
    json: bool = False
    params: TextToAudioParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        json = self.json

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        auto_scale = self.auto_scale

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "text": text,
                "json": json,
            }
        )
        if params is not UNSET:
            field_dict["params"] = params
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.text_to_audio_params import TextToAudioParams  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        json = d.pop("json")

        _params = d.pop("params", UNSET)
        params: TextToAudioParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = TextToAudioParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        text_to_audio_bytes_request = cls(
            text=text,
            json=json,
            params=params,
            auto_scale=auto_scale,
        )

        return text_to_audio_bytes_request
