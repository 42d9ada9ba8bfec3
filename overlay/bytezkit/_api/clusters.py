"""Operations on clusters, and waiting for a cluster."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

from bytezkit._api import requests
from bytezkit._api.cluster_models import Cluster, capacity_request, read_cluster, timeout_minutes
from bytezkit._core.effects import Operation, Request, Response
from bytezkit._core.exchange import Context, exchange, located, read_answer
from bytezkit._core.model_id import ModelId
from bytezkit._core.polling import Progress, Seen, Wait, start_and_wait, wait_until
from bytezkit._core.status_errors import detect_removed_endpoint
from bytezkit.errors import DecodeError
from bytezkit_models import responses
from bytezkit_models.json_value import JsonInput
from bytezkit_models.requests import CreateClusterRequest, UpdateClusterRequest

T = TypeVar("T")

LOAD_TIMEOUT: Final = timedelta(minutes=15)


def list_clusters(context: Context) -> Operation[list[Cluster]]:
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
) -> Operation[str]:
    """Create a cluster."""
    body = _create_body(plan)
    if config is not None:
        if not isinstance(config, Mapping):
            raise TypeError(f"config must be a mapping, not {type(config).__name__}")
        body["config"] = {**config}
    request = requests.create_cluster(model_id, body, repeatable=False)
    confirmed = yield from _ask_lifecycle(context, request, responses.CreateClusterResponse)
    return confirmed.output


def get_cluster(context: Context, model_id: ModelId, within: timedelta | None = None) -> Operation[Cluster]:
    """Read a cluster."""
    request = requests.read_cluster(model_id)
    return (yield from _ask_cluster(context, request, within))


def update_cluster(
    context: Context, model_id: ModelId, plan: ClusterPlan, *, on: bool | None
) -> Operation[Cluster]:
    """Change a cluster."""
    body: UpdateClusterRequest = {}
    capacity = capacity_request(minimum=plan.min, desired=plan.desired, maximum=plan.max)
    if capacity is not None:
        body["capacity"] = capacity
    if plan.idle_timeout is not None:
        body["timeout"] = timeout_minutes(plan.idle_timeout)
    if on is not None:
        if not isinstance(on, bool):
            raise TypeError(f"on must be a bool, not {type(on).__name__}")
        body["status"] = "on" if on else "off"
    return (yield from _ask_cluster(context, requests.update_cluster(model_id, body)))


def delete_cluster(context: Context, model_id: ModelId) -> Operation[None]:
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
) -> Operation[Cluster]:
    """Create a cluster unless there is one, and wait until it is up."""
    wait = Wait(model_id=model_id, goal="running", timeout=timeout, on_progress=on_progress)
    if plan.max == 0:
        raise ValueError("a cluster whose max is 0 can never be up")
    request = requests.create_cluster(model_id, _create_body(plan), repeatable=True)
    create = _ask_lifecycle(context, request, responses.CreateClusterResponse, within=timeout)
    return (yield from start_and_wait(context, wait, create, partial(_look, context, model_id)))


def wait_until_running(
    context: Context,
    model_id: ModelId,
    *,
    timeout: timedelta,
    on_progress: Callable[[Progress], object] | None,
) -> Operation[Cluster]:
    """Read the cluster until it is up; errors as for `wait_until`."""
    wait = Wait(model_id=model_id, goal="running", timeout=timeout, on_progress=on_progress)
    return (yield from wait_until(context, wait, partial(_look, context, model_id)))


def _look(context: Context, model_id: ModelId, within: timedelta) -> Operation[Seen[Cluster]]:
    cluster = yield from get_cluster(context, model_id, within)
    return Seen(
        state=cluster,
        status=cluster.status,
        instances=cluster.instances,
        up=cluster.running,
        failure=f"the cluster of {model_id} is {cluster.status}" if cluster.stopped else None,
    )


def _create_body(plan: ClusterPlan) -> CreateClusterRequest:
    body: CreateClusterRequest = {}
    capacity = capacity_request(minimum=plan.min, desired=plan.desired, maximum=plan.max)
    if capacity is not None:
        body["capacity"] = capacity
    if plan.idle_timeout is not None:
        body["timeout"] = timeout_minutes(plan.idle_timeout)
    return body


def _ask_lifecycle(
    context: Context, request: Request, expected: type[T], within: timedelta | None = None
) -> Operation[T]:
    answer = yield from _exchange_lifecycle(context, request, within)
    return read_answer(request, answer, expected)


def _exchange_lifecycle(context: Context, request: Request, within: timedelta | None) -> Operation[Response]:
    otherwise = "the service does not offer cluster operations; run the model directly"
    return (yield from detect_removed_endpoint(exchange(context, request, within), otherwise))


def _ask_cluster(context: Context, request: Request, within: timedelta | None = None) -> Operation[Cluster]:
    answer = yield from _exchange_lifecycle(context, request, within)
    found = read_answer(request, answer, responses.ClusterResponse)
    cluster = found.output or found.cluster
    if cluster is None:
        raise located(DecodeError("unexpected answer: neither output nor cluster"), request, answer)
    return read_cluster(cluster)
