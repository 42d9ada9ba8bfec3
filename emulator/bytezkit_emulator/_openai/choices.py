"""What chat completions and completions have in common: choices, usage and the form of the stream."""

from abc import abstractmethod
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_emulator._engines import Job
from bytezkit_emulator._openai.generation import Generation
from bytezkit_emulator._openai.text_run import Event, TextRun, event, integer
from bytezkit_emulator._openapi.contract import Contract, Task
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
        envelope = self._envelope(self.whole_object, generations, now)
        return {**envelope, "choices": choices, "usage": self._usage(generations)}

    def events(self, generations: list[Generation], now: datetime) -> Iterator[Event]:
        """Yield the parts of the completion, one choice after the other.

        The examples of the vendor need one choice in each part before the end.
        """
        envelope = self._envelope(self.part_object, generations, now)
        tokens = 0
        for index, generation in enumerate(generations):
            for count, choice in self._parts(index, generation):
                tokens += count
                yield tokens, event({**envelope, "choices": [choice]})
        if as_object(self._body.get("stream_options") or {}).get("include_usage") is True:
            yield tokens, event({**envelope, "choices": [], "usage": self._usage(generations)})
        yield tokens, _DONE

    @abstractmethod
    def _choice(self, index: int, generation: Generation) -> JsonObject:
        """Return a whole choice."""

    @abstractmethod
    def _parts(self, index: int, generation: Generation) -> Iterator[tuple[int, JsonObject]]:
        """Yield the parts of a choice, each with the number of tokens in it."""

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

    def _envelope(self, name: str, generations: list[Generation], now: datetime) -> JsonObject:
        return {
            "id": f"{self.id_prefix}-{generations[0].seed[:12].hex()}",
            "object": name,
            "created": int(now.timestamp()),
            "model": self._model.model_id,
        }

    def _usage(self, generations: list[Generation]) -> JsonObject:
        prompt = self._input_tokens
        completion = sum(it.tokens for it in generations)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }
