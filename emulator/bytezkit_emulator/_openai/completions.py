"""Completions of texts."""

from collections.abc import Iterator
from typing import Final

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._openai.choices import ChoicesRun
from bytezkit_emulator._openai.generation import Generation, strings
from bytezkit_emulator._openai.logprobs import Candidate, candidates, completion_logprobs
from bytezkit_emulator._openai.text_run import integer
from bytezkit_emulator._openapi.contract import Contract, Task
from bytezkit_models.json_value import JsonValue

_TASK: Final = "text-generation"


class CompletionRun(ChoicesRun):
    """A request for completions of one or several prompts."""

    limits = ("max_tokens",)
    options = ChoicesRun.options | {"prompt", "echo"}
    id_prefix = "cmpl"
    whole_object = part_object = "text_completion"

    def _choice(self, index: int, generation: Generation) -> JsonObject:
        echo = self._echo(index)
        logprobs = self._logprobs(self._positions(generation), len(echo))
        return _part(index, echo + generation.text, generation.finish_reason, logprobs)

    def _first_parts(self, index: int) -> Iterator[JsonObject]:
        if echo := self._echo(index):
            yield _part(index, echo)

    def _text_part(self, index: int, piece: str, logprobs: JsonValue) -> JsonObject:
        return _part(index, piece, logprobs=logprobs)

    def _piece_logprobs(self, index: int, generation: Generation) -> Iterator[JsonValue]:
        positions, offset = self._positions(generation), len(self._echo(index))
        for at, piece in enumerate(generation.pieces):
            yield self._logprobs(None if positions is None else positions[at : at + 1], offset)
            offset += len(piece)

    def _last_parts(self, index: int, generation: Generation) -> Iterator[tuple[int, JsonObject]]:
        yield 0, _part(index, "", generation.finish_reason)

    def _task(self, contract: Contract) -> Task:
        own = contract.tasks[self._model.task]
        return own if own.kind == "continuation" else contract.tasks[_TASK]

    @property
    def _inputs(self) -> list[JsonObject]:
        return [{"text": prompt} for prompt in strings(self._body["prompt"])]

    def _echo(self, index: int) -> str:
        """Return the text before a choice."""
        return self._jobs[index].text("text") if self._body.get("echo") is True else ""

    @property
    def _top(self) -> int | None:
        """Number of the most likely tokens to list; None for no log probabilities."""
        return integer(self._body.get("logprobs"))

    def _positions(self, generation: Generation) -> list[list[Candidate]] | None:
        return None if self._top is None else candidates(generation, self._top)

    def _logprobs(self, positions: list[list[Candidate]] | None, offset: int) -> JsonValue:
        return None if positions is None else completion_logprobs(positions, self._top or 0, offset)


def _part(index: int, text: str, finish_reason: str | None = None, logprobs: JsonValue = None) -> JsonObject:
    return {"index": index, "text": text, "logprobs": logprobs, "finish_reason": finish_reason}
