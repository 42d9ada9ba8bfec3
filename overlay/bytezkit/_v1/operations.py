"""Operations of the v1 API."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

from msgspec.structs import replace

from bytezkit._api.inputs import RunOptions, reject_stream, run_body, untyped_input
from bytezkit._api.runs import open_stream
from bytezkit._core.config import Duration
from bytezkit._core.decoders import TextDecoder
from bytezkit._core.effects import Operation, Request, Response
from bytezkit._core.exchange import Context, decode_body, decode_response, exchange, with_request_context
from bytezkit._core.json import UntypedInput
from bytezkit._core.model_id import ModelId, parse_model_id
from bytezkit._core.polling import PollResult, Progress, start_and_wait, wait_options, wait_until_ready
from bytezkit._core.response_stream import ResponseStream
from bytezkit._core.status_errors import detect_removed_endpoint
from bytezkit._v1 import requests
from bytezkit._v1.conversions import (
    RunResponse,
    check_concurrency,
    instance_from_start,
    instance_from_wire,
    job_from_wire,
    model_from_wire,
    result_from_wire,
    timeout_seconds,
)
from bytezkit._v1.models import Instance, Job, V1Model, V1Result
from bytezkit.errors import DecodeError, ModelFailedError
from bytezkit_models import responses
from bytezkit_models.json_value import JsonInput

T = TypeVar("T")

_FAILED: Final = frozenset({"failed", "error", "stopped"})
# Members that the client sets.
_RESERVED: Final = frozenset({"key", "model", "modelId", "params", "stream"})
# Replacement of each endpoint, for the message if the service has removed it.
_REPLACEMENTS: Final[Mapping[str, str]] = {
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
    response = yield from _exchange(context, request)
    models = decode_response(context, request, response, responses.ListModelsResponseV1)
    return [model_from_wire(model) for model in models]


def request_model(context: Context, model_id: str) -> Operation[Job]:
    """Request that a model be made available, and return the job."""
    return (yield from _fetch_job(context, parse_model_id(model_id)))


def wait_until_available(
    context: Context,
    model_id: str,
    *,
    timeout: Duration,
    on_progress: Callable[[Progress], object] | None,
) -> Operation[Job]:
    """Request a model until it is available; errors as for `wait_until_ready`."""
    checked_id = parse_model_id(model_id)
    options = wait_options(checked_id, "available", timeout, on_progress)
    return (yield from wait_until_ready(context, options, partial(_poll_job, context, checked_id)))


def start(
    context: Context, model_id: str, concurrency: int | None, idle_timeout: Duration | None
) -> Operation[Instance]:
    """Start an instance without waiting for it."""
    request = _load_request(parse_model_id(model_id), concurrency, idle_timeout, repeatable=False)
    return (yield from _start(context, request))


def load(
    context: Context,
    model_id: str,
    concurrency: int | None,
    idle_timeout: Duration | None,
    *,
    timeout: Duration,
    on_progress: Callable[[Progress], object] | None,
) -> Operation[Instance]:
    """Start an instance unless the model has one, and wait until it is running."""
    checked_id = parse_model_id(model_id)
    options = wait_options(checked_id, "running", timeout, on_progress)
    # A repeated request is harmless here: a conflict means that the model is loaded, and polling continues.
    request = _load_request(checked_id, concurrency, idle_timeout, repeatable=True)
    poll = partial(_poll_instance, context, checked_id)
    return (yield from start_and_wait(context, options, _start(context, request, options.timeout), poll))


def wait_until_running(
    context: Context,
    model_id: str,
    *,
    timeout: Duration,
    on_progress: Callable[[Progress], object] | None,
) -> Operation[Instance]:
    """Poll an instance until it is running; errors as for `wait_until_ready`."""
    checked_id = parse_model_id(model_id)
    options = wait_options(checked_id, "running", timeout, on_progress)
    return (yield from wait_until_ready(context, options, partial(_poll_instance, context, checked_id)))


def status(context: Context, model_id: str) -> Operation[Instance]:
    """Read an instance."""
    return (yield from _fetch_instance(context, requests.read_instance(parse_model_id(model_id))))


def run(
    context: Context, model_id: str, input: UntypedInput, params: Mapping[str, JsonInput] | None
) -> Operation[V1Result]:
    """Run a model once."""
    body = _run_body(model_id, input, params, {})
    reject_stream(body)
    request = requests.run_model(body)
    response = yield from _exchange(context, request)
    decoded = decode_response(context, request, response, RunResponse)
    try:
        return result_from_wire(decoded, response)
    except DecodeError as error:
        raise with_request_context(context, error, request, response) from None


def open_text(
    context: Context, model_id: str, input: UntypedInput, params: Mapping[str, JsonInput] | None
) -> Operation[ResponseStream[str]]:
    """Run a model and return the open stream of its text."""
    body = _run_body(model_id, input, params, {"stream": True})
    request = replace(requests.run_model(body), streamed=True)
    return (yield from _detect_removed(request, open_stream(context, request, TextDecoder())))


def list_instances(context: Context) -> Operation[list[Instance]]:
    """List the caller's instances."""
    request = requests.list_instances()
    response = yield from _exchange(context, request)
    instances = decode_response(context, request, response, responses.ListInstancesResponseV1)
    return [instance_from_wire(instance) for instance in instances]


