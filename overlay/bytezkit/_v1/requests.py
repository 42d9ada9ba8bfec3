"""Requests of the v1 API, made by the generated builders."""

from collections.abc import Mapping

from msgspec.structs import replace

from bytezkit._api.requests import built_request, task_filter
from bytezkit._core.effects import Request
from bytezkit._core.json import encode
from bytezkit._core.model_id import ModelId
from bytezkit_client.api.v1 import (
    create_job_v1,
    delete_instance_v1,
    list_instances_v1,
    list_models_v1,
    load_model_v1,
    read_instance_v1,
    run_model_v1,
)
from bytezkit_client.models import InstanceRequestV1, ModelRequestV1, RunRequestV1
from bytezkit_client.types import UNSET


def list_models(task: str | None) -> Request:
    """List models."""
    built = list_models_v1.build_request(task=task_filter(task))
    return built_request(built, repeatable=True)


def request_model(model_id: ModelId) -> Request:
    """Request that a model be made available, or read its job."""
    built = create_job_v1.build_request(body=ModelRequestV1(model=str(model_id)))
    return _with_body(built, repeatable=True)


def load_model(
    model_id: ModelId, concurrency: int | None, idle_seconds: int | None, *, repeatable: bool
) -> Request:
    """Load a model."""
    body = InstanceRequestV1(
        model=str(model_id),
        concurrency=UNSET if concurrency is None else concurrency,
        expiration_period_seconds=UNSET if idle_seconds is None else idle_seconds,
    )
    return _with_body(load_model_v1.build_request(body=body), repeatable=repeatable)


def read_instance(model_id: ModelId) -> Request:
    """Read an instance."""
    built = read_instance_v1.build_request(body=InstanceRequestV1(model=str(model_id)))
    return _with_body(built, repeatable=True)


def run_model(body: Mapping[str, object]) -> Request:
    """Run a model."""
    # The generated body class would drop unknown members, so it only fills the argument.
    request = built_request(run_model_v1.build_request(body=RunRequestV1()), repeatable=False)
    return replace(request, content=encode(body))


def list_instances() -> Request:
    """List instances."""
    return built_request(list_instances_v1.build_request(), repeatable=True)


def delete_instance(model_id: ModelId) -> Request:
    """Shut an instance down."""
    built = delete_instance_v1.build_request(body=ModelRequestV1(model=str(model_id)))
    return _with_body(built, repeatable=False)


def _with_body(built: Mapping[str, object], *, repeatable: bool) -> Request:
    return replace(built_request(built, repeatable=repeatable), content=encode(built["json"]))
