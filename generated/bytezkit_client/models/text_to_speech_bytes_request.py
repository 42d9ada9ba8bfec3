from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.text_to_speech_params import TextToSpeechParams


T = TypeVar("T", bound="TextToSpeechBytesRequest")


@_attrs_define
class TextToSpeechBytesRequest:
    """A text. In a chat it is the only message of the user.

    Attributes:
        text (str): The text.
        json (bool): Always false: selects this kind of response. Default: False.
        params (TextToSpeechParams | Unset): Parameters of the task. The pipeline of transformers refuses them by their
            names. Models that generate tokens, such
            as Bark, take them in `forward_params`; models such as VITS do not have them.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
    """

    text: str
    json: bool = False
    params: TextToSpeechParams | Unset = UNSET
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
        from ..models.text_to_speech_params import TextToSpeechParams  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        json = d.pop("json")

        _params = d.pop("params", UNSET)
        params: TextToSpeechParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = TextToSpeechParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        text_to_speech_bytes_request = cls(
            text=text,
            json=json,
            params=params,
            auto_scale=auto_scale,
        )

        return text_to_speech_bytes_request
