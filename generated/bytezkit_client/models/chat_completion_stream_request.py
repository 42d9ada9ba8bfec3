from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_completion_message import ChatCompletionMessage
    from ..models.chat_completion_stream_request_response_format_type_0 import (
        ChatCompletionStreamRequestResponseFormatType0,
    )
    from ..models.chat_completion_stream_request_stream_options_type_0 import (
        ChatCompletionStreamRequestStreamOptionsType0,
    )
    from ..models.chat_completion_tool import ChatCompletionTool


T = TypeVar("T", bound="ChatCompletionStreamRequest")


@_attrs_define
class ChatCompletionStreamRequest:
    """A conversation and how to answer it. Other members are passed on.

    Attributes:
        model (str): The model id, `organization/name` or `provider/name`.
        messages (list[ChatCompletionMessage]): The conversation so far, oldest message first.
        stream (bool): Always true: selects this kind of response. Default: True.
        max_completion_tokens (int | None | Unset): Greatest number of new tokens of an answer. Documented default: 256.
        max_tokens (int | None | Unset): As `max_completion_tokens`, the name until January 2026; that one counts if
            both are sent.
        temperature (float | None | Unset): How random the answer is. Server default: 0.7.
        top_p (float | None | Unset): Probability mass of the tokens to choose from.
        presence_penalty (float | None | Unset): Penalty of tokens that occur already.
        frequency_penalty (float | None | Unset): Penalty of tokens by how often they occur already.
        logprobs (bool | None | Unset): Whether the answer has the log probability of each token.
        top_logprobs (int | None | Unset): How many of the most likely tokens to list at each position.
        stream_options (ChatCompletionStreamRequestStreamOptionsType0 | None | Unset): Options of a stream.
        n (int | None | Unset): How many answers to make. Server default: 1.
        stop (Any | Unset): Any JSON value.
        tools (list[ChatCompletionTool] | None | Unset): Functions that the model may call.
        tool_choice (Any | Unset): Any JSON value.
        response_format (ChatCompletionStreamRequestResponseFormatType0 | None | Unset): The form of the text of the
            answer.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
    """

    model: str
    messages: list[ChatCompletionMessage]
    stream: bool = True
    max_completion_tokens: int | None | Unset = UNSET
    max_tokens: int | None | Unset = UNSET
    temperature: float | None | Unset = UNSET
    top_p: float | None | Unset = UNSET
    presence_penalty: float | None | Unset = UNSET
    frequency_penalty: float | None | Unset = UNSET
    logprobs: bool | None | Unset = UNSET
    top_logprobs: int | None | Unset = UNSET
    stream_options: ChatCompletionStreamRequestStreamOptionsType0 | None | Unset = UNSET
    n: int | None | Unset = UNSET
    stop: Any | Unset = UNSET
    tools: list[ChatCompletionTool] | None | Unset = UNSET
    tool_choice: Any | Unset = UNSET
    response_format: ChatCompletionStreamRequestResponseFormatType0 | None | Unset = UNSET
    auto_scale: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        from ..models.chat_completion_stream_request_response_format_type_0 import (
            ChatCompletionStreamRequestResponseFormatType0,  # noqa: PLC0415
        )
        from ..models.chat_completion_stream_request_stream_options_type_0 import (
            ChatCompletionStreamRequestStreamOptionsType0,  # noqa: PLC0415
        )

        model = self.model

        messages: list[dict[str, Any]] = []
        for messages_item_data in self.messages:
            messages_item = messages_item_data.to_dict()
            messages.append(messages_item)

        stream = self.stream

        max_completion_tokens: int | None | Unset
        if isinstance(self.max_completion_tokens, Unset):
            max_completion_tokens = UNSET
        else:
            max_completion_tokens = self.max_completion_tokens

        max_tokens: int | None | Unset
        if isinstance(self.max_tokens, Unset):
            max_tokens = UNSET
        else:
            max_tokens = self.max_tokens

        temperature: float | None | Unset
        if isinstance(self.temperature, Unset):
            temperature = UNSET
        else:
            temperature = self.temperature

        top_p: float | None | Unset
        if isinstance(self.top_p, Unset):
            top_p = UNSET
        else:
            top_p = self.top_p

        presence_penalty: float | None | Unset
        if isinstance(self.presence_penalty, Unset):
            presence_penalty = UNSET
        else:
            presence_penalty = self.presence_penalty

        frequency_penalty: float | None | Unset
        if isinstance(self.frequency_penalty, Unset):
            frequency_penalty = UNSET
        else:
            frequency_penalty = self.frequency_penalty

        logprobs: bool | None | Unset
        if isinstance(self.logprobs, Unset):
            logprobs = UNSET
        else:
            logprobs = self.logprobs

        top_logprobs: int | None | Unset
        if isinstance(self.top_logprobs, Unset):
            top_logprobs = UNSET
        else:
            top_logprobs = self.top_logprobs

        stream_options: dict[str, Any] | None | Unset
        if isinstance(self.stream_options, Unset):
            stream_options = UNSET
        elif isinstance(self.stream_options, ChatCompletionStreamRequestStreamOptionsType0):
            stream_options = self.stream_options.to_dict()
        else:
            stream_options = self.stream_options

        n: int | None | Unset
        if isinstance(self.n, Unset):
            n = UNSET
        else:
            n = self.n

        stop = self.stop

        tools: list[dict[str, Any]] | None | Unset
        if isinstance(self.tools, Unset):
            tools = UNSET
        elif isinstance(self.tools, list):
            tools = []
            for tools_type_0_item_data in self.tools:
                tools_type_0_item = tools_type_0_item_data.to_dict()
                tools.append(tools_type_0_item)

        else:
            tools = self.tools

        tool_choice = self.tool_choice

        response_format: dict[str, Any] | None | Unset
        if isinstance(self.response_format, Unset):
            response_format = UNSET
        elif isinstance(self.response_format, ChatCompletionStreamRequestResponseFormatType0):
            response_format = self.response_format.to_dict()
        else:
            response_format = self.response_format

        auto_scale = self.auto_scale

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model": model,
                "messages": messages,
                "stream": stream,
            }
        )
        if max_completion_tokens is not UNSET:
            field_dict["max_completion_tokens"] = max_completion_tokens
        if max_tokens is not UNSET:
            field_dict["max_tokens"] = max_tokens
        if temperature is not UNSET:
            field_dict["temperature"] = temperature
        if top_p is not UNSET:
            field_dict["top_p"] = top_p
        if presence_penalty is not UNSET:
            field_dict["presence_penalty"] = presence_penalty
        if frequency_penalty is not UNSET:
            field_dict["frequency_penalty"] = frequency_penalty
        if logprobs is not UNSET:
            field_dict["logprobs"] = logprobs
        if top_logprobs is not UNSET:
            field_dict["top_logprobs"] = top_logprobs
        if stream_options is not UNSET:
            field_dict["stream_options"] = stream_options
        if n is not UNSET:
            field_dict["n"] = n
        if stop is not UNSET:
            field_dict["stop"] = stop
        if tools is not UNSET:
            field_dict["tools"] = tools
        if tool_choice is not UNSET:
            field_dict["tool_choice"] = tool_choice
        if response_format is not UNSET:
            field_dict["response_format"] = response_format
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_completion_message import ChatCompletionMessage  # noqa: PLC0415
        from ..models.chat_completion_stream_request_response_format_type_0 import (
            ChatCompletionStreamRequestResponseFormatType0,  # noqa: PLC0415
        )
        from ..models.chat_completion_stream_request_stream_options_type_0 import (
            ChatCompletionStreamRequestStreamOptionsType0,  # noqa: PLC0415
        )
        from ..models.chat_completion_tool import ChatCompletionTool  # noqa: PLC0415

        d = dict(src_dict)
        model = d.pop("model")

        messages: list[ChatCompletionMessage] = []
        _messages = d.pop("messages")
        for messages_item_data in _messages:
            messages_item = ChatCompletionMessage.from_dict(messages_item_data)

            messages.append(messages_item)

        stream = d.pop("stream")

        def _parse_max_completion_tokens(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_completion_tokens = _parse_max_completion_tokens(d.pop("max_completion_tokens", UNSET))

        def _parse_max_tokens(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_tokens = _parse_max_tokens(d.pop("max_tokens", UNSET))

        def _parse_temperature(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        temperature = _parse_temperature(d.pop("temperature", UNSET))

        def _parse_top_p(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        top_p = _parse_top_p(d.pop("top_p", UNSET))

        def _parse_presence_penalty(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        presence_penalty = _parse_presence_penalty(d.pop("presence_penalty", UNSET))

        def _parse_frequency_penalty(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        frequency_penalty = _parse_frequency_penalty(d.pop("frequency_penalty", UNSET))

        def _parse_logprobs(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        logprobs = _parse_logprobs(d.pop("logprobs", UNSET))

        def _parse_top_logprobs(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        top_logprobs = _parse_top_logprobs(d.pop("top_logprobs", UNSET))

        def _parse_stream_options(
            data: object,
        ) -> ChatCompletionStreamRequestStreamOptionsType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                stream_options_type_0 = ChatCompletionStreamRequestStreamOptionsType0.from_dict(
                    cast("dict[str, Any]", data)
                )

                return stream_options_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ChatCompletionStreamRequestStreamOptionsType0 | None | Unset, data)

        stream_options = _parse_stream_options(d.pop("stream_options", UNSET))

        def _parse_n(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        n = _parse_n(d.pop("n", UNSET))

        stop = d.pop("stop", UNSET)

        def _parse_tools(data: object) -> list[ChatCompletionTool] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                tools_type_0: list[ChatCompletionTool] = []
                _tools_type_0 = cast(Any, data)
                for tools_type_0_item_data in _tools_type_0:
                    tools_type_0_item = ChatCompletionTool.from_dict(tools_type_0_item_data)

                    tools_type_0.append(tools_type_0_item)

                return tools_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ChatCompletionTool] | None | Unset, data)

        tools = _parse_tools(d.pop("tools", UNSET))

        tool_choice = d.pop("tool_choice", UNSET)

        def _parse_response_format(
            data: object,
        ) -> ChatCompletionStreamRequestResponseFormatType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_format_type_0 = ChatCompletionStreamRequestResponseFormatType0.from_dict(
                    cast("dict[str, Any]", data)
                )

                return response_format_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ChatCompletionStreamRequestResponseFormatType0 | None | Unset, data)

        response_format = _parse_response_format(d.pop("response_format", UNSET))

        auto_scale = d.pop("autoScale", UNSET)

        chat_completion_stream_request = cls(
            model=model,
            messages=messages,
            stream=stream,
            max_completion_tokens=max_completion_tokens,
            max_tokens=max_tokens,
            temperature=temperature,
            top_p=top_p,
            presence_penalty=presence_penalty,
            frequency_penalty=frequency_penalty,
            logprobs=logprobs,
            top_logprobs=top_logprobs,
            stream_options=stream_options,
            n=n,
            stop=stop,
            tools=tools,
            tool_choice=tool_choice,
            response_format=response_format,
            auto_scale=auto_scale,
        )

        chat_completion_stream_request.additional_properties = d
        return chat_completion_stream_request

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
