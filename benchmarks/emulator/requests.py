"""Requests as they go over the wire."""

import json
from typing import Final

MODEL_PATH: Final = "/models/v2/openai-community/gpt2"


def encoded(
    method: str, path: str, body: object = None, *, key: str | None = "key", is_last: bool = False
) -> bytes:
    """Return a request.

    Args:
        method: The method.
        path: The path.
        body: What it carries, as JSON. Default: nothing.
        key: The key in its header; None for none.
        is_last: Whether the server shall close the connection after its answer.
    """
    content = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{method} {path} HTTP/1.1",
        "host: 127.0.0.1",
        *([] if key is None else [f"authorization: Key {key}"]),
        "content-type: application/json",
        f"content-length: {len(content)}",
        *(["connection: close"] if is_last else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


TASKS: Final = encoded("GET", "/models/v2/list/tasks")
CLUSTER: Final = encoded("GET", MODEL_PATH)
RUN: Final = encoded("POST", MODEL_PATH, {"text": "Once upon a time"})
WRONG: Final = encoded("POST", MODEL_PATH, {"text": 1})
