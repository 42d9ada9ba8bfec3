"""What the client does, written once for both faces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Generic, TypeVar
from urllib.parse import urljoin

from bytezkit import _requests as requests
from bytezkit._arriving import Arriving, Decoder, MediaDecoder, PieceT
from bytezkit._catalog import ModelDetails, read_model
from bytezkit._clusters import Cluster, capacity_request, read_cluster, timeout_minutes
from bytezkit._effects import Answer, Flow, Request, Sleep
from bytezkit._exchange import Context, exchange, located, read_answer
from bytezkit._inputs import RunOptions, refuse_stream, run_body
from bytezkit._json import encode
from bytezkit._model_id import ModelId, parse_model_id
from bytezkit._progress import Progress
from bytezkit._refusals import said_error
from bytezkit._results import Result, read_metadata
from bytezkit._retry import backoff
from bytezkit._text import TextDecoder
from bytezkit.errors import (
    ConflictError,
    DeadlineExceededError,
    DecodeError,
    LifecycleUnavailableError,
    ModelFailedError,
    NotFoundError,
    RateLimitError,
    StatusError,
    WaitTimeoutError,
)
from bytezkit_models import responses
from bytezkit_models.json_value import JsonInput, JsonValue
from bytezkit_models.requests import CreateClusterRequest, UpdateClusterRequest

OutputT = TypeVar("OutputT")
T = TypeVar("T")

LOAD_TIMEOUT: Final = timedelta(minutes=15)

_READY: Final = frozenset({"running", "on"})
_FAILED: Final = frozenset({"off", "failed", "error", "stopped"})
_MOST_REDIRECTS: Final = 5
_NO_STREAM: Final = "the model answered at once, not as a stream"
_FIRST_POLL: Final = 0.5
_LONGEST_POLL: Final = 5.0


@dataclass(frozen=True, slots=True)
class Envelope(Generic[OutputT]):
    """The body of an answered run."""

    output: OutputT
    error: str | None = None
    provider: JsonValue = None


@dataclass(frozen=True, slots=True)
class Target(Generic[OutputT]):
    """What a handle runs: a model, and the type of what it answers."""

    model_id: ModelId
    envelope: type[Envelope[OutputT]]
    request: Request


def target(model_id: str, output: type[OutputT]) -> Target[OutputT]:
    """Prepare what every run of a model has in common.

    Raises:
        ValueError: The id is malformed.
    """
    checked = parse_model_id(model_id)
    return Target(checked, Envelope[output], requests.run_model(checked))  # type: ignore[valid-type]  # known at run time only


def run(
    context: Context, target: Target[OutputT], members: Mapping[str, object], options: RunOptions
) -> Flow[Result[OutputT]]:
    """Run a model once."""
    body = run_body(members, options)
    refuse_stream(body)
    request = replace(target.request, content=encode(body))
    answer = yield from exchange(context, request)
    envelope = read_answer(request, answer, target.envelope)
    return Result(
        output=envelope.output,
        provider=envelope.provider,
        metadata=read_metadata(answer.headers),
        content=answer.content,
    )


def open_text(
    context: Context, target: Target[OutputT], members: Mapping[str, object], options: RunOptions
) -> Flow[Arriving[str]]:
    """Run a model and leave its text open."""
    request = _streamed(target, run_body(members, options, {"stream": True}))
    return (yield from _open(context, request, TextDecoder()))


def open_media(
    context: Context, target: Target[OutputT], members: Mapping[str, object], options: RunOptions
) -> Flow[Arriving[bytes]]:
    """Run a model and leave its media open."""
    # Published clients send one of the two or both; the service takes either.
    request = _streamed(target, run_body(members, options, {"stream": True, "json": False}))
    return (yield from _open(context, request, MediaDecoder()))


def open_download(context: Context, url: str) -> Flow[Arriving[bytes]]:
    """Open media that the service keeps somewhere, without a key.

    Raises:
        DecodeError: The URL, or one that it leads to, is none to fetch.
    """
    scheme = "https:" if url.startswith("https:") else "http:"
    for _ in range(_MOST_REDIRECTS):
        if not url.startswith(f"{scheme}//"):
            raise DecodeError(f"the media are at no {scheme} URL: {url[:80]}")
        request = Request("GET", url, streamed=True, repeatable=True, elsewhere=True)
        answer = yield from exchange(context, request)
        if answer.body is not None:
            return Arriving(request, answer, answer.body, MediaDecoder(), _idle_seconds(context))
        location = answer.headers.get("location")
        if not location:
            raise located(DecodeError("the media are elsewhere, and it is not said where"), request, answer)
        url = _joined(url, location)
    raise DecodeError("the URL of the media leads from one to another without end")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # It is no URL, and is refused as such.


def _streamed(target: Target[OutputT], body: Mapping[str, object]) -> Request:
    return replace(target.request, content=encode(body), streamed=True)


def _open(context: Context, request: Request, decoder: Decoder[PieceT]) -> Flow[Arriving[PieceT]]:
    """Send a request and leave its answer open.

    Raises:
        DecodeError: The model answered at once, as one JSON body.
    """
    answer = yield from exchange(context, request)
    if answer.body is None:
        said = said_error(answer.content)
        problem = ModelFailedError(said) if said else DecodeError(_NO_STREAM)
        raise located(problem, request, answer)
    return Arriving(request, answer, answer.body, decoder, _idle_seconds(context))


def _idle_seconds(context: Context) -> float:
    return context.limits.idle_timeout.total_seconds()


def list_models(
    context: Context, *, task: str | None = None, model_id: str | None = None
) -> Flow[list[ModelDetails]]:
    """List models of the catalog."""
    request = requests.list_models(task, None if model_id is None else parse_model_id(model_id))
    found = yield from _ask(context, request, responses.ListModelsResponse)
    return [read_model(model) for model in found.output]


def details(context: Context, model_id: ModelId) -> Flow[ModelDetails]:
    """Look a model up in the catalog.

    Raises:
        NotFoundError: The catalog has no such model.
    """
    request = requests.list_models(None, model_id)
    answer = yield from exchange(context, request)
    found = read_answer(request, answer, responses.ListModelsResponse)
    if not found.output:
        raise located(NotFoundError(f"the catalog has no model {model_id}"), request, answer)
    return read_model(found.output[0])


def list_tasks(context: Context) -> Flow[list[str]]:
    """List the names of the tasks."""
    found = yield from _ask(context, requests.list_tasks(), responses.ListTasksResponse)
    return found.output


def request_model(context: Context, model_id: ModelId) -> Flow[str]:
    """Ask for a model that the catalog lacks."""
    confirmed = yield from _ask(context, requests.request_model(model_id), responses.RequestModelResponse)
    return confirmed.output


def list_clusters(context: Context) -> Flow[list[Cluster]]:
    """List the caller's clusters."""
    found = yield from _ask_lifecycle(context, requests.list_clusters(), responses.ListClustersResponse)
    return [read_cluster(cluster) for cluster in found.output]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPlan:
    """What a cluster is to be; None leaves a member to the service."""

    min: int | None = None
    desired: int | None = None
    max: int | None = None
    idle_timeout: timedelta | None = None


