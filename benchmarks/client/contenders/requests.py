"""Bare requests, with a session."""

# ruff: noqa: D102 - what the methods do stands with `Contender`.

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import requests

from benchmarks.client.answers import PAINTER
from benchmarks.client.contenders import wire

_TIMEOUT: Final = 60.0
_MOST_BYTES: Final = 65536


class Sync(wire.Runs):
    """As `Contender`."""

    def __init__(self, url: str) -> None:
        self._url = url + wire.V2
        self._session = requests.Session()
        self._session.headers.update(wire.HEADERS)

    def list_models(self) -> int:
        response = self._session.get(f"{self._url}/list/models", timeout=_TIMEOUT)
        response.raise_for_status()
        return len(response.json()["output"])

    def texts(self, kind: str) -> Iterator[str]:
        with self._post(kind, wire.TEXT_STREAM, stream=True) as response:
            response.encoding = "utf-8"
            yield from response.iter_content(None, decode_unicode=True)

    def save(self, path: Path) -> None:
        with self._post(PAINTER, wire.MEDIA_STREAM, stream=True) as response, path.open("wb") as file:
            file.writelines(response.iter_content(_MOST_BYTES))

    def close(self) -> None:
        self._session.close()

    def _output(self, model: str, body: wire.Body) -> Any:
        return self._post(model, body).json()["output"]

    def _post(self, model: str, body: wire.Body, *, stream: bool = False) -> requests.Response:
        response = self._session.post(f"{self._url}/{model}", json=body, stream=stream, timeout=_TIMEOUT)
        response.raise_for_status()
        return response
