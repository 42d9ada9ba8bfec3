"""All operations of a client, with a valid answer to each."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeAlias

from bytezkit import AsyncMediaStream, AsyncTextStream, V1Result
from bytezkit._api.task_handles import HANDLES
from bytezkit.types import Cluster, Instance, Job, JsonValue, ModelDetails, V1Model
from bytezkit_openapi import read_json
from tests.overlay.scripted_service import MODEL, cluster, resolve

PATIENCE: Final = timedelta(seconds=20)
MEDIA_URL: Final = "https://media.example/a"

Act: TypeAlias = Callable[[Any, list[object]], Awaitable[object]]


@dataclass(frozen=True)
class Operation:
    """An operation of a client of either kind.

    Attributes:
        name: Test ID.
        act: Performs it; the list receives chunks and progress.
        gives: The type of the result.
        valid: A valid answer: JSON, or the body of a stream.
        before: A valid answer to an earlier request.
        one_exchange: Whether it sends one request, apart from retries.
    """

    name: str
    act: Act
    gives: object
    valid: object
    before: object = None
    one_exchange: bool = True

    def __str__(self) -> str:
        return self.name


_ARGUMENTS: Final[dict[str, tuple[object, ...]]] = {
    "TextModel": ("a",),
    "StreamingTextModel": ("a",),
    "MediaStreamingTextModel": ("a",),
    "StreamingMessagesModel": ([{"role": "user", "content": "a"}],),
    "MediaModel": (MEDIA_URL,),
    "QuestionContextModel": ("a?", "a"),
    "QuestionMediaModel": (MEDIA_URL, "a?"),
    "LabelsTextModel": ("a", ["b"]),
    "LabelsMediaModel": (MEDIA_URL, ["b"]),
    "MediaStreamingEmptyModel": (),
}
_V1_INSTANCE: Final = {
    "model": MODEL,
    "status": "RUNNING",
    "concurrency": 1,
    "inferences": 0,
    "expirationPeriodSeconds": 1800,
    "expirationPeriodMinutes": 30,
    "expiresAt": "2024-05-28T00:12:18.738Z",
    "created": "2024-05-27T23:35:35.863Z",
    "modified": "2024-05-27T23:42:19.239Z",
}
_V1_JOB: Final = {
    "model": MODEL,
    "success": True,
    "message": "Model available",
    "startTime": "2024-05-30T01:20:37.644Z",
    "endTime": "2024-05-30T01:22:07.804Z",
    "modified": "2024-05-30T01:22:07.804Z",
}
_V1_STARTED: Final = {"model": MODEL, "status": "started", "concurrency": 1}
_V1_MODEL: Final = {"name": MODEL, "requiredRAM": None, "benchmarked": False, "task": "text-generation"}
_CLUSTER: Final = {"error": None, "output": cluster()}
_DETAILS: Final = {
    "modelId": MODEL,
    "task": "text-generation",
    "params": 0.14,
    "ramRequired": None,
    "meter": "micro-free",
    "meterPrice": "0.0000872083 / sec",
}


def _asked(ask: Callable[[Any], object]) -> Act:
    async def act(client: Any, _seen: list[object]) -> object:
        return await resolve(ask(client))

    return act


def _streamed(open_stream: Callable[[Any], Any]) -> Act:
    async def act(client: Any, seen: list[object]) -> object:
        stream = open_stream(client)
        if isinstance(stream, (AsyncTextStream, AsyncMediaStream)):
            async for piece in stream:
                seen.append(piece)  # noqa: PERF401 - keeps the chunks before an error
        else:
            seen.extend(stream)
        return [*seen]

    return act


async def _download(client: Any, _seen: list[object]) -> object:
    made = await resolve(client.model(MODEL, task="text-to-image").run("a"))
    return await resolve(made.output.download())


def _asking(name: str, ask: Callable[[Any], object], gives: object, output: object) -> Operation:
    return Operation(name, _asked(ask), gives, {"error": None, "output": output})


def _waiting(
    name: str, prepare: Callable[[Any], partial[object]], gives: object, valid: object, before: object = None
) -> Operation:
    async def act(client: Any, seen: list[object]) -> object:
        return await resolve(prepare(client)(timeout=PATIENCE, on_progress=seen.append))

    return Operation(name, act, gives, valid, before, one_exchange=False)


def _run(task: str, arguments: tuple[object, ...]) -> Act:
    return _asked(lambda client: client.model(MODEL, task=task).run(*arguments))


def _stream(task: str, arguments: tuple[object, ...]) -> Act:
    return _streamed(lambda client: client.model(MODEL, task=task).stream(*arguments))


def _runs() -> list[Operation]:
    document = json.loads(read_json())
    answers = document["paths"]["/models/v2/{org}/{name}"]["post"]["responses"]["200"]["content"]
    examples = answers["application/json"]["examples"]
    made: list[Operation] = []
    for task, row in document["x-bytez-tasks"].items():
        handle, gives = HANDLES[task]
        arguments = _ARGUMENTS[handle.__name__]
        made.append(
            Operation(f"run {task}", _run(task, arguments), gives, examples[row["examples"][0]]["value"])
        )
        if row["stream"] == "text":
            made.append(
                Operation(f"stream {task}", _stream(task, arguments), list[str], "gr\u00fc\u00dfen\u2028\n")
            )
        if row["stream"] == "media":
            made.append(Operation(f"stream {task}", _stream(task, arguments), list[bytes], "PNG"))
    return made


OPERATIONS: Final = [
    *_runs(),
    Operation("run", _asked(lambda client: client.model(MODEL).run("a")), JsonValue, {"output": [{"a": 1}]}),
    Operation("stream", _streamed(lambda client: client.model(MODEL).stream("a")), list[str], "Once"),
    Operation("download", _download, bytes, "PNG", {"output": MEDIA_URL}, one_exchange=False),
    _asking("list models", lambda client: client.models.list(), list[ModelDetails], [_DETAILS]),
    _asking("list tasks", lambda client: client.tasks.list(), list[str], ["chat"]),
    _asking("list clusters", lambda client: client.clusters.list(), list[Cluster], [cluster()]),
    _asking("details", lambda client: client.model(MODEL).details(), ModelDetails, [_DETAILS]),
    _asking("request", lambda client: client.model(MODEL).request(), str, "Job queued"),
    _asking("create", lambda client: client.model(MODEL).cluster.create(), str, "Loading"),
    _asking("get", lambda client: client.model(MODEL).cluster.get(), Cluster, cluster()),
    _asking("update", lambda client: client.model(MODEL).cluster.update(on=True), Cluster, cluster()),
    _asking("delete", lambda client: client.model(MODEL).cluster.delete(), None, None),
    _waiting(
        "wait", lambda client: partial(client.model(MODEL).cluster.wait_until_running), Cluster, _CLUSTER
    ),
    _waiting(
        "load", lambda client: partial(client.model(MODEL).load), Cluster, _CLUSTER, {"output": "Loading"}
    ),
    Operation("v1 list models", _asked(lambda client: client.v1.list_models()), list[V1Model], [_V1_MODEL]),
    Operation("v1 instances", _asked(lambda client: client.v1.instances()), list[Instance], [_V1_INSTANCE]),
    Operation("v1 request", _asked(lambda client: client.v1.request(MODEL)), Job, _V1_JOB),
    Operation("v1 start", _asked(lambda client: client.v1.start(MODEL)), Instance, _V1_STARTED),
    Operation("v1 status", _asked(lambda client: client.v1.status(MODEL)), Instance, _V1_INSTANCE),
    Operation("v1 shut down", _asked(lambda client: client.v1.shut_down(MODEL)), Instance, _V1_INSTANCE),
    Operation("v1 run", _asked(lambda client: client.v1.run(MODEL, "a")), V1Result, {"output_png": "YWJj"}),
    Operation("v1 stream", _streamed(lambda client: client.v1.stream(MODEL, "a")), list[str], "Once"),
    _waiting(
        "v1 wait for model", lambda client: partial(client.v1.wait_until_available, MODEL), Job, _V1_JOB
    ),
    _waiting("v1 wait", lambda client: partial(client.v1.wait_until_running, MODEL), Instance, _V1_INSTANCE),
    _waiting("v1 load", lambda client: partial(client.v1.load, MODEL), Instance, _V1_INSTANCE, _V1_STARTED),
]
