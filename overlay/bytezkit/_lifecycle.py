"""Clusters and waiting for them, written once for both faces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from bytezkit import _requests as requests
from bytezkit._clusters import Cluster, capacity_request, read_cluster, timeout_minutes
from bytezkit._effects import Answer, Flow, Request, Sleep
from bytezkit._exchange import Context, exchange, located, read_answer
from bytezkit._model_id import ModelId
from bytezkit._progress import Progress
from bytezkit._retry import backoff
from bytezkit.errors import (
    ConflictError,
    DeadlineExceededError,
    DecodeError,
    LifecycleUnavailableError,
    ModelFailedError,
    RateLimitError,
    StatusError,
    WaitTimeoutError,
)
from bytezkit_models import responses
from bytezkit_models.json_value import JsonInput
from bytezkit_models.requests import CreateClusterRequest, UpdateClusterRequest

T = TypeVar("T")

LOAD_TIMEOUT: Final = timedelta(minutes=15)

_READY: Final = frozenset({"running", "on"})
_FAILED: Final = frozenset({"off", "failed", "error", "stopped"})
_FIRST_POLL: Final = 0.5
_LONGEST_POLL: Final = 5.0


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
