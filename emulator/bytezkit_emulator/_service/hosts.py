"""Finds the model of a v2 request and the host that runs it."""

from collections.abc import Mapping

from bytezkit_emulator._common.http_types import ENGINE_HEADER, HttpError
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import DEFAULT_TIMEOUT, Cluster
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.provider_formats import NEEDS_KEY
from bytezkit_emulator._model.provider_host import ProviderHost
from bytezkit_emulator._model.tenants import Tenant
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._service.inference import cost, seconds


def find_runnable_model(world: World, call: Call) -> Model:
    """Return the model of a request.

    Raises:
        HttpError: There is no such model, the key for its provider is missing, or its cluster is unavailable.
    """
    model = world.model(call.tenant, call.model_id)
    if model.provider in NEEDS_KEY and "provider-key" not in call.request.headers:
        raise HttpError(401, f"header/provider-key: is required for models of {model.provider}")
    _find_cluster(call.tenant, model)
    return model


def find_host(world: World, call: Call, model: Model) -> Cluster | ProviderHost:
    """Return the provider of a model, or its cluster, which is created if it does not exist.

    Raises:
        HttpError: The cluster is unavailable.
    """
    # Another request may have changed the cluster while the function of a stub worked.
    cluster = _find_cluster(call.tenant, model)
    if cluster is not None:
        return cluster
    if model.provider is not None:
        return ProviderHost(world.scheduler, world.settings)
    return world.create_cluster(call.tenant, model.model_id, Capacity(), DEFAULT_TIMEOUT)


def response_headers(
    model: Model, host: Cluster | ProviderHost, inference: Inference, engine: str
) -> Mapping[str, str]:
    """Return the headers of a response: engine, meter, time, cost and rate limit."""
    return {
        ENGINE_HEADER: engine,
        "inference-meter": model.meter,
        "inference-meter-price": model.meter_price,
        "inference-time": str(seconds(inference.duration)),
        "inference-cost": f"{cost(model, inference.duration):.9f}",
        "ratelimit-limit": str(host.limit),
        "ratelimit-remaining": str(host.remaining),
        "ratelimit-reset": "1",
    }


def _find_cluster(tenant: Tenant, model: Model) -> Cluster | None:
    cluster = tenant.clusters.get(model.model_id)
    if cluster is not None and cluster.unavailable_reason is not None:
        raise HttpError(409, cluster.unavailable_reason)
    return cluster
