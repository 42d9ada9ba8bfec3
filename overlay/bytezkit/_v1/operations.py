"""Operations of the v1 API."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

from msgspec.structs import replace

from bytezkit._api.inputs import RunOptions, refuse_stream, run_body, wire_input
from bytezkit._api.runs import open_answer
from bytezkit._core.decoders import TextDecoder
from bytezkit._core.effects import Operation, Request, Response
from bytezkit._core.exchange import Context, exchange, located, read_answer, read_state
from bytezkit._core.model_id import ModelId, parse_model_id
from bytezkit._core.polling import Progress, Seen, Wait, start_and_wait, wait_until
from bytezkit._core.response_stream import Arriving
from bytezkit._core.status_errors import detect_removed_endpoint
from bytezkit._v1 import requests
from bytezkit._v1.models import (
    Instance,
    Job,
    RunAnswer,
    V1Model,
    V1Result,
    check_concurrency,
    read_instance,
    read_job,
    read_model,
    read_result,
    read_start,
    timeout_seconds,
)
from bytezkit.errors import DecodeError, ModelFailedError
from bytezkit_models import responses
from bytezkit_models.json_value import JsonInput

T = TypeVar("T")

_FAILED: Final = frozenset({"failed", "error", "stopped"})
# What the methods send themselves.
_RESERVED: Final = frozenset({"key", "model", "modelId", "params", "stream"})
# What to use where the service has given up an endpoint.
_NEWER: Final[Mapping[str, str]] = {
    "/model/list": "client.models.list()",
    "/model/job": "client.model(...).request()",
    "/model/load": "client.model(...).load()",
    "/model/status": "client.model(...).cluster.get()",
    "/model/run": "client.model(...).run() or stream()",
    "/model/instances": "client.clusters.list()",
    "/model/delete": "client.model(...).cluster.delete()",
}


def list_models(context: Context, task: str | None) -> Operation[list[V1Model]]:
    """List models."""
    request = requests.list_models(task)
    answer = yield from _exchange(context, request)
    return [read_model(model) for model in read_answer(request, answer, responses.ListModelsResponseV1)]


def request_model(context: Context, model_id: str) -> Operation[Job]:
    """Ask for a model to be made available, or how far that is."""
    return (yield from _ask_job(context, parse_model_id(model_id)))


def wait_until_available(
    context: Context,
    model_id: str,
    *,
    timeout: timedelta,
    on_progress: Callable[[Progress], object] | None,
) -> Operation[Job]:
    """Ask for a model until it is available; errors as for `wait_until`."""
    checked = parse_model_id(model_id)
    wait = Wait(model_id=checked, goal="available", timeout=timeout, on_progress=on_progress)
    return (yield from wait_until(context, wait, partial(_look_at_job, context, checked)))


def start(
    context: Context, model_id: str, concurrency: int | None, idle_timeout: timedelta | None
) -> Operation[Instance]:
    """Load a model and do not wait for it."""
    request = _load_request(parse_model_id(model_id), concurrency, idle_timeout, repeatable=False)
    return (yield from _start(context, request))


def load(
    context: Context,
    model_id: str,
    concurrency: int | None,
    idle_timeout: timedelta | None,
    *,
    timeout: timedelta,
    on_progress: Callable[[Progress], object] | None,
) -> Operation[Instance]:
    """Load a model unless it is loaded, and wait until it runs."""
    checked = parse_model_id(model_id)
    wait = Wait(model_id=checked, goal="running", timeout=timeout, on_progress=on_progress)
    begin = _start(context, _load_request(checked, concurrency, idle_timeout, repeatable=True), timeout)
    return (yield from start_and_wait(context, wait, begin, partial(_look_at_instance, context, checked)))


def wait_until_running(
    context: Context,
    model_id: str,
    *,
    timeout: timedelta,
    on_progress: Callable[[Progress], object] | None,
) -> Operation[Instance]:
    """Read the instance until it runs; errors as for `wait_until`."""
    checked = parse_model_id(model_id)
    wait = Wait(model_id=checked, goal="running", timeout=timeout, on_progress=on_progress)
    return (yield from wait_until(context, wait, partial(_look_at_instance, context, checked)))


def status(context: Context, model_id: str) -> Operation[Instance]:
    """Read an instance."""
    return (yield from _ask_instance(context, requests.read_instance(parse_model_id(model_id))))


def run(
    context: Context, model_id: str, given: JsonInput, params: Mapping[str, JsonInput] | None
) -> Operation[V1Result]:
    """Run a model once."""
    body = _run_body(model_id, given, params, {})
    refuse_stream(body)
    request = requests.run_model(body)
    answer = yield from _exchange(context, request)
    answered = read_answer(request, answer, RunAnswer)
    try:
        return read_result(answered, answer)
    except DecodeError as error:
        raise located(error, request, answer) from None


def open_text(
    context: Context, model_id: str, given: JsonInput, params: Mapping[str, JsonInput] | None
) -> Operation[Arriving[str]]:
    """Run a model and leave its text open."""
    body = _run_body(model_id, given, params, {"stream": True})
    request = replace(requests.run_model(body), streamed=True)
    return (yield from _offered(request, open_answer(context, request, TextDecoder())))


def list_instances(context: Context) -> Operation[list[Instance]]:
    """List the caller's instances."""
    request = requests.list_instances()
    answer = yield from _exchange(context, request)
    return [read_instance(it) for it in read_answer(request, answer, responses.ListInstancesResponseV1)]


