"""A request for texts: the jobs of the engine, and the response that follows from their outputs."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import JsonObject, write_json
from bytezkit_emulator._engines import (
    EngineAnswer,
    Inputs,
    Job,
    MediaOutput,
    Output,
    RunRequest,
    text_of_messages,
)
from bytezkit_emulator._engines.live import LiveRun
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._openai.generation import Generation, read_output, strings
from bytezkit_emulator._openapi.contract import Contract, Task
from bytezkit_models.json_value import JsonValue

# Tasks whose models make texts in this format (vendor's documentation, March 2026).
_TASKS: Final = (
    "audio-text-to-text",
    "chat",
    "image-text-to-text",
    "text-generation",
    "video-text-to-text",
)


# An event as it is sent, after the number of tokens whose time passes before it.
Event: TypeAlias = tuple[int, bytes]


class TextRun(ABC):
    """A request that makes one or several texts.

    Args:
        contract: The contract, with the tasks.
        model: The model.
        body: The body, which satisfies its schema.

    Attributes:
        is_streamed: Whether the response is a stream.
        ignores_queue_limit: Whether the run is queued even if the queue is full.
        runs: The runs of the engine, one for each text.
        limits: Names of the member that limits the new tokens; the first that is present counts.
        options: Members that are not arguments of the model.

    Raises:
        HttpError: The request does not fit the model.
    """

    limits: tuple[str, ...]
    options: frozenset[str] = frozenset({"model", "stream", "autoScale", "stop"})

    def __init__(self, contract: Contract, model: Model, body: JsonObject) -> None:
        self._model = model
        self._body = body
        self._check_model()
        self._limit = next((limit for name in self.limits if (limit := integer(body.get(name)))), None)
        self._stops = strings(body.get("stop"))
        self.is_streamed: Final = body.get("stream") is True
        self.ignores_queue_limit: Final = body.get("autoScale") is True
        self._jobs: Final = list(self._make_jobs(contract))
        self.runs: Final = [
            RunRequest(
                job=job,
                wants_stream=self.is_streamed,
                wants_json=True,
                ignores_queue_limit=self.ignores_queue_limit,
            )
            for job in self._jobs
        ]

    def read_outputs(self, outputs: Sequence[Output | MediaOutput]) -> list[Generation]:
        """Return the new texts in the outputs of the runs."""
        return [
            read_output(job, output, limit=self._limit, stops=self._stops)
            for job, output in zip(self._jobs, outputs, strict=True)
        ]

    def count_tokens(self, answers: Sequence[EngineAnswer]) -> int:
        """Return the number of new tokens that instant engines generated."""
        return sum(
            read_output(run.job, it.output, limit=self._limit, stops=self._stops).tokens
            for run, it in zip(self.runs, answers, strict=True)
            if not isinstance(it.output, LiveRun)
        )

    @abstractmethod
    def whole(self, generations: list[Generation], now: datetime) -> JsonObject:
        """Return the body of the response that is not streamed."""

    @abstractmethod
    def events(self, generations: list[Generation], now: datetime) -> Iterator[Event]:
        """Yield the events of the streamed response."""

    @abstractmethod
    def _make_jobs(self, contract: Contract) -> Iterator[Job]:
        """Yield the jobs."""

    def _check_model(self) -> None:
        """Raise if the model does not make texts in this format."""
        if self._model.task not in _TASKS:
            raise HttpError(
                422, f"body/model: the task {self._model.task} of the model is not one of {', '.join(_TASKS)}"
            )

    def _job(self, task: Task, members: JsonObject, choice: int = 0) -> Job:
        """Return a job with the arguments of the body.

        Raises:
            HttpError: An argument does not satisfy the schema of the task.
        """
        others = self.options.union(self.limits)
        arguments: JsonObject = {
            name: value for name, value in self._body.items() if name not in others and value is not None
        }
        reason = task.params.error_message(arguments, "body")
        if reason is not None:
            raise HttpError(422, reason)
        if self._limit is not None:
            arguments["max_new_tokens"] = self._limit
        return Job(
            model_id=self._model.model_id,
            task=task,
            inputs=Inputs(members=members, media=None),
            params=arguments,
            stops=self._stops,
            choice=choice,
        )

    @property
    def _input_tokens(self) -> int:
        """Number of words in the inputs."""
        return sum(
            len(text_of_messages(job.inputs.members[name]).split())
            for job in self._jobs
            if job.choice == 0
            for name in ("messages", "text")
            if name in job.inputs.members
        )


def integer(value: JsonValue) -> int | None:
    """Return a JSON number as an integer; JSON Schema accepts `3.0` as an integer."""
    return int(value) if isinstance(value, (int, float)) else None


def event(data: JsonValue, name: str | None = None) -> bytes:
    """Return a server-sent event."""
    prefix = b"" if name is None else b"event: " + name.encode() + b"\n"
    return prefix + b"data: " + write_json(data) + b"\n\n"
