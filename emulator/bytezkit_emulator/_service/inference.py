"""Serving a run at its host, for the current and the older API alike."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import TypeAlias

from bytezkit_emulator._common.http_types import Chunks, Refusal, Reply
from bytezkit_emulator._engines import MediaOutput, Output
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import Cluster
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.instance_pool import QueueFullError
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.provider_host import ProviderHost
from bytezkit_emulator._model.tenants import Tenant
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._service.run_body import RunRequest

Host: TypeAlias = Cluster | LoadedModel | ProviderHost


def streams_text(run: RunRequest, output: Output | MediaOutput) -> bool:
    """Say whether a run is answered with a stream of text."""
    return isinstance(output, Output) and run.wants_stream and run.job.task.stream == "text"


def submit(
    world: World, call: Call, model: Model, host: Host, *, run: RunRequest, output: Output | MediaOutput
) -> Inference:
    """Submit a run to its host, and charge for it when it is over.

    The run is abandoned at the end of the request, if it is not over by then.

    Raises:
        Refusal: Too many requests wait already.
    """
    tenant = call.tenant
    tokens = output.tokens if isinstance(output, Output) else 0
    duration = world.settings.inference_time + tokens * world.settings.token_time
    inference = _queued(host, duration, is_bounded=not run.may_exceed)
    inference.over.add_callback(partial(_charge, tenant, model, inference))
    tenant.runs.add(inference)
    inference.over.add_callback(partial(tenant.runs.discard, inference))
    call.cleanup.append(partial(host.abandon, inference))
    return inference


def raise_if_refused(inference: Inference) -> None:
    """Raise the refusal of a run whose host went while the run waited.

    Raises:
        Refusal: The host went.
    """
    if inference.refusal is not None:
        raise Refusal(409, inference.refusal)


def text_stream(
    world: World, inference: Inference, output: Output, headers: Mapping[str, str] | None = None
) -> Reply:
    """Answer with the pieces of a text, each when its time has come."""
    return Reply(
        status=200,
        headers={"content-type": "text/plain; charset=utf-8", **(headers or {})},
        body=_chunks(world, inference, output),
    )


def cost(model: Model, duration: timedelta) -> Decimal:
    """Return what a run costs, in US dollars."""
    return model.price * seconds(duration)


@lru_cache
def seconds(duration: timedelta) -> Decimal:
    """Return a length in seconds, to the millisecond."""
    return Decimal(duration // timedelta(milliseconds=1)) / 1000


def _queued(host: Host, duration: timedelta, *, is_bounded: bool) -> Inference:
    try:
        if isinstance(host, Cluster):
            return host.submit(duration, is_bounded=is_bounded)
        return host.submit(duration)
    except QueueFullError:
        raise Refusal(429, "Rate limit exceeded", headers={"retry-after": "1"}) from None


def _chunks(world: World, inference: Inference, output: Output) -> Chunks:
    """Give each piece at its own time, however late it is asked for."""
    if inference.began is None:
        raise RuntimeError("an inference is streamed before it began")
    moment = inference.began + inference.duration - len(output.pieces) * world.settings.token_time
    for piece in output.pieces:
        moment += world.settings.token_time
        wait = world.scheduler.until(moment)
        # It is over no earlier than its last piece, unless it was given up or refused.
        inference.over.add_callback(wait.resolve)
        if not wait.resolved:
            yield wait
        if inference.refusal is not None:
            return
        yield piece.encode()
    if not inference.over.resolved:
        yield inference.over  # A text without new words takes its time too.


def _charge(tenant: Tenant, model: Model, inference: Inference) -> None:
    if inference.refusal is None:
        tenant.spent += cost(model, inference.duration)
