"""Response formats of the providers of closed-source models."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject, write_json
from bytezkit_emulator._time.scheduler import START
from bytezkit_models.json_value import JsonValue


class FunctionCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of a tool.

    Attributes:
        call_id: Its id.
        name: Name of the function.
        arguments: The arguments.
    """

    call_id: str
    name: str
    arguments: JsonObject

    def as_json(self) -> JsonObject:
        """Return the call in the form of OpenAI, Mistral and Cohere."""
        function: JsonObject = {"name": self.name, "arguments": write_json(self.arguments).decode()}
        return {"id": self.call_id, "type": "function", "function": function}


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """A completion of a provider's model.

    Attributes:
        model: Name of the model, without the provider.
        response_id: Hexadecimal digits, unique per request.
        text: The generated text.
        prompt_tokens: Number of input tokens.
        completion_tokens: Number of generated tokens.
        calls: Calls of tools, after the text if there is one.
    """

    model: str
    response_id: str
    text: str
    prompt_tokens: int
    completion_tokens: int
    calls: tuple[FunctionCall, ...] = ()


def _openai(completion: Completion) -> JsonObject:
    """Return a chat completion of the OpenAI API, whose format Mistral shares."""
    return {
        "id": f"chatcmpl-{completion.response_id}",
        "object": "chat.completion",
        # Constant, since equal requests must get equal responses.
        "created": int(START.timestamp()),
        "model": completion.model,
        "choices": [
            {
                "index": 0,
                "message": _openai_message(completion),
                "finish_reason": "tool_calls" if completion.calls else "stop",
            }
        ],
        "usage": {
            "prompt_tokens": completion.prompt_tokens,
            "completion_tokens": completion.completion_tokens,
            "total_tokens": completion.prompt_tokens + completion.completion_tokens,
        },
    }


def _openai_message(completion: Completion) -> JsonObject:
    if not completion.calls:
        return {"role": "assistant", "content": completion.text}
    calls: list[JsonValue] = [call.as_json() for call in completion.calls]
    return {"role": "assistant", "content": completion.text or None, "tool_calls": calls}


def _google(completion: Completion) -> JsonObject:
    """Return a `generateContent` response of the Gemini API."""
    texts: list[JsonValue] = [{"text": completion.text}] if completion.text or not completion.calls else []
    calls: list[JsonValue] = [
        {"functionCall": {"name": it.name, "args": it.arguments}} for it in completion.calls
    ]
    return {
        "candidates": [
            {
                "content": {"parts": [*texts, *calls], "role": "model"},
                "finishReason": "STOP",
                "index": 0,
            }
        ],
        "usageMetadata": {
            "promptTokenCount": completion.prompt_tokens,
            "candidatesTokenCount": completion.completion_tokens,
            "totalTokenCount": completion.prompt_tokens + completion.completion_tokens,
        },
        "modelVersion": completion.model,
    }


def _anthropic(completion: Completion) -> JsonObject:
    """Return a response of the Anthropic messages API."""
    calls: list[JsonValue] = [
        {"type": "tool_use", "id": it.call_id, "name": it.name, "input": it.arguments}
        for it in completion.calls
    ]
    return {
        "id": f"msg_{completion.response_id}",
        "type": "message",
        "role": "assistant",
        "model": completion.model,
        "content": [*_text_parts(completion), *calls],
        "stop_reason": "tool_use" if completion.calls else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": completion.prompt_tokens, "output_tokens": completion.completion_tokens},
    }


def _cohere(completion: Completion) -> JsonObject:
    """Return a response of the Cohere chat API, version 2."""
    tokens: JsonObject = {
        "input_tokens": completion.prompt_tokens,
        "output_tokens": completion.completion_tokens,
    }
    message: JsonObject = {"role": "assistant"}
    if completion.calls:
        message["tool_calls"] = list[JsonValue](call.as_json() for call in completion.calls)
    if parts := _text_parts(completion):
        message["content"] = parts
    return {
        "id": completion.response_id,
        "finish_reason": "TOOL_CALL" if completion.calls else "COMPLETE",
        "message": message,
        "usage": {"billed_units": tokens, "tokens": tokens},
    }


def _text_parts(completion: Completion) -> list[JsonValue]:
    """Return the text as parts; none for a call of tools without a text."""
    return [{"type": "text", "text": completion.text}] if completion.text or not completion.calls else []


PROVIDERS: Final[Mapping[str, Callable[[Completion], JsonObject]]] = {
    "anthropic": _anthropic,
    "cohere": _cohere,
    "google": _google,
    "mistral": _openai,
    "openai": _openai,
}
# Providers whose models need a `provider-key` header. For the others the vendor has keys of its own (vendor's
# documentation, March 2026).
NEEDS_KEY: Final = frozenset({"cohere"})
# Prefixes of the ids of tool calls; `call_` for the other providers.
CALL_PREFIXES: Final[Mapping[str, str]] = {"anthropic": "toolu_", "mistral": ""}
