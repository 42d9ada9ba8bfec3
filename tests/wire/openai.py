"""Requests to the OpenAI-compatible API: examples of the vendor's documents, and of OpenAI's Python client.

Each request exists below both base paths. Responses have the members that the documents and the clients name.
"""

from collections.abc import Iterator
from typing import Final

from tests.wire.row import Json, Row, Text

_DOCS: Final = "documentation of 2026-03-03"
_PYTHON: Final = "openai-python 3.57.0"
_BARE_KEY: Final = {"Authorization": "API_KEY", "Content-Type": "application/json"}
_BEARER: Final = {"Authorization": "Bearer API_KEY", "Content-Type": "application/json"}
_USAGE: Final = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
_MODEL: Final = {"id": "Qwen/Qwen3-4B", "object": "model", "created": 1, "owned_by": "Qwen"}
_HELLO: Final = '"messages":[{"role":"user","content":"Hello"}]'


def _rows(base: str) -> Iterator[Row]:
    message = {"role": "assistant", "content": "Hi"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    chat = {"id": "a", "object": "chat.completion", "created": 1, "model": "a", "choices": [choice]}
    yield Row(
        _DOCS,
        f"chat at {base}",
        f"POST {base}/chat/completions",
        Json(chat | {"usage": _USAGE}, constant=("object", "role")),
        '{"model": "Qwen/Qwen3-4B", "messages": [{"role": "system", "content": "Be brief."}, '
        '{"role": "user", "content": "Hello"}], "max_tokens": 20}',
        headers=_BARE_KEY,
    )
    yield Row(
        _PYTHON,
        f"streamed chat at {base}",
        f"POST {base}/chat/completions",
        Text("data: {", "text/event-stream"),
        f'{{{_HELLO},"model":"openai/gpt-4o","stream":true,"stream_options":{{"include_usage":true}}}}',
        headers=_BEARER,
    )
    completion = {"index": 0, "text": " there", "finish_reason": "length"}
    yield Row(
        _DOCS,
        f"completion at {base}",
        f"POST {base}/completions",
        Json(
            {"id": "a", "object": "text_completion", "created": 1, "choices": [completion], "usage": _USAGE},
            constant=("object", "finish_reason"),
        ),
        '{"model": "openai-community/gpt2", "prompt": "Once upon a time", "max_tokens": 5}',
        headers=_BARE_KEY,
    )
    content = {"type": "output_text", "text": "Hi", "annotations": []}
    item = {"id": "a", "type": "message", "role": "assistant", "status": "completed", "content": [content]}
    yield Row(
        _DOCS,
        f"response at {base}",
        f"POST {base}/responses",
        # The documents name `created`, and clients of OpenAI read `created_at`.
        Json(
            {"id": "a", "object": "response", "created": 1, "created_at": 1, "model": "a", "output": [item]},
            constant=("object", "role", "type"),
        ),
        '{"model": "openai/gpt-5.1", "input": "Hello", "max_output_tokens": 20}',
        headers=_BARE_KEY,
    )
    embedding = {"object": "embedding", "index": 0, "embedding": "AAAA"}
    yield Row(
        _PYTHON,
        f"embedding in base64 at {base}",
        f"POST {base}/embeddings",
        Json({"object": "list", "data": [embedding], "model": "a"}, constant=("object", "index")),
        '{"input":"Hello","model":"nomic-ai/nomic-embed-text-v1.5","encoding_format":"base64"}',
        headers=_BEARER,
    )
    models = Json({"object": "list", "data": [_MODEL]}, constant=("object",))
    yield Row(_PYTHON, f"models at {base}", f"GET {base}/models", models, headers=_BEARER)
    for call, name in ("model", "Qwen/Qwen3-4B"), ("encoded model", "Qwen%2FQwen3-4B"):
        yield Row(
            _PYTHON,
            f"{call} at {base}",
            f"GET {base}/models/{name}",
            Json(_MODEL, constant=("id", "object", "owned_by")),
            headers=_BEARER,
        )


ROWS: Final = (*_rows("/models/v2/openai/v1"), *_rows("/v1"))
