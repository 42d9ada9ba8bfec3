from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_params import ChatParams


T = TypeVar("T", bound="ChatTextStreamRequest")


@_attrs_define
class ChatTextStreamRequest:
    """A text. In a chat it is the only message of the user.

    Attributes:
        text (str): The text.
        stream (bool): Always true: selects this kind of response. Default: True.
        params (ChatParams | Unset): Parameters of text generation.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
    """

    text: str
    stream: bool = True
    params: ChatParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        stream = self.stream

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        auto_scale = self.auto_scale

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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_params import ChatParams  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        stream = d.pop("stream")

        _params = d.pop("params", UNSET)
        params: ChatParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = ChatParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        chat_text_stream_request = cls(
            text=text,
            stream=stream,
            params=params,
            auto_scale=auto_scale,
        )

        return chat_text_stream_request