def create_cluster(
    context: Context, model_id: ModelId, plan: ClusterPlan, config: Mapping[str, JsonInput] | None = None
) -> Flow[str]:
    """Create a cluster."""
    body = _create_body(plan)
    if config is not None:
        body["config"] = {**config}
    request = requests.create_cluster(model_id, body, repeatable=False)
    confirmed = yield from _ask_lifecycle(context, request, responses.CreateClusterResponse)
    return confirmed.output


def get_cluster(context: Context, model_id: ModelId, within: timedelta | None = None) -> Flow[Cluster]:
    """Read a cluster."""
    request = requests.read_cluster(model_id)
    return (yield from _ask_cluster(context, request, within))


def update_cluster(
    context: Context, model_id: ModelId, plan: ClusterPlan, *, on: bool | None
) -> Flow[Cluster]:
    """Change a cluster."""
    body: UpdateClusterRequest = {}
    capacity = capacity_request(minimum=plan.min, desired=plan.desired, maximum=plan.max)
    if capacity is not None:
        body["capacity"] = capacity
    if plan.idle_timeout is not None:
        body["timeout"] = timeout_minutes(plan.idle_timeout)
    if on is not None:
        body["status"] = "on" if on else "off"
    return (yield from _ask_cluster(context, requests.update_cluster(model_id, body)))


def delete_cluster(context: Context, model_id: ModelId) -> Flow[None]:
    """Delete a cluster."""
    request = requests.delete_cluster(model_id)
    yield from _ask_lifecycle(context, request, responses.DeleteClusterResponse)


