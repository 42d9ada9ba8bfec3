from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_response_stream_request_metadata_type_0 import (
        ModelResponseStreamRequestMetadataType0,
    )
    from ..models.model_response_stream_request_reasoning_type_0 import (
        ModelResponseStreamRequestReasoningType0,
    )
    from ..models.model_response_stream_request_text_type_0 import (
        ModelResponseStreamRequestTextType0,
    )
    from ..models.model_response_tool import ModelResponseTool


T = TypeVar("T", bound="ModelResponseStreamRequest")


@_attrs_define
class ModelResponseStreamRequest:
    """An input and how to answer it. Other members are passed on.

    Attributes:
        model (str): The model id, `provider/name`.
        input_ (Any): Any JSON value.
        stream (bool): Always true: selects this kind of response. Default: True.
        instructions (None | str | Unset): A system message before the input.
        max_output_tokens (int | None | Unset): Greatest number of new tokens. Documented default: 256.
        temperature (float | None | Unset): How random the answer is. Server default: 0.7.
        reasoning (ModelResponseStreamRequestReasoningType0 | None | Unset): How to reason before the answer.
        tools (list[ModelResponseTool] | None | Unset): Functions that the model may call.
        tool_choice (Any | Unset): Any JSON value.
        text (ModelResponseStreamRequestTextType0 | None | Unset): The form of the text of the answer.
        top_logprobs (int | None | Unset): How many of the most likely tokens to list at each position.
        metadata (ModelResponseStreamRequestMetadataType0 | None | Unset): The answer has it too.
        user (None | str | Unset): The caller's name for a user.
        include (list[str] | None | Unset): Names of further data.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
    """

    model: str
    input_: Any
    stream: bool = True
    instructions: None | str | Unset = UNSET
    max_output_tokens: int | None | Unset = UNSET
    temperature: float | None | Unset = UNSET
    reasoning: ModelResponseStreamRequestReasoningType0 | None | Unset = UNSET
    tools: list[ModelResponseTool] | None | Unset = UNSET
    tool_choice: Any | Unset = UNSET
    text: ModelResponseStreamRequestTextType0 | None | Unset = UNSET
    top_logprobs: int | None | Unset = UNSET
    metadata: ModelResponseStreamRequestMetadataType0 | None | Unset = UNSET
    user: None | str | Unset = UNSET
    include: list[str] | None | Unset = UNSET
    auto_scale: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        from ..models.model_response_stream_request_metadata_type_0 import (
            ModelResponseStreamRequestMetadataType0,  # noqa: PLC0415
        )
        from ..models.model_response_stream_request_reasoning_type_0 import (
            ModelResponseStreamRequestReasoningType0,  # noqa: PLC0415
        )
        from ..models.model_response_stream_request_text_type_0 import (
            ModelResponseStreamRequestTextType0,  # noqa: PLC0415
        )

        model = self.model

        input_ = self.input_

        stream = self.stream

        instructions: None | str | Unset
        if isinstance(self.instructions, Unset):
            instructions = UNSET
        else:
            instructions = self.instructions

        max_output_tokens: int | None | Unset
        if isinstance(self.max_output_tokens, Unset):
            max_output_tokens = UNSET
        else:
            max_output_tokens = self.max_output_tokens

        temperature: float | None | Unset
        if isinstance(self.temperature, Unset):
            temperature = UNSET
        else:
            temperature = self.temperature

        reasoning: dict[str, Any] | None | Unset
        if isinstance(self.reasoning, Unset):
            reasoning = UNSET
        elif isinstance(self.reasoning, ModelResponseStreamRequestReasoningType0):
            reasoning = self.reasoning.to_dict()
        else:
            reasoning = self.reasoning

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

        text: dict[str, Any] | None | Unset
        if isinstance(self.text, Unset):
            text = UNSET
        elif isinstance(self.text, ModelResponseStreamRequestTextType0):
            text = self.text.to_dict()
        else:
            text = self.text

        top_logprobs: int | None | Unset
        if isinstance(self.top_logprobs, Unset):
            top_logprobs = UNSET
        else:
            top_logprobs = self.top_logprobs

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, ModelResponseStreamRequestMetadataType0):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        user: None | str | Unset
        if isinstance(self.user, Unset):
            user = UNSET
        else:
            user = self.user

        include: list[str] | None | Unset
        if isinstance(self.include, Unset):
            include = UNSET
        elif isinstance(self.include, list):
            include = self.include

        else:
            include = self.include

        auto_scale = self.auto_scale

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model": model,
                "input": input_,
                "stream": stream,
            }
        )
        if instructions is not UNSET:
            field_dict["instructions"] = instructions
        if max_output_tokens is not UNSET:
            field_dict["max_output_tokens"] = max_output_tokens
        if temperature is not UNSET:
            field_dict["temperature"] = temperature
        if reasoning is not UNSET:
            field_dict["reasoning"] = reasoning
        if tools is not UNSET:
            field_dict["tools"] = tools
        if tool_choice is not UNSET:
            field_dict["tool_choice"] = tool_choice
        if text is not UNSET:
            field_dict["text"] = text
        if top_logprobs is not UNSET:
            field_dict["top_logprobs"] = top_logprobs
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if user is not UNSET:
            field_dict["user"] = user
        if include is not UNSET:
            field_dict["include"] = include
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_response_stream_request_metadata_type_0 import (
            ModelResponseStreamRequestMetadataType0,  # noqa: PLC0415
        )
        from ..models.model_response_stream_request_reasoning_type_0 import (
            ModelResponseStreamRequestReasoningType0,  # noqa: PLC0415
        )
        from ..models.model_response_stream_request_text_type_0 import (
            ModelResponseStreamRequestTextType0,  # noqa: PLC0415
        )
        from ..models.model_response_tool import ModelResponseTool  # noqa: PLC0415

        d = dict(src_dict)
        model = d.pop("model")

        input_ = d.pop("input")

        stream = d.pop("stream")

        def _parse_instructions(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        instructions = _parse_instructions(d.pop("instructions", UNSET))

        def _parse_max_output_tokens(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_output_tokens = _parse_max_output_tokens(d.pop("max_output_tokens", UNSET))

        def _parse_temperature(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        temperature = _parse_temperature(d.pop("temperature", UNSET))

        def _parse_reasoning(
            data: object,
        ) -> ModelResponseStreamRequestReasoningType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                reasoning_type_0 = ModelResponseStreamRequestReasoningType0.from_dict(
                    cast("dict[str, Any]", data)
                )

                return reasoning_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelResponseStreamRequestReasoningType0 | None | Unset, data)

        reasoning = _parse_reasoning(d.pop("reasoning", UNSET))

        def _parse_tools(data: object) -> list[ModelResponseTool] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                tools_type_0: list[ModelResponseTool] = []
                _tools_type_0 = cast(Any, data)
                for tools_type_0_item_data in _tools_type_0:
                    tools_type_0_item = ModelResponseTool.from_dict(tools_type_0_item_data)

                    tools_type_0.append(tools_type_0_item)

                return tools_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ModelResponseTool] | None | Unset, data)

        tools = _parse_tools(d.pop("tools", UNSET))

        tool_choice = d.pop("tool_choice", UNSET)

        def _parse_text(data: object) -> ModelResponseStreamRequestTextType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                text_type_0 = ModelResponseStreamRequestTextType0.from_dict(
                    cast("dict[str, Any]", data)
                )

                return text_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelResponseStreamRequestTextType0 | None | Unset, data)

        text = _parse_text(d.pop("text", UNSET))

        def _parse_top_logprobs(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        top_logprobs = _parse_top_logprobs(d.pop("top_logprobs", UNSET))

        def _parse_metadata(data: object) -> ModelResponseStreamRequestMetadataType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = ModelResponseStreamRequestMetadataType0.from_dict(
                    cast("dict[str, Any]", data)
                )

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelResponseStreamRequestMetadataType0 | None | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_user(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        user = _parse_user(d.pop("user", UNSET))

        def _parse_include(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                include_type_0 = cast(list[str], data)

                return include_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        include = _parse_include(d.pop("include", UNSET))

        auto_scale = d.pop("autoScale", UNSET)

        model_response_stream_request = cls(
            model=model,
            input_=input_,
            stream=stream,
            instructions=instructions,
            max_output_tokens=max_output_tokens,
            temperature=temperature,
            reasoning=reasoning,
            tools=tools,
            tool_choice=tool_choice,
            text=text,
            top_logprobs=top_logprobs,
            metadata=metadata,
            user=user,
            include=include,
            auto_scale=auto_scale,
        )

        model_response_stream_request.additional_properties = d
        return model_response_stream_request

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
