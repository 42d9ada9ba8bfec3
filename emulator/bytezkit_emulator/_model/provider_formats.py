"""What the providers of closed-source models answer, in the forms of their own public interfaces."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._time.scheduler import START


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """A text that a provider's model wrote.

    Attributes:
        model: The model, without the provider's name.
        identity: Hexadecimal digits that tell it from others.
        text: The text.
        read: How many tokens the model has read.
        written: How many it has written.
    """

    model: str
    identity: str
    text: str
    read: int
    written: int


def _openai(completion: Completion) -> JsonObject:
    """Spell an answer of OpenAI's chat completions, which Mistral has taken over."""
    return {
        "id": f"chatcmpl-{completion.identity}",
        "object": "chat.completion",
        # Equal requests have equal answers, so it is not the time of the request.
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
            "prompt_tokens": completion.read,
            "completion_tokens": completion.written,
            "total_tokens": completion.read + completion.written,
        },
    }


def _google(completion: Completion) -> JsonObject:
    """Spell an answer of Gemini's `generateContent`."""
    return {
        "candidates": [
            {
                "content": {"parts": [{"text": completion.text}], "role": "model"},
                "finishReason": "STOP",
                "index": 0,
            }
        ],
        "usageMetadata": {
            "promptTokenCount": completion.read,
            "candidatesTokenCount": completion.written,
            "totalTokenCount": completion.read + completion.written,
        },
        "modelVersion": completion.model,
    }


def _anthropic(completion: Completion) -> JsonObject:
    """Spell an answer of Anthropic's messages."""
    return {
        "id": f"msg_{completion.identity}",
        "type": "message",
        "role": "assistant",
        "model": completion.model,
        "content": [{"type": "text", "text": completion.text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": completion.read, "output_tokens": completion.written},
    }


def _cohere(completion: Completion) -> JsonObject:
    """Spell an answer of Cohere's chat, version 2."""
    tokens: JsonObject = {"input_tokens": completion.read, "output_tokens": completion.written}
    return {
        "id": completion.identity,
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
# The vendor has access to the others itself (its documents of 2026-03).
NEEDS_KEY: Final = frozenset({"cohere"})
