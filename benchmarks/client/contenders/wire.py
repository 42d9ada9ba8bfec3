"""Requests for those who speak plain HTTP."""

import json
from typing import Final, TypeAlias

from benchmarks.client.answers import KEY, PICTURE, PROMPT

Body: TypeAlias = dict[str, object]

V2: Final = "/models/v2"
LIST: Final = f"{V2}/list/models"
HEADERS: Final = {"authorization": f"Key {KEY}"}
JSON_HEADERS: Final = {**HEADERS, "content-type": "application/json"}
TEXT: Final[Body] = {"text": PROMPT}
TEXT_STREAM: Final[Body] = {"text": PROMPT, "stream": True}
MEDIA_STREAM: Final[Body] = {"text": PROMPT, "stream": True, "json": False}
PICTURE_BODY: Final[Body] = {"url": PICTURE}


def encoded(body: Body) -> bytes:
    """Write a body as JSON."""
    return json.dumps(body).encode()
