"""The package `bytez` of the vendor. It is synchronous, and opens a connection for each request."""

from collections.abc import Iterator

from bytez import Bytez

from benchmarks.payloads import KEY, PROMPT, TEXT_MODEL, V2


class Sync:
    def __init__(self, url: str) -> None:
        self._client = Bytez(KEY)
        self._client._client.host = f"{url}{V2}/"  # noqa: SLF001  # It has no public setting for the URL.
        # A new model object looks itself up before its first run.
        self._models = {TEXT_MODEL: self._client.model(TEXT_MODEL)}

    def run(self) -> str:
        output: str = self._models[TEXT_MODEL].run(PROMPT).output
        return output

    def stream(self, model: str) -> Iterator[str]:
        if model not in self._models:
            self._models[model] = self._client.model(model)
        yield from self._models[model].run(PROMPT, stream=True)
