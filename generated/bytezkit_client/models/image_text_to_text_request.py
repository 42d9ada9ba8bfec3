from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.image_text_to_text_params import ImageTextToTextParams
    from ..models.parts_message import PartsMessage
    from ..models.text_message import TextMessage


T = TypeVar("T", bound="ImageTextToTextRequest")


@_attrs_define
class ImageTextToTextRequest:
    """Input of the tasks that continue a conversation. For a closed-source model, parameters of the provider may stand
    beside `messages`. For an open model, further members are refused with 422.

        Attributes:
            messages (list[PartsMessage | TextMessage]): The conversation so far, oldest message first.
            params (ImageTextToTextParams | Unset): Arguments of text generation.
            auto_scale (bool | Unset): Whether credits may be bought instead of refusing the request at the rate limit.
                Server default: false.
            max_tokens (int | Unset): The most tokens of the answer.
            max_completion_tokens (int | Unset): The most tokens of the answer.
            temperature (float | Unset): How freely the model chooses; 0 takes the likeliest token.
            top_p (float | Unset): Sample from the likeliest tokens whose probabilities reach this sum.
            presence_penalty (float | Unset): Above 0, tokens that occurred already become less likely.
            frequency_penalty (float | Unset): Above 0, tokens become less likely the more often they occurred.
            seed (int | Unset): Makes sampling repeatable, as far as the provider can.
            stop (Any | Unset): Any JSON value.
            tools (list[Any] | Unset): The tools that the model may call, in the form of the provider.
            tool_choice (Any | Unset): Any JSON value.
            parallel_tool_calls (bool | Unset): Whether the model may call several tools at once.
            response_format (Any | Unset): Any JSON value.
            reasoning_effort (str | Unset): How long the model reasons, such as `low`.
    """

    messages: list[PartsMessage | TextMessage]
    params: ImageTextToTextParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET
    max_tokens: int | Unset = UNSET
    max_completion_tokens: int | Unset = UNSET
    temperature: float | Unset = UNSET
    top_p: float | Unset = UNSET
    presence_penalty: float | Unset = UNSET
    frequency_penalty: float | Unset = UNSET
    seed: int | Unset = UNSET
    stop: Any | Unset = UNSET
    tools: list[Any] | Unset = UNSET
    tool_choice: Any | Unset = UNSET
    parallel_tool_calls: bool | Unset = UNSET
    response_format: Any | Unset = UNSET
    reasoning_effort: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

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

        max_tokens = self.max_tokens

        max_completion_tokens = self.max_completion_tokens

        temperature = self.temperature

        top_p = self.top_p

        presence_penalty = self.presence_penalty

        frequency_penalty = self.frequency_penalty

        seed = self.seed

        stop = self.stop

        tools: list[Any] | Unset = UNSET
        if not isinstance(self.tools, Unset):
            tools = self.tools

        tool_choice = self.tool_choice

        parallel_tool_calls = self.parallel_tool_calls

        response_format = self.response_format

        reasoning_effort = self.reasoning_effort

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "messages": messages,
            }
        )
        if params is not UNSET:
            field_dict["params"] = params
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale
        if max_tokens is not UNSET:
            field_dict["max_tokens"] = max_tokens
        if max_completion_tokens is not UNSET:
            field_dict["max_completion_tokens"] = max_completion_tokens
        if temperature is not UNSET:
            field_dict["temperature"] = temperature
        if top_p is not UNSET:
            field_dict["top_p"] = top_p
        if presence_penalty is not UNSET:
            field_dict["presence_penalty"] = presence_penalty
        if frequency_penalty is not UNSET:
            field_dict["frequency_penalty"] = frequency_penalty
        if seed is not UNSET:
            field_dict["seed"] = seed
        if stop is not UNSET:
            field_dict["stop"] = stop
        if tools is not UNSET:
            field_dict["tools"] = tools
        if tool_choice is not UNSET:
            field_dict["tool_choice"] = tool_choice
        if parallel_tool_calls is not UNSET:
            field_dict["parallel_tool_calls"] = parallel_tool_calls
        if response_format is not UNSET:
            field_dict["response_format"] = response_format
        if reasoning_effort is not UNSET:
            field_dict["reasoning_effort"] = reasoning_effort

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.image_text_to_text_params import ImageTextToTextParams  # noqa: PLC0415
        from ..models.parts_message import PartsMessage  # noqa: PLC0415
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
        params: ImageTextToTextParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = ImageTextToTextParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        max_tokens = d.pop("max_tokens", UNSET)

        max_completion_tokens = d.pop("max_completion_tokens", UNSET)

        temperature = d.pop("temperature", UNSET)

        top_p = d.pop("top_p", UNSET)

        presence_penalty = d.pop("presence_penalty", UNSET)

        frequency_penalty = d.pop("frequency_penalty", UNSET)

        seed = d.pop("seed", UNSET)

        stop = d.pop("stop", UNSET)

        tools = cast(list[Any], d.pop("tools", UNSET))

        tool_choice = d.pop("tool_choice", UNSET)

        parallel_tool_calls = d.pop("parallel_tool_calls", UNSET)

        response_format = d.pop("response_format", UNSET)

        reasoning_effort = d.pop("reasoning_effort", UNSET)

        image_text_to_text_request = cls(
            messages=messages,
            params=params,
            auto_scale=auto_scale,
            max_tokens=max_tokens,
            max_completion_tokens=max_completion_tokens,
            temperature=temperature,
            top_p=top_p,
            presence_penalty=presence_penalty,
            frequency_penalty=frequency_penalty,
            seed=seed,
            stop=stop,
            tools=tools,
            tool_choice=tool_choice,
            parallel_tool_calls=parallel_tool_calls,
            response_format=response_format,
            reasoning_effort=reasoning_effort,
        )

        image_text_to_text_request.additional_properties = d
        return image_text_to_text_request

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
