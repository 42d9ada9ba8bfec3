"""Bare urllib3."""

# ruff: noqa: D102 - what the methods do stands with `Contender`.

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import urllib3

from benchmarks.client.answers import PAINTER
from benchmarks.client.contenders import wire


class Sync(wire.Runs):
    """As `Contender`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(headers=wire.JSON_HEADERS)

    def list_models(self) -> int:
        response = self._pool.request("GET", self._url + wire.LIST)
        return len(json.loads(response.data)["output"])

    def texts(self, kind: str) -> Iterator[str]:
        response = self._post(kind, wire.TEXT_STREAM, preload=False)
        for piece in response.stream():
            yield piece.decode()
        response.release_conn()

    def save(self, path: Path) -> None:
        response = self._post(PAINTER, wire.MEDIA_STREAM, preload=False)
        with path.open("wb") as file:
            shutil.copyfileobj(response, file)
        response.release_conn()

    def close(self) -> None:
        self._pool.clear()

    def _output(self, model: str, body: wire.Body) -> Any:
        return json.loads(self._post(model, body).data)["output"]

    def _post(self, model: str, body: wire.Body, *, preload: bool = True) -> urllib3.BaseHTTPResponse:
        url = f"{self._url}{wire.V2}/{model}"
        response = self._pool.request("POST", url, body=wire.encoded(body), preload_content=preload)
        if response.status != 200:
            raise RuntimeError(f"status {response.status}")
        return response
