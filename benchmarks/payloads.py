"""Requests that the peers send, and responses of the stub server."""

import json
from typing import Final

KEY: Final = "benchmark-key"
HEADERS: Final = {"authorization": f"Key {KEY}"}
V2: Final = "/models/v2"
# Every server answers GET on this path.
TASKS_PATH: Final = f"{V2}/list/tasks"

PROMPT: Final = "Once upon a time"
TEXT: Final = f"{PROMPT} there was a café at the end of the road, and every guest stayed for the whole night."
MESSAGES: Final = [{"role": "user", "content": PROMPT}]
RUN_BODY: Final = {"text": PROMPT}
STREAM_BODY: Final = {"text": PROMPT, "stream": True}

TEXT_MODEL: Final = "openai-community/gpt2"
STREAM_MODEL: Final = "benchmark/stream"
# The stub server waits before its response, and returns the times of its requests by a path.
LATENCY_MODEL: Final = "benchmark/latency"
LATENCY_SECONDS: Final = 0.1
TIMES_PATH: Final = "/benchmark/times"

CHUNKS: Final = [f"word {number:03}" + ("\n" if number % 10 == 9 else " ") for number in range(1000)]

RUN_RESPONSE: Final = json.dumps({"error": None, "output": TEXT}).encode()
MODEL_RESPONSE: Final = json.dumps(
    {"error": None, "output": [{"modelId": TEXT_MODEL, "task": "text-generation"}]}
).encode()


def _chat_object(kind: str, **choice: object) -> bytes:
    """Return a response in the format of the OpenAI API."""
    head = {"id": "chatcmpl-1", "object": kind, "created": 1_760_000_000, "model": TEXT_MODEL}
    return json.dumps({**head, "choices": [{"index": 0, **choice}]}).encode()


CHAT_RESPONSE: Final = _chat_object(
    "chat.completion", message={"role": "assistant", "content": TEXT}, finish_reason="stop"
)
CHAT_END: Final = b"data: [DONE]\n\n"


def chat_event(text: str) -> bytes:
    """Return a chunk of a text as a server-sent event of the OpenAI API."""
    chunk = _chat_object("chat.completion.chunk", delta={"content": text}, finish_reason=None)
    return b"data: " + chunk + b"\n\n"