def load(
    context: Context,
    model_id: ModelId,
    plan: ClusterPlan,
    *,
    timeout: timedelta,
    on_progress: Callable[[Progress], object] | None,
) -> Flow[Cluster]:
    """Create a cluster unless there is one, and wait until it is up."""
    _check_timeout(timeout)
    if plan.max == 0:
        raise ValueError("a cluster whose max is 0 can never be up")
    began = context.clock.monotonic()
    request = requests.create_cluster(model_id, _create_body(plan), repeatable=True)
    try:
        yield from _ask_lifecycle(context, request, responses.CreateClusterResponse, within=timeout)
    except ConflictError:
        pass  # There is one already.
    except DeadlineExceededError:
        if _is_closer(context.limits.deadline, timeout):
            raise
    except RateLimitError as error:
        if not _in_progress(error):
            raise
    return (
        yield from wait_until_running(
            context, model_id, timeout=timeout, on_progress=on_progress, began=began
        )
    )


def wait_until_running(
    context: Context,
    model_id: ModelId,
    *,
    timeout: timedelta,
    on_progress: Callable[[Progress], object] | None,
    began: float | None = None,
) -> Flow[Cluster]:
    """Read the cluster until it is up, less and less often.

    Raises:
        ModelFailedError: The cluster failed or was switched off.
        WaitTimeoutError: It was not up in time.
    """
    _check_timeout(timeout)
    clock = context.clock
    began = clock.monotonic() if began is None else began
    status = None
    polls = 0
    while (left := timeout - timedelta(seconds=clock.monotonic() - began)) > timedelta(0):
        try:
            cluster = yield from get_cluster(context, model_id, within=left)
        except RateLimitError as error:
            if not _in_progress(error):
                raise
        except DeadlineExceededError:
            if _is_closer(context.limits.deadline, left):
                raise
            break
        else:
            status = cluster.status
            elapsed = timedelta(seconds=clock.monotonic() - began)
            if on_progress is not None:
                on_progress(Progress(str(model_id), status, cluster.instances, elapsed))
            if status.lower() in _READY:
                return cluster
            if status.lower() in _FAILED:
                raise ModelFailedError(f"the cluster of {model_id} is {status}", last_status=status)
        polls += 1
        pause = backoff(polls, jitter=context.jitter(), first=_FIRST_POLL, longest=_LONGEST_POLL)
        left = timeout - timedelta(seconds=clock.monotonic() - began)
        yield Sleep(min(pause, max(left.total_seconds(), 0)))
    raise WaitTimeoutError(
        f"{model_id} is not running after {timeout}; its last status is {status}", last_status=status
    )


def _check_timeout(timeout: timedelta) -> None:
    if not isinstance(timeout, timedelta):
        raise TypeError(f"timeout must be a timedelta, not {type(timeout).__name__}")


def _is_closer(deadline: timedelta | None, timeout: timedelta) -> bool:
    return deadline is not None and deadline < timeout


def _create_body(plan: ClusterPlan) -> CreateClusterRequest:
    body: CreateClusterRequest = {}
    capacity = capacity_request(minimum=plan.min, desired=plan.desired, maximum=plan.max)
    if capacity is not None:
        body["capacity"] = capacity
    if plan.idle_timeout is not None:
        body["timeout"] = timeout_minutes(plan.idle_timeout)
    return body


def _in_progress(error: StatusError) -> bool:
    return "operation already in progress" in error.message


def _ask(context: Context, request: Request, expected: type[T]) -> Flow[T]:
    answer = yield from exchange(context, request)
    return read_answer(request, answer, expected)


def _ask_lifecycle(
    context: Context, request: Request, expected: type[T], within: timedelta | None = None
) -> Flow[T]:
    answer = yield from _exchange_lifecycle(context, request, within)
    return read_answer(request, answer, expected)


def _exchange_lifecycle(context: Context, request: Request, within: timedelta | None) -> Flow[Answer]:
    """Send a cluster operation, which the service may have given up."""
    try:
        return (yield from exchange(context, request, within))
    except StatusError as error:
        # A cluster or model that is missing is said to be; a missing endpoint is not.
        if error.status != 405 and not (error.status == 404 and "does not exist" not in error.message):
            raise
        refused = error
    raise LifecycleUnavailableError(
        "the service does not offer cluster operations; run the model directly",
        method=refused.method,
        path=refused.path,
        status=refused.status,
        request_id=refused.request_id,
        attempts=refused.attempts,
    )


def _ask_cluster(context: Context, request: Request, within: timedelta | None = None) -> Flow[Cluster]:
    answer = yield from _exchange_lifecycle(context, request, within)
    found = read_answer(request, answer, responses.ClusterResponse)
    cluster = found.output or found.cluster
    if cluster is None:
        raise located(DecodeError("unexpected answer: neither output nor cluster"), request, answer)
    return read_cluster(cluster)
