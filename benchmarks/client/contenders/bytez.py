"""The vendor's own client."""

# ruff: noqa: D102 - what the methods do stands with `Contender`.

from collections.abc import Iterator

from bytez import Bytez

from benchmarks.client.answers import DETECTOR, EMBEDDER, KEY, PICTURE, PROMPT, WRITER
from benchmarks.client.contenders import wire


class Sync:
    """As `Contender`. A model looks itself up before its first run, so that each is kept."""

    def __init__(self, url: str) -> None:
        self._client = Bytez(KEY)
        # It has no setting for it.
        self._client._client.host = f"{url}{wire.V2}/"  # noqa: SLF001
        self._models = {name: self._client.model(name) for name in (WRITER, DETECTOR, EMBEDDER)}

    def run(self) -> str:
        text: str = self._models[WRITER].run(PROMPT).output
        return text

    def detect(self) -> int:
        return len(self._models[DETECTOR].run(PICTURE).output)

    def embed(self) -> int:
        return len(self._models[EMBEDDER].run(PROMPT).output)

    def list_models(self) -> int:
        return len(self._client.list.models().output)

    def texts(self, kind: str) -> Iterator[str]:
        model = self._models.setdefault(kind, self._client.model(kind))
        yield from model.run(PROMPT, stream=True)

    def close(self) -> None:
        """It keeps no connection."""
