from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.parts_message import PartsMessage
    from ..models.text_generation_params import TextGenerationParams
    from ..models.text_message import TextMessage


T = TypeVar("T", bound="TextGenerationMessagesRequest")


@_attrs_define
class TextGenerationMessagesRequest:
    """A conversation. For text generation it is the text of its messages, one per line. For a closed-source model,
    parameters of the provider may stand beside it. For an open model, further members are refused with 422.

        Attributes:
            messages (list[PartsMessage | TextMessage]): The conversation so far, oldest message first.
            params (TextGenerationParams | Unset): Parameters of text generation.
            auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
                limit. Server default: false.
    """

    messages: list[PartsMessage | TextMessage]
    params: TextGenerationParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.parts_message import PartsMessage  # noqa: PLC0415

        messages: list[dict[str, Any]] = []
        for messages_item_data in self.messages:
            messages_item: dict[str, Any]
            if isinstance(messages_item_data, PartsMessage):
                messages_item = messages_item_data.to_dict()
            else:
                messages_item = messages_item_data.to_dict()

            messages.append(messages_item)

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        auto_scale = self.auto_scale

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "messages": messages,
            }
        )
        if params is not UNSET:
            field_dict["params"] = params
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.parts_message import PartsMessage  # noqa: PLC0415
        from ..models.text_generation_params import TextGenerationParams  # noqa: PLC0415
        from ..models.text_message import TextMessage  # noqa: PLC0415

        d = dict(src_dict)
        messages: list[PartsMessage | TextMessage] = []
        _messages = d.pop("messages")
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

        _params = d.pop("params", UNSET)
        params: TextGenerationParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = TextGenerationParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        text_generation_messages_request = cls(
            messages=messages,
            params=params,
            auto_scale=auto_scale,
        )

        return text_generation_messages_request