def shut_down(context: Context, model_id: str) -> Operation[Instance]:
    """Shut an instance down."""
    return (yield from _ask_instance(context, requests.delete_instance(parse_model_id(model_id))))


def _load_request(
    model_id: ModelId, concurrency: int | None, idle_timeout: timedelta | None, *, repeatable: bool
) -> Request:
    check_concurrency(concurrency)
    return requests.load_model(model_id, concurrency, timeout_seconds(idle_timeout), repeatable=repeatable)


def _start(context: Context, request: Request, within: timedelta | None = None) -> Operation[Instance]:
    answer = yield from _exchange(context, request, within)
    return read_start(read_answer(request, answer, responses.LoadResponseV1))


def _run_body(
    model_id: str, given: JsonInput, params: Mapping[str, JsonInput] | None, form: Mapping[str, object]
) -> dict[str, object]:
    members: Mapping[str, JsonInput] = {} if given is None else wire_input(given)
    taken = sorted(_RESERVED & members.keys())
    if taken:
        raise ValueError(f"the input must not give {', '.join(taken)}: the client sends its own")
    return run_body(members, RunOptions(params), {"model": str(parse_model_id(model_id)), **form})


def _look_at_job(context: Context, model_id: ModelId, within: timedelta) -> Operation[Seen[Job]]:
    job = yield from _ask_job(context, model_id, within)
    return Seen(state=job, status=job.message or "queued", up=job.available)


def _look_at_instance(context: Context, model_id: ModelId, within: timedelta) -> Operation[Seen[Instance]]:
    instance = yield from _ask_instance(context, requests.read_instance(model_id), within)
    name = instance.status.lower()
    reason = f": {instance.error}" if instance.error else ""
    return Seen(
        state=instance,
        status=instance.status,
        up=name == "running",
        failure=f"the instance of {model_id} is {instance.status}{reason}" if name in _FAILED else None,
    )


def _ask_job(context: Context, model_id: ModelId, within: timedelta | None = None) -> Operation[Job]:
    request = requests.request_model(model_id)
    answer = yield from _exchange(context, request, within)
    job = read_answer(request, answer, responses.JobV1)
    if not job.success:
        reason = f": {job.message}" if job.message else ""
        problem = ModelFailedError(f"the job of {model_id} failed{reason}", last_status=job.message)
        raise located(problem, request, answer)
    return read_job(job)


def _ask_instance(context: Context, request: Request, within: timedelta | None = None) -> Operation[Instance]:
    answer = yield from _exchange(context, request, within)
    return read_instance(read_state(request, answer, responses.InstanceV1))


def _exchange(context: Context, request: Request, within: timedelta | None = None) -> Operation[Response]:
    return (yield from _offered(request, exchange(context, request, within)))


def _offered(request: Request, flow: Operation[T]) -> Operation[T]:
    newer = _NEWER[request.path]
    return (
        yield from detect_removed_endpoint(
            flow, f"the service does not offer {request.path} any more; use {newer}"
        )
    )
