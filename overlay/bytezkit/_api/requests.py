"""Requests of the v2 API, made by the generated builders.

The builders return method and path. Bodies are the generated TypedDicts, because the generated body classes
would drop unknown members.
"""

from collections.abc import Mapping
from typing import Final, cast

from msgspec.structs import replace

from bytezkit._core.effects import Request
from bytezkit._core.json import encode
from bytezkit._core.model_id import ModelId
from bytezkit_client.api.catalog import list_models_v2, list_tasks_v2, request_model_v2
from bytezkit_client.api.clusters import (
    create_cluster_v2,
    delete_cluster_v2,
    list_clusters_v2,
    read_cluster_v2,
    update_cluster_v2,
)
from bytezkit_client.api.inference import run_model_v2
from bytezkit_client.models import ShorthandInput
from bytezkit_client.types import UNSET, Unset
from bytezkit_models.requests import CreateClusterRequest, UpdateClusterRequest

# The generated builder requires a body. The operation replaces it for each run.
_PLACEHOLDER_BODY: Final = ShorthandInput(input_=None)


def built_request(built: Mapping[str, object], *, repeatable: bool) -> Request:
    """Return the request of a generated builder without its body."""
    query = cast("Mapping[str, str]", built.get("params", {}))
    return Request(
        method=str(built["method"]).upper(), path=str(built["url"]), query=query, repeatable=repeatable
    )


def run_model(model_id: ModelId) -> Request:
    """Run a model. The operation adds the body for each run."""
    request = built_request(run_model_v2.build_request(*model_id, body=_PLACEHOLDER_BODY), repeatable=False)
    return replace(request, provider_key=True)


def create_cluster(model_id: ModelId, body: CreateClusterRequest, *, repeatable: bool) -> Request:
    """Create a cluster."""
    request = built_request(create_cluster_v2.build_request(*model_id), repeatable=repeatable)
    return replace(request, content=encode(body))


def read_cluster(model_id: ModelId) -> Request:
    """Read a cluster."""
    return built_request(read_cluster_v2.build_request(*model_id), repeatable=True)


def update_cluster(model_id: ModelId, body: UpdateClusterRequest) -> Request:
    """Change a cluster."""
    request = built_request(update_cluster_v2.build_request(*model_id), repeatable=True)
    return replace(request, content=encode(body))


def delete_cluster(model_id: ModelId) -> Request:
    """Delete a cluster."""
    return built_request(delete_cluster_v2.build_request(*model_id), repeatable=False)


def task_filter(task: str | None) -> str | Unset:
    """Validate the name of a task. Unknown names are allowed, because the service may add tasks.

    Raises:
        TypeError: The name is not a string.
        ValueError: The name cannot be encoded in UTF-8.
    """
    if task is None:
        return UNSET
    if not isinstance(task, str):
        raise TypeError(f"task must be a string, not {type(task).__name__}")
    if task.encode(errors="ignore").decode() != task:
        raise ValueError(f"the task {task!r:.80} cannot be encoded in UTF-8")
    return task


def list_models(task: str | None, model_id: ModelId | None) -> Request:
    """List models."""
    built = list_models_v2.build_request(
        task=task_filter(task),
        model_id=UNSET if model_id is None else str(model_id),
    )
    return built_request(built, repeatable=True)


def list_tasks() -> Request:
    """List tasks."""
    return built_request(list_tasks_v2.build_request(), repeatable=True)


def list_clusters() -> Request:
    """List clusters."""
    return built_request(list_clusters_v2.build_request(), repeatable=True)


def request_model(model_id: ModelId) -> Request:
    """Request that a model be added to the catalog."""
    return built_request(request_model_v2.build_request(*model_id), repeatable=True)
