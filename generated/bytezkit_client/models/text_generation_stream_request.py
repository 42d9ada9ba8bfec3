from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.parts_message import PartsMessage
    from ..models.text_generation_params import TextGenerationParams
    from ..models.text_message import TextMessage


T = TypeVar("T", bound="TextGenerationStreamRequest")


@_attrs_define
class TextGenerationStreamRequest:
    """A text. In a chat it is the only message of the user.

    Attributes:
        stream (bool): Always true: selects this kind of response. Default: True.
        text (str | Unset): The text.
        params (TextGenerationParams | Unset): Parameters of text generation.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
        messages (list[PartsMessage | TextMessage] | Unset): The conversation so far, oldest message first.
    """

    stream: bool = True
    text: str | Unset = UNSET
    params: TextGenerationParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET
    messages: list[PartsMessage | TextMessage] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.parts_message import PartsMessage  # noqa: PLC0415

        stream = self.stream

        text = self.text

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        auto_scale = self.auto_scale

        messages: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.messages, Unset):
            messages = []
            for messages_item_data in self.messages:
                messages_item: dict[str, Any]
                if isinstance(messages_item_data, PartsMessage):
                    messages_item = messages_item_data.to_dict()
                else:
                    messages_item = messages_item_data.to_dict()

                messages.append(messages_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "stream": stream,
            }
        )
        if text is not UNSET:
            field_dict["text"] = text
        if params is not UNSET:
            field_dict["params"] = params
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale
        if messages is not UNSET:
            field_dict["messages"] = messages

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.parts_message import PartsMessage  # noqa: PLC0415
        from ..models.text_generation_params import TextGenerationParams  # noqa: PLC0415
        from ..models.text_message import TextMessage  # noqa: PLC0415

        d = dict(src_dict)
        stream = d.pop("stream")

        text = d.pop("text", UNSET)

        _params = d.pop("params", UNSET)
        params: TextGenerationParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = TextGenerationParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        _messages = d.pop("messages", UNSET)
        messages: list[PartsMessage | TextMessage] | Unset = UNSET
        if not isinstance(_messages, Unset):
            messages = []
            for messages_item_data in _messages:

                def _parse_messages_item(data: object) -> PartsMessage | TextMessage:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        componentsschemas_chat_message_type_0 = PartsMessage.from_dict(
                            cast("dict[str, Any]", data)
                        )

                        return componentsschemas_chat_message_type_0
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_chat_message_type_1 = TextMessage.from_dict(
                        cast("dict[str, Any]", data)
                    )

                    return componentsschemas_chat_message_type_1

                messages_item = _parse_messages_item(messages_item_data)

                messages.append(messages_item)

        text_generation_stream_request = cls(
            stream=stream,
            text=text,
            params=params,
            auto_scale=auto_scale,
            messages=messages,
        )

        return text_generation_stream_request
