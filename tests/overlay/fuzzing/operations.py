"""All operations of a client, with a valid response to each."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeAlias

from bytezkit import V1Result
from bytezkit._api.task_handles import HANDLES
from bytezkit.types import Cluster, Instance, Job, JsonValue, ModelDetails, V1Model
from bytezkit_openapi import read_json
from tests.end_to_end.task_cases import TABLES, argument
from tests.overlay.replies import MODEL, cluster
from tests.overlay.scripted_service import next_of, resolve

WAIT_TIMEOUT: Final = timedelta(seconds=20)

Act: TypeAlias = Callable[[Any, list[object]], Coroutine[Any, Any, object]]


@dataclass(frozen=True)
class Operation:
    """An operation of a client of either kind."""

    name: str
    act: Act  # Runs the operation; the list receives chunks and progress.
    result_type: object
    valid: object  # A valid response: JSON, or the body of a stream.
    before: object = None  # A valid response to an earlier request.
    one_exchange: bool = True  # Whether the operation sends one request, apart from retries.

    def __str__(self) -> str:
        return self.name


_DOCUMENT: Final = json.loads(read_json())
_RESPONSES: Final = {
    operation["operationId"]: operation["responses"]
    for item in _DOCUMENT["paths"].values()
    for method, operation in item.items()
    if method != "parameters"
}
# Result type and valid body of each kind of stream.
_STREAMS: Final = {"text": (list[str], "gr\u00fc\u00dfen\u2028\n"), "media": (list[bytes], "PNG")}


def _example(operation_id: str, name: str) -> Any:
    return _RESPONSES[operation_id]["200"]["content"]["application/json"]["examples"][name]["value"]


def _calling(call: Callable[[Any], object]) -> Act:
    async def act(client: Any, _seen: list[object]) -> object:
        return await resolve(call(client))

    return act


def _streaming(open_stream: Callable[[Any], Any]) -> Act:
    async def act(client: Any, seen: list[object]) -> object:
        stream = open_stream(client)
        while (piece := await next_of(stream)) is not None:
            seen.append(piece)
        return [*seen]

    return act


async def _download(client: Any, _seen: list[object]) -> object:
    result = await resolve(client.model(MODEL, task="text-to-image").run("a"))
    return await resolve(result.output.download())


def _call(name: str, call: Callable[[Any], object], result_type: object, valid: object) -> Operation:
    return Operation(name, _calling(call), result_type, valid)


def _wait(
    name: str, get: Callable[[Any], Any], result_type: object, valid: object, before: object = None
) -> Operation:
    async def act(client: Any, seen: list[object]) -> object:
        return await resolve(get(client)(timeout=WAIT_TIMEOUT, on_progress=seen.append))

    return Operation(name, act, result_type, valid, before, one_exchange=False)


def _on_model(task: str, method: str, arguments: tuple[object, ...], client: Any) -> Any:
    return getattr(client.model(MODEL, task=task), method)(*arguments)


def _task_operations() -> list[Operation]:
    operations: list[Operation] = []
    for task, row in _DOCUMENT["x-bytez-tasks"].items():
        _, result_type = HANDLES[task]
        arguments = tuple(map(argument, TABLES["tasks"][task]["input"]))
        valid = _example("runModelV2", row["examples"][0])
        run, stream = (partial(_on_model, task, method, arguments) for method in ("run", "stream"))
        operations.append(Operation(f"run {task}", _calling(run), result_type, valid))
        if row["stream"] in _STREAMS:
            operations.append(Operation(f"stream {task}", _streaming(stream), *_STREAMS[row["stream"]]))
    return operations


_CLUSTER: Final = {"error": None, "output": cluster()}
_INSTANCE: Final = _example("readInstanceV1", "running")
_JOB: Final = _example("createJobV1", "available")
_STARTED: Final = _example("loadModelV1", "started")
_MODELS: Final = _example("listModelsV2", "list")
_V1_MODELS: Final = [{"name": MODEL, "requiredRAM": None, "benchmarked": False, "task": "text-generation"}]

OPERATIONS: Final = [
    *_task_operations(),
    _call("run", lambda client: client.model(MODEL).run("a"), JsonValue, {"output": [{"a": 1}]}),
    Operation("stream", _streaming(lambda client: client.model(MODEL).stream("a")), list[str], "Once"),
    Operation("download", _download, bytes, "PNG", {"output": "https://media.example/a"}, one_exchange=False),
    _call("list models", lambda client: client.models.list(), list[ModelDetails], _MODELS),
    _call("list tasks", lambda client: client.tasks.list(), list[str], _example("listTasksV2", "list")),
    _call("list clusters", lambda client: client.clusters.list(), list[Cluster], {"output": [cluster()]}),
    _call("details", lambda client: client.model(MODEL).details(), ModelDetails, _MODELS),
    _call("request", lambda client: client.model(MODEL).request(), str, {"output": "Job queued"}),
    _call("create", lambda client: client.model(MODEL).cluster.create(), str, {"output": "Loading"}),
    _call("get", lambda client: client.model(MODEL).cluster.get(), Cluster, _CLUSTER),
    _call("update", lambda client: client.model(MODEL).cluster.update(on=True), Cluster, _CLUSTER),
    _call("delete", lambda client: client.model(MODEL).cluster.delete(), None, {"output": None}),
    _wait("wait", lambda client: client.model(MODEL).cluster.wait_until_running, Cluster, _CLUSTER),
    _wait("load", lambda client: client.model(MODEL).load, Cluster, _CLUSTER, {"output": "Loading"}),
    _call("v1 list models", lambda client: client.v1.list_models(), list[V1Model], _V1_MODELS),
    _call("v1 instances", lambda client: client.v1.instances(), list[Instance], [_INSTANCE]),
    _call("v1 request", lambda client: client.v1.request(MODEL), Job, _JOB),
    _call("v1 start", lambda client: client.v1.start(MODEL), Instance, _STARTED),
    _call("v1 status", lambda client: client.v1.status(MODEL), Instance, _INSTANCE),
    _call("v1 shut down", lambda client: client.v1.shut_down(MODEL), Instance, _INSTANCE),
    _call("v1 run", lambda client: client.v1.run(MODEL, "a"), V1Result, {"output_png": "YWJj"}),
    Operation("v1 stream", _streaming(lambda client: client.v1.stream(MODEL, "a")), list[str], "Once"),
    _wait("v1 wait for model", lambda client: partial(client.v1.wait_until_available, MODEL), Job, _JOB),
    _wait("v1 wait", lambda client: partial(client.v1.wait_until_running, MODEL), Instance, _INSTANCE),
    _wait("v1 load", lambda client: partial(client.v1.load, MODEL), Instance, _INSTANCE, _STARTED),
]
