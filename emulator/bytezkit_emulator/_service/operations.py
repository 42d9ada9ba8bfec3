"""Operations on models, tasks and clusters, and the table of all handlers."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._common.http_types import HttpError, Reply, success
from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_emulator._model.capacity import Capacity, CapacityError
from bytezkit_emulator._model.cluster import DEFAULT_TIMEOUT, Cluster
from bytezkit_emulator._model.world import Call, Handler, World
from bytezkit_emulator._openapi.contract import RUN
from bytezkit_emulator._service.openai_operations import OPENAI_HANDLERS
from bytezkit_emulator._service.run import run_model
from bytezkit_emulator._service.v1_operations import V1_HANDLERS
from bytezkit_models.json_value import JsonValue


def _list_models(world: World, call: Call) -> Reply:
    models = [*world.catalog.values(), *call.tenant.models.values()]
    task, model_id = call.query.get("task"), call.query.get("modelId")
    return success(
        [
            model.as_json()
            for model in models
            if task in (None, model.task) and model_id in (None, model.model_id)
        ]
    )


def _list_tasks(world: World, _: Call) -> Reply:
    return success(list[JsonValue](sorted(world.contract.tasks)))


def _list_clusters(_: World, call: Call) -> Reply:
    return success([cluster.as_json() for cluster in call.tenant.clusters.values()])


def _request_model(world: World, call: Call) -> Reply:
    if call.caller is not None:
        world.request_model(call.caller, call.model_id)
    return success("Job queued")


def _create_cluster(world: World, call: Call) -> Reply:
    model = world.model(call.tenant, call.model_id)
    if model.provider is not None:
        raise HttpError(422, f"path: the model runs at {model.provider} and has no cluster")
    if model.model_id in call.tenant.clusters:
        raise HttpError(409, "Cluster already exists")
    capacity = _merge_capacity(Capacity(), call.body)
    world.check_credits(call.tenant)
    timeout = _integer(call.body.get("timeout")) or DEFAULT_TIMEOUT
    world.create_cluster(call.tenant, model.model_id, capacity, timeout)
    return success("Loading", status=202)


def _read_cluster(world: World, call: Call) -> Reply:
    return _cluster_reply(_find_cluster(world, call))


def _update_cluster(world: World, call: Call) -> Reply:
    cluster = _find_cluster(world, call)
    status = call.body.get("status")
    cluster.update(
        capacity=_merge_capacity(cluster.capacity, call.body),
        timeout=_integer(call.body.get("timeout")) or cluster.timeout,
        is_on=cluster.is_on if status is None else status == "on",
    )
    return _cluster_reply(cluster)


def _delete_cluster(world: World, call: Call) -> Reply:
    _find_cluster(world, call).delete()
    return success(None)


def _find_cluster(world: World, call: Call) -> Cluster:
    cluster = call.tenant.clusters.get(world.model(call.tenant, call.model_id).model_id)
    if cluster is None:
        raise HttpError(404, "Cluster does not exist")
    return cluster


def _cluster_reply(cluster: Cluster) -> Reply:
    """Return a cluster in two members, since client versions read different ones."""
    return success(cluster.as_json(), cluster=cluster.as_json())


def _merge_capacity(capacity: Capacity, body: JsonObject) -> Capacity:
    sent = as_object(body.get("capacity", {}))
    try:
        return capacity.merged({name: _integer(value) or 0 for name, value in sent.items()})
    except CapacityError as error:
        raise HttpError(422, f"body/capacity: {error}") from None


def _integer(value: JsonValue) -> int | None:
    """Convert a JSON number to an integer; JSON Schema accepts `3.0` as an integer."""
    return int(value) if isinstance(value, (int, float)) else None


HANDLERS: Final[Mapping[str, Handler]] = {
    "listModelsV2": _list_models,
    "listTasksV2": _list_tasks,
    "listClustersV2": _list_clusters,
    "requestModelV2": _request_model,
    "createClusterV2": _create_cluster,
    "readClusterV2": _read_cluster,
    "updateClusterV2": _update_cluster,
    "deleteClusterV2": _delete_cluster,
    RUN: run_model,
    **OPENAI_HANDLERS,
    **V1_HANDLERS,
}
