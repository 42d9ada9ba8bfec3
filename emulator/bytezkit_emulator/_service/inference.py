"""Runs an inference at its host, for v1, v2 and the format of OpenAI."""

from collections.abc import Generator, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import TypeAlias

import msgspec

from bytezkit_emulator._common.http_types import Chunks, HttpError, Reply
from bytezkit_emulator._engines import MediaOutput, Output
from bytezkit_emulator._engines.job import RunRequest
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import DEFAULT_TIMEOUT, Cluster
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.instance_pool import QueueFullError
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.provider_formats import NEEDS_KEY
from bytezkit_emulator._model.provider_host import ProviderHost
from bytezkit_emulator._model.tenants import Tenant
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.scheduler import later

Host: TypeAlias = Cluster | LoadedModel | ProviderHost


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What a run demands of its host.

    Attributes:
        tokens: Tokens to generate.
        is_streamed: Whether the response begins when the run starts, instead of when it has finished.
        ignores_queue_limit: Whether the run is queued even if the queue is full.
    """

    tokens: int
    is_streamed: bool
    ignores_queue_limit: bool

    @classmethod
    def of_run(cls, run: RunRequest, output: Output | MediaOutput) -> "Load":
        """Return the load of a run with one output."""
        return cls(
            tokens=output.tokens if isinstance(output, Output) else 0,
            is_streamed=streams_text(run, output),
            ignores_queue_limit=run.ignores_queue_limit,
        )


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A run that has started, or finished unless it is streamed.

    Attributes:
        inference: The run at its host.
        headers: Headers of the response: meter, price, time, cost and rate limit.
    """

    inference: Inference
    headers: Mapping[str, str]


def find_runnable_model(world: World, call: Call, model_id: str) -> Model:
    """Return a model that can run.

    Raises:
        HttpError: There is no such model, the key for its provider is missing, or its cluster is unavailable.
    """
    model = world.model(call.tenant, model_id)
    if model.provider in NEEDS_KEY and "provider-key" not in call.request.headers:
        raise HttpError(401, f"header/provider-key: is required for models of {model.provider}")
    _find_cluster(call.tenant, model)
    return model


def serve(world: World, call: Call, model: Model, load: Load) -> Generator[Future, None, Served]:
    """Run a model at its provider or on a cluster, which is created if it does not exist.

    Raises:
        HttpError: The cluster is unavailable, its queue is full, or it stopped while the run was queued.
    """
    # Again, since another request may have changed the cluster while the engine worked.
    host = _find_cluster(call.tenant, model) or _create_host(world, call.tenant, model)
    inference = submit(world, call, model, host, load)
    yield inference.started if load.is_streamed else inference.finished
    raise_if_rejected(inference)
    return Served(inference=inference, headers=_response_headers(model, host, inference))


def streams_text(run: RunRequest, output: Output | MediaOutput) -> bool:
    """Return whether the response to a run is a text stream."""
    return isinstance(output, Output) and run.wants_stream and run.job.task.stream == "text"


def submit(world: World, call: Call, model: Model, host: Host, load: Load) -> Inference:
    """Submit a run to its host, and charge the tenant when the run finishes.

    At the end of the request, a run that has not finished is abandoned.

    Raises:
        HttpError: The queue of the host is full.
    """
    tenant = call.tenant
    duration = world.settings.inference_time + load.tokens * world.settings.token_time
    inference = _enqueue(host, duration, is_bounded=not load.ignores_queue_limit)
    inference.finished.add_callback(partial(_charge, tenant, model, inference))
    call.cleanup.append(partial(host.abandon, inference))
    return inference


def raise_if_rejected(inference: Inference) -> None:
    """Raise the rejection of a run as an HTTP error.

    Raises:
        HttpError: The host stopped while the run was queued.
    """
    if inference.rejection is not None:
        raise HttpError(409, inference.rejection)


def text_stream(
    world: World, inference: Inference, output: Output, headers: Mapping[str, str] | None = None
) -> Reply:
    """Return a reply that streams a text, each piece at its own time."""
    first = 1 - len(output.pieces) + output.tokens
    return Reply(
        status=200,
        headers={"content-type": "text/plain; charset=utf-8", **(headers or {})},
        body=timed_chunks(
            world, inference, ((at, piece.encode()) for at, piece in enumerate(output.pieces, first))
        ),
    )


def timed_chunks(world: World, inference: Inference, chunks: Iterable[tuple[int, bytes]]) -> Chunks:
    """Yield chunks, each at its own time, or at once if the client asks for it later.

    Args:
        world: The simulated service.
        inference: The run, which has started.
        chunks: Each chunk after the number of tokens whose time passes before it.
    """
    if inference.started_at is None:
        raise RuntimeError("cannot stream an inference that has not started")
    for tokens, chunk in chunks:
        delay = world.settings.inference_time + tokens * world.settings.token_time
        future = world.scheduler.sleep_until(later(inference.started_at, delay))
        # It finishes no earlier than its last piece, unless it is abandoned.
        inference.finished.add_callback(future.resolve)
        if not future.resolved:
            yield future
        yield chunk
    if not inference.finished.resolved:
        # An empty text has no pieces, but takes time too.
        yield inference.finished


def cost(model: Model, duration: timedelta) -> Decimal:
    """Return the price of a run in US dollars."""
    return model.price * seconds(duration)


@lru_cache
def seconds(duration: timedelta) -> Decimal:
    """Return a duration in seconds, rounded down to milliseconds."""
    return Decimal(duration // timedelta(milliseconds=1)) / 1000


def _enqueue(host: Host, duration: timedelta, *, is_bounded: bool) -> Inference:
    try:
        if isinstance(host, Cluster):
            return host.submit(duration, is_bounded=is_bounded)
        return host.submit(duration)
    except QueueFullError:
        raise HttpError(429, "Rate limit exceeded", headers={"retry-after": "1"}) from None


def _find_cluster(tenant: Tenant, model: Model) -> Cluster | None:
    cluster = tenant.clusters.get(model.model_id)
    if cluster is not None and cluster.unavailable_reason is not None:
        raise HttpError(409, cluster.unavailable_reason)
    return cluster


def _create_host(world: World, tenant: Tenant, model: Model) -> Cluster | ProviderHost:
    if model.provider is not None:
        return ProviderHost(world.scheduler, world.settings)
    return world.create_cluster(tenant, model.model_id, Capacity(), DEFAULT_TIMEOUT)


def _response_headers(model: Model, host: Cluster | ProviderHost, inference: Inference) -> Mapping[str, str]:
    return {
        "inference-meter": model.meter,
        "inference-meter-price": model.meter_price,
        "inference-time": str(seconds(inference.duration)),
        "inference-cost": f"{cost(model, inference.duration):.9f}",
        "ratelimit-limit": str(host.limit),
        "ratelimit-remaining": str(host.remaining),
        "ratelimit-reset": "1",
    }


def _charge(tenant: Tenant, model: Model, inference: Inference) -> None:
    if inference.rejection is None:
        tenant.spent += cost(model, inference.duration)
