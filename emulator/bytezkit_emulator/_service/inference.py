"""Runs an inference at its host, for v1 and v2."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import TypeAlias

from bytezkit_emulator._common.http_types import Chunks, HttpError, Reply
from bytezkit_emulator._engines import MediaOutput, Output
from bytezkit_emulator._engines.job import RunRequest
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import Cluster
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.instance_pool import QueueFullError
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.provider_host import ProviderHost
from bytezkit_emulator._model.tenants import Tenant
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._time.scheduler import later

Host: TypeAlias = Cluster | LoadedModel | ProviderHost


def streams_text(run: RunRequest, output: Output | MediaOutput) -> bool:
    """Return whether the response to a run is a text stream."""
    return isinstance(output, Output) and run.wants_stream and run.job.task.stream == "text"


def submit(
    world: World, call: Call, model: Model, host: Host, *, run: RunRequest, output: Output | MediaOutput
) -> Inference:
    """Submit a run to its host, and charge the tenant when the run finishes.

    At the end of the request, a run that has not finished is abandoned.

    Raises:
        HttpError: The queue of the host is full.
    """
    tenant = call.tenant
    tokens = output.tokens if isinstance(output, Output) else 0
    duration = world.settings.inference_time + tokens * world.settings.token_time
    inference = _enqueue(host, duration, is_bounded=not run.ignores_queue_limit)
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
    return Reply(
        status=200,
        headers={"content-type": "text/plain; charset=utf-8", **(headers or {})},
        body=_text_chunks(world, inference, output),
    )


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


def _text_chunks(world: World, inference: Inference, output: Output) -> Chunks:
    """Yield each piece at its own time, or at once if the client asks for it later."""
    if inference.started_at is None:
        raise RuntimeError("cannot stream an inference that has not started")
    delay = inference.duration - len(output.pieces) * world.settings.token_time
    for piece in output.pieces:
        delay += world.settings.token_time
        future = world.scheduler.sleep_until(later(inference.started_at, delay))
        # It finishes no earlier than its last piece, unless it is abandoned.
        inference.finished.add_callback(future.resolve)
        if not future.resolved:
            yield future
        yield piece.encode()
    if not inference.finished.resolved:
        # An empty text has no pieces, but takes time too.
        yield inference.finished


def _charge(tenant: Tenant, model: Model, inference: Inference) -> None:
    if inference.rejection is None:
        tenant.spent += cost(model, inference.duration)
