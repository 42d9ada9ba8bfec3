"""Operations on clusters."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Final, TypeVar

from msgspec.structs import replace

from bytezkit._api.requests import built_request
from bytezkit._api.resource_models import Capacity, Cluster, ClusterSettings
from bytezkit._core.config import Duration, to_timedelta
from bytezkit._core.effects import Operation, Request, Response
from bytezkit._core.exchange import Context, decode_response, exchange, with_request_context
from bytezkit._core.json import encode
from bytezkit._core.model_id import ModelId
from bytezkit._core.polling import PollResult, Progress, start_and_wait, wait_options, wait_until_ready
from bytezkit._core.status_errors import detect_removed_endpoint
from bytezkit.errors import DecodeError
from bytezkit_client.api.clusters import (
    create_cluster_v2,
    delete_cluster_v2,
    list_clusters_v2,
    read_cluster_v2,
    update_cluster_v2,
)
from bytezkit_models import responses
from bytezkit_models.json_value import JsonInput
from bytezkit_models.requests import CapacityRequest, CreateClusterRequest, UpdateClusterRequest

T = TypeVar("T")

_MAX_INSTANCES: Final = 10
_MINUTE: Final = timedelta(minutes=1)
_MAX_TIMEOUT: Final = timedelta(minutes=1440)


def list_clusters(context: Context) -> Operation[list[Cluster]]:
    """List the caller's clusters."""
    request = built_request(list_clusters_v2.build_request(), repeatable=True)
    response = yield from _fetch(context, request, responses.ListClustersResponse)
    return [_cluster_from_wire(cluster) for cluster in response.output]


def create_cluster(
    context: Context,
    model_id: ModelId,
    settings: ClusterSettings,
    config: Mapping[str, JsonInput] | None = None,
) -> Operation[str]:
    """Create a cluster. Return the confirmation of the service."""
    body = _create_body(settings)
    if config is not None:
        if not isinstance(config, Mapping):
            raise TypeError(f"config must be a mapping, not {type(config).__name__}")
        body["config"] = {**config}
    request = _create_request(model_id, body, repeatable=False)
    response = yield from _fetch(context, request, responses.CreateClusterResponse)
    return response.output


def get_cluster(context: Context, model_id: ModelId, within: timedelta | None = None) -> Operation[Cluster]:
    """Read a cluster."""
    request = built_request(read_cluster_v2.build_request(*model_id), repeatable=True)
    return (yield from _fetch_cluster(context, request, within))


def update_cluster(
    context: Context, model_id: ModelId, settings: ClusterSettings, *, on: bool | None
) -> Operation[Cluster]:
    """Change a cluster."""
    body: UpdateClusterRequest = {}
    capacity = _capacity_request(minimum=settings.min, desired=settings.desired, maximum=settings.max)
    if capacity is not None:
        body["capacity"] = capacity
    if settings.idle_timeout is not None:
        body["timeout"] = _timeout_minutes(settings.idle_timeout)
    if on is not None:
        if not isinstance(on, bool):
            raise TypeError(f"on must be a bool, not {type(on).__name__}")
        body["status"] = "on" if on else "off"
    request = built_request(update_cluster_v2.build_request(*model_id), repeatable=True)
    return (yield from _fetch_cluster(context, replace(request, content=encode(body))))


def delete_cluster(context: Context, model_id: ModelId) -> Operation[None]:
    """Delete a cluster."""
    request = built_request(delete_cluster_v2.build_request(*model_id), repeatable=False)
    yield from _fetch(context, request, responses.DeleteClusterResponse)


def load(
    context: Context,
    model_id: ModelId,
    settings: ClusterSettings,
    *,
    timeout: Duration,
    on_progress: Callable[[Progress], object] | None,
) -> Operation[Cluster]:
    """Create a cluster unless the model has one, and wait until it is running.

    Raises:
        ValueError: A setting is out of range, or `max` is 0.
        ModelFailedError: The cluster failed or is switched off.
        WaitTimeoutError: The timeout passed.
    """
    options = wait_options(model_id, "running", timeout, on_progress)
    if settings.max == 0:
        raise ValueError("max must be 1 or more: a cluster with max 0 never runs")
    # A repeated request is harmless here: a conflict means that the cluster exists, and polling continues.
    request = _create_request(model_id, _create_body(settings), repeatable=True)
    create = _fetch(context, request, responses.CreateClusterResponse, within=options.timeout)
    return (yield from start_and_wait(context, options, create, partial(_poll, context, model_id)))


