"""What chat completions and completions have in common: choices, usage and the form of the stream."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from bytezkit_emulator._common.http_types import Chunks, HttpError
from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_emulator._engines import Job
from bytezkit_emulator._engines.live import LiveRun
from bytezkit_emulator._openai.generation import Generation
from bytezkit_emulator._openai.text_run import Event, TextRun, event, integer
from bytezkit_emulator._openapi.contract import Contract, Task
from bytezkit_emulator._time.future import Future
from bytezkit_models.json_value import JsonValue

_DONE: Final = b"data: [DONE]\n\n"
# Bounds the time and memory that one request can take.
_MAX_CHOICES: Final = 128


class ChoicesRun(TextRun):
    """A request for choices: `n` texts for each input.

    Attributes:
        id_prefix: Prefix of the id of the response.
        whole_object: Member `object` of a whole response.
        part_object: Member `object` of a part of a stream.
    """

    id_prefix: str
    whole_object: str
    part_object: str
    options = TextRun.options | {"n", "logprobs", "top_logprobs", "stream_options"}

    def whole(self, generations: list[Generation], now: datetime) -> JsonObject:
        """Return the completion."""
        choices: list[JsonValue] = [self._choice(index, it) for index, it in enumerate(generations)]
        envelope = self._envelope(self.whole_object, now)
        return {**envelope, "choices": choices, "usage": self._usage(generations)}

    def events(self, generations: list[Generation], now: datetime) -> Iterator[Event]:
        """Yield the parts of the completion, one choice after the other.

        The examples of the vendor need one choice in each part before the end.
        """
        envelope = self._envelope(self.part_object, now)
        tokens = 0
        for index, generation in enumerate(generations):
            for count, choice in self._parts(index, generation):
                tokens += count
                yield tokens, event({**envelope, "choices": [choice]})
        for part in self._last_events(generations, envelope):
            yield tokens, part

    def live_events(self, pieces: Iterable[Future | str], live_run: LiveRun, now: datetime) -> Chunks:
        """Yield the parts of a completion with one choice while a live engine makes its text.

        Args:
            pieces: The pieces of the text, which may begin with the prompt.
            live_run: The run of the engine.
            now: Time of the response.
        """
        envelope = self._envelope(self.part_object, now)
        for choice in self._first_parts(0):
            yield event({**envelope, "choices": [choice]})
        rest = len(self._jobs[0].prefix)
        for piece in pieces:
            if isinstance(piece, Future):
                yield piece
            elif len(piece) > rest:
                yield event({**envelope, "choices": [self._text_part(0, piece[rest:], None)]})
                rest = 0
            else:
                rest -= len(piece)
        [generation] = self.read_outputs([live_run.result()])
        for _, choice in self._last_parts(0, generation):
            yield event({**envelope, "choices": [choice]})
        yield from self._last_events([generation], envelope)

    def _last_events(self, generations: list[Generation], envelope: JsonObject) -> Iterator[bytes]:
        if as_object(self._body.get("stream_options") or {}).get("include_usage") is True:
            yield event({**envelope, "choices": [], "usage": self._usage(generations)})
        yield _DONE

    @abstractmethod
    def _choice(self, index: int, generation: Generation) -> JsonObject:
        """Return a whole choice."""

    def _parts(self, index: int, generation: Generation) -> Iterator[tuple[int, JsonObject]]:
        """Yield the parts of a choice, each with the number of tokens in it."""
        for part in self._first_parts(index):
            yield 0, part
        for piece, logprobs in zip(generation.pieces, self._piece_logprobs(index, generation), strict=True):
            yield 1, self._text_part(index, piece, logprobs)
        yield from self._last_parts(index, generation)

    @abstractmethod
    def _first_parts(self, index: int) -> Iterator[JsonObject]:
        """Yield the parts before the text."""

    @abstractmethod
    def _text_part(self, index: int, piece: str, logprobs: JsonValue) -> JsonObject:
        """Return the part of a piece of the text."""

    @abstractmethod
    def _last_parts(self, index: int, generation: Generation) -> Iterator[tuple[int, JsonObject]]:
        """Yield the parts after the text, each with the number of tokens in it."""

    @abstractmethod
    def _piece_logprobs(self, index: int, generation: Generation) -> Iterator[JsonValue]:
        """Yield the log probabilities of each piece; null if the request does not ask for them."""

    @abstractmethod
    def _task(self, contract: Contract) -> Task:
        """Return the task of the jobs."""

    @property
    @abstractmethod
    def _inputs(self) -> list[JsonObject]:
        """The inputs of the jobs."""

    def _make_jobs(self, contract: Contract) -> Iterator[Job]:
        task, inputs = self._task(contract), self._inputs
        if len(inputs) * self._number > _MAX_CHOICES:
            raise HttpError(422, f"body/n: more than {_MAX_CHOICES} choices in all")
        for members in inputs:
            for choice in range(self._number):
                yield self._with_answer(self._job(task, members, choice))

    def _with_answer(self, job: Job) -> Job:
        """Return a job with the form of its answer, if the request determines it."""
        return job

    @property
    def _number(self) -> int:
        """Number of choices for each input."""
        return integer(self._body.get("n")) or 1

    def _envelope(self, name: str, now: datetime) -> JsonObject:
        return {
            "id": f"{self.id_prefix}-{self._jobs[0].seed[:12].hex()}",
            "object": name,
            "created": int(now.timestamp()),
            "model": self._model.model_id,
        }

    def _usage(self, generations: list[Generation]) -> JsonObject:
        counted = [it.usage[0] for it in generations[:: self._number] if it.usage is not None]
        prompt = sum(counted) if counted else self._input_tokens
        completion = sum(it.tokens for it in generations)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }
