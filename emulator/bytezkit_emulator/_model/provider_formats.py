"""Response formats of the providers of closed-source models."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._time.scheduler import START


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """A completion of a provider's model.

    Attributes:
        model: Name of the model, without the provider.
        response_id: Hexadecimal digits, unique per request.
        text: The generated text.
        prompt_tokens: Number of input tokens.
        completion_tokens: Number of generated tokens.
    """

    model: str
    response_id: str
    text: str
    prompt_tokens: int
    completion_tokens: int


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
                "message": {"role": "assistant", "content": completion.text},
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": completion.prompt_tokens,
            "completion_tokens": completion.completion_tokens,
            "total_tokens": completion.prompt_tokens + completion.completion_tokens,
        },
    }


def _google(completion: Completion) -> JsonObject:
    """Return a `generateContent` response of the Gemini API."""
    return {
        "candidates": [
            {
                "content": {"parts": [{"text": completion.text}], "role": "model"},
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
    return {
        "id": f"msg_{completion.response_id}",
        "type": "message",
        "role": "assistant",
        "model": completion.model,
        "content": [{"type": "text", "text": completion.text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": completion.prompt_tokens, "output_tokens": completion.completion_tokens},
    }


def _cohere(completion: Completion) -> JsonObject:
    """Return a response of the Cohere chat API, version 2."""
    tokens: JsonObject = {
        "input_tokens": completion.prompt_tokens,
        "output_tokens": completion.completion_tokens,
    }
    return {
        "id": completion.response_id,
        "finish_reason": "COMPLETE",
        "message": {"role": "assistant", "content": [{"type": "text", "text": completion.text}]},
        "usage": {"billed_units": tokens, "tokens": tokens},
    }


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