def wait_until_running(
    context: Context,
    model_id: ModelId,
    *,
    timeout: Duration,
    on_progress: Callable[[Progress], object] | None,
) -> Operation[Cluster]:
    """Poll a cluster until it is running; errors as for `load`."""
    options = wait_options(model_id, "running", timeout, on_progress)
    return (yield from wait_until_ready(context, options, partial(_poll, context, model_id)))


def _poll(context: Context, model_id: ModelId, within: timedelta) -> Operation[PollResult[Cluster]]:
    cluster = yield from get_cluster(context, model_id, within)
    return PollResult(
        resource=cluster,
        status=cluster.status,
        instances=cluster.instances,
        ready=cluster.running,
        failure=f"the cluster of {model_id} is {cluster.status}" if cluster.stopped else None,
    )


def _create_request(model_id: ModelId, body: CreateClusterRequest, *, repeatable: bool) -> Request:
    request = built_request(create_cluster_v2.build_request(*model_id), repeatable=repeatable)
    return replace(request, content=encode(body))


def _create_body(settings: ClusterSettings) -> CreateClusterRequest:
    body: CreateClusterRequest = {}
    capacity = _capacity_request(minimum=settings.min, desired=settings.desired, maximum=settings.max)
    if capacity is not None:
        body["capacity"] = capacity
    if settings.idle_timeout is not None:
        body["timeout"] = _timeout_minutes(settings.idle_timeout)
    return body


def _fetch(
    context: Context, request: Request, expected: type[T], within: timedelta | None = None
) -> Operation[T]:
    response = yield from _exchange(context, request, within)
    return decode_response(context, request, response, expected)


def _exchange(context: Context, request: Request, within: timedelta | None) -> Operation[Response]:
    problem = "the service does not offer cluster operations; run the model directly"
    return (yield from detect_removed_endpoint(exchange(context, request, within), problem))


def _fetch_cluster(context: Context, request: Request, within: timedelta | None = None) -> Operation[Cluster]:
    response = yield from _exchange(context, request, within)
    body = decode_response(context, request, response, responses.ClusterResponse)
    # Documents show the cluster under either name.
    cluster = body.output or body.cluster
    if cluster is None:
        problem = DecodeError("unexpected response: it has neither output nor cluster")
        raise with_request_context(context, problem, request, response)
    return _cluster_from_wire(cluster)


def _cluster_from_wire(cluster: responses.Cluster) -> Cluster:
    """Convert a cluster of the wire."""
    return Cluster(
        model_id=cluster.modelId,
        status=cluster.status,
        capacity=Capacity(
            min=cluster.capacity.min, desired=cluster.capacity.desired, max=cluster.capacity.max
        ),
        timeout=cluster.timeout,
        created=cluster.created,
        modified=cluster.modified,
        instances=cluster.instances,
        inferences=cluster.inferences,
        last_inference=cluster.lastInference,
    )


def _capacity_request(
    *, minimum: int | None, desired: int | None, maximum: int | None
) -> CapacityRequest | None:
    """Validate a capacity and return its request member, or None if all arguments are None.

    Raises:
        TypeError: An argument is not an integer.
        ValueError: An argument is out of range, or not `min <= desired <= max`.
    """
    request: CapacityRequest = {}
    if minimum is not None:
        request["min"] = minimum
    if desired is not None:
        request["desired"] = desired
    if maximum is not None:
        request["max"] = maximum
    arguments = [("min", minimum), ("desired", desired), ("max", maximum)]
    ordered = [(name, value) for name, value in arguments if value is not None]
    for name, value in ordered:
        # A bool is an int for Python, but a service would reject `true`.
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} must be an integer, not {type(value).__name__}")
        if not 0 <= value <= _MAX_INSTANCES:
            raise ValueError(f"{name} must be 0 to {_MAX_INSTANCES}, not {value}")
    for (name, value), (next_name, next_value) in pairwise(ordered):
        if value > next_value:
            raise ValueError(f"{name} {value} is above {next_name} {next_value}")
    return request or None


def _timeout_minutes(idle_timeout: Duration) -> int:
    """Convert an idle timeout to minutes.

    Raises:
        TypeError: The timeout is no duration.
        ValueError: The timeout is not a whole number of minutes from 1 to 1440.
    """
    duration = to_timedelta("idle_timeout", idle_timeout)
    if duration % _MINUTE or not _MINUTE <= duration <= _MAX_TIMEOUT:
        raise ValueError(f"idle_timeout must be whole minutes from 1 to 1440, not {duration}")
    return duration // _MINUTE