def shut_down(context: Context, model_id: str) -> Operation[Instance]:
    """Shut an instance down."""
    return (yield from _fetch_instance(context, requests.delete_instance(parse_model_id(model_id))))


def _load_request(
    model_id: ModelId, concurrency: int | None, idle_timeout: Duration | None, *, repeatable: bool
) -> Request:
    check_concurrency(concurrency)
    return requests.load_model(model_id, concurrency, timeout_seconds(idle_timeout), repeatable=repeatable)


def _start(context: Context, request: Request, within: timedelta | None = None) -> Operation[Instance]:
    response = yield from _exchange(context, request, within)
    return instance_from_start(decode_response(context, request, response, responses.LoadResponseV1))


def _run_body(
    model_id: str, input: UntypedInput, params: Mapping[str, JsonInput] | None, fixed: Mapping[str, object]
) -> dict[str, object]:
    members: Mapping[str, object] = {} if input is None else untyped_input(input)
    reserved = sorted(_RESERVED & members.keys())
    if reserved:
        raise ValueError(f"the input must not contain {', '.join(reserved)}: the client sets these members")
    return run_body(members, RunOptions(params), {"model": str(parse_model_id(model_id)), **fixed})


def _poll_job(context: Context, model_id: ModelId, within: timedelta) -> Operation[PollResult[Job]]:
    job = yield from _fetch_job(context, model_id, within)
    return PollResult(resource=job, status=job.message or "queued", ready=job.available)


def _poll_instance(context: Context, model_id: ModelId, within: timedelta) -> Operation[PollResult[Instance]]:
    instance = yield from _fetch_instance(context, requests.read_instance(model_id), within)
    name = instance.status.lower()
    reason = f": {instance.error}" if instance.error else ""
    return PollResult(
        resource=instance,
        status=instance.status,
        ready=name == "running",
        failure=f"the instance of {model_id} is {instance.status}{reason}" if name in _FAILED else None,
    )


def _fetch_job(context: Context, model_id: ModelId, within: timedelta | None = None) -> Operation[Job]:
    request = requests.request_model(model_id)
    response = yield from _exchange(context, request, within)
    job = decode_response(context, request, response, responses.JobV1)
    if not job.success:
        reason = f": {job.message}" if job.message else ""
        problem = ModelFailedError(f"the job of {model_id} failed{reason}", last_status=job.message)
        raise with_request_context(context, problem, request, response)
    return job_from_wire(job)


def _fetch_instance(
    context: Context, request: Request, within: timedelta | None = None
) -> Operation[Instance]:
    response = yield from _exchange(context, request, within)
    # An instance has an `error` member as data, so its presence is not a failure of the request.
    return instance_from_wire(decode_body(context, request, response, responses.InstanceV1))


def _exchange(context: Context, request: Request, within: timedelta | None = None) -> Operation[Response]:
    return (yield from _detect_removed(request, exchange(context, request, within)))


def _detect_removed(request: Request, operation: Operation[T]) -> Operation[T]:
    problem = f"the service no longer offers {request.path}: use {_REPLACEMENTS[request.path]}"
    return (yield from detect_removed_endpoint(operation, problem))
