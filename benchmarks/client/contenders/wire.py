"""Requests for those who speak plain HTTP."""

import json
from abc import ABC, abstractmethod
from typing import Any, Final, TypeAlias

from benchmarks.client.answers import DETECTOR, EMBEDDER, KEY, PICTURE, PROMPT, WRITER

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


class Runs(ABC):
    """What a contender does with the output of a run, however it gets it."""

    def run(self) -> str:
        """Have a text written."""
        text: str = self._output(WRITER, TEXT)
        return text

    def detect(self) -> int:
        """Count what is in a picture."""
        return len(self._output(DETECTOR, PICTURE_BODY))

    def embed(self) -> int:
        """Count the dimensions of a vector."""
        return len(self._output(EMBEDDER, TEXT))

    @abstractmethod
    def _output(self, model: str, body: Body) -> Any:
        """Post a body and return the output."""
