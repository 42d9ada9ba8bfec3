"""Runs an inference at its host, for v1 and v2."""

from collections.abc import Generator, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import TypeAlias

import msgspec

from bytezkit_emulator._common.http_types import (
    ENGINE_HEADER,
    Chunks,
    ConnectionCutError,
    HttpError,
    Reply,
)
from bytezkit_emulator._engines import EngineAnswer, MediaOutput, Output, RunRequest
from bytezkit_emulator._engines.live import LiveRun
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import Cluster
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.instance_pool import QueueFullError
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.provider_host import ProviderHost
from bytezkit_emulator._model.tenants import Tenant
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.scheduler import later

Host: TypeAlias = Cluster | LoadedModel | ProviderHost


class TextStream(msgspec.Struct, frozen=True):
    """A text whose pieces come at their own times.

    Attributes:
        pieces: Yields the pieces, and a future while a piece is not ready. Raises `ConnectionCutError` if a
            live engine fails.
    """

    pieces: Generator[Future | str, None, None]


def admit_run(world: World, call: Call, model: Model) -> None:
    """Admit a run, which counts towards the plan of the key until the end of the request.

    The plans of the vendor limit concurrent runs of open models only.

    Raises:
        HttpError: The key has no credits left, or as many runs as its plan allows.
    """
    tenant, allowed = call.tenant, world.settings.plan_concurrency
    world.check_credits(tenant)
    if allowed is None or model.provider is not None:
        return
    if tenant.runs >= allowed:
        raise HttpError(429, f"Rejected: your plan allows for {allowed} concurrency")
    tenant.runs += 1
    call.cleanup.append(tenant.end_run)


def serve(
    world: World, call: Call, model: Model, host: Host, *, run: RunRequest, answer: EngineAnswer
) -> Generator[Future, None, tuple[Inference, Output | MediaOutput | TextStream]]:
    """Submit a run to its host, and charge the tenant when the run finishes.

    At the end of the request, a run that has not finished is abandoned.

    Returns:
        The inference, and the output or the beginning of its stream.

    Raises:
        HttpError: The queue of the host is full, the host stopped while the run was queued, or the live
            engine failed.
    """
    output = answer.output
    inference = _submit(world, call, model, host, run=run, output=output)
    is_stream = run.wants_stream and run.job.task.stream == "text" and not isinstance(output, MediaOutput)
    yield inference.started if is_stream or isinstance(output, LiveRun) else inference.finished
    if inference.rejection is not None:
        raise HttpError(409, inference.rejection)
    if isinstance(output, LiveRun):
        output.start()
        yield output.arrival() if is_stream else output.finished
        inference.duration = output.elapsed
        if is_stream and not output.finished.resolved:
            return inference, TextStream(_live_pieces(output))
        try:
            output = output.result()
        except HttpError as error:
            error.headers = {**error.headers, ENGINE_HEADER: answer.engine}
            raise
    if is_stream and isinstance(output, Output):
        return inference, TextStream(_timed_pieces(world, inference, output))
    return inference, output


def text_stream(stream: TextStream, headers: Mapping[str, str]) -> Reply:
    """Return a reply that streams a text."""
    return Reply(
        status=200,
        headers={"content-type": "text/plain; charset=utf-8", **headers},
        body=_encoded(stream),
    )


def cost(model: Model, duration: timedelta) -> Decimal:
    """Return the price of a run in US dollars."""
    return model.price * seconds(duration)


@lru_cache
def seconds(duration: timedelta) -> Decimal:
    """Return a duration in seconds, rounded down to milliseconds."""
    return Decimal(duration // timedelta(milliseconds=1)) / 1000


def _submit(
    world: World,
    call: Call,
    model: Model,
    host: Host,
    *,
    run: RunRequest,
    output: Output | MediaOutput | LiveRun,
) -> Inference:
    duration = None
    if not isinstance(output, LiveRun):
        tokens = output.tokens if isinstance(output, Output) else 0
        duration = world.settings.inference_time + tokens * world.settings.token_time
    try:
        if isinstance(host, Cluster):
            inference = host.submit(duration, is_bounded=not run.ignores_queue_limit)
        else:
            inference = host.submit(duration)
    except QueueFullError:
        raise HttpError(429, "Rate limit exceeded", headers={"retry-after": "1"}) from None
    if isinstance(output, LiveRun):
        output.finished.add_callback(partial(host.end, inference))
        inference.finished.add_callback(partial(_end_live_run, inference, output))
    inference.finished.add_callback(partial(_charge, call.tenant, model, inference))
    call.cleanup.append(partial(host.end, inference))
    return inference


def _end_live_run(inference: Inference, run: LiveRun) -> None:
    run.cancel()
    inference.duration = run.elapsed


def _encoded(stream: TextStream) -> Chunks:
    for piece in stream.pieces:
        yield piece.encode() if isinstance(piece, str) else piece


def _live_pieces(run: LiveRun) -> Generator[Future | str, None, None]:
    while run.pieces or not run.finished.resolved:
        if run.pieces:
            yield run.pieces.popleft()
        else:
            yield run.arrival()
    try:
        run.result()
    except HttpError as error:
        raise ConnectionCutError("reset", error.error) from None


def _timed_pieces(world: World, inference: Inference, output: Output) -> Generator[Future | str, None, None]:
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
        yield piece
    if not inference.finished.resolved:
        # An empty text has no pieces, but takes time too.
        yield inference.finished


def _charge(tenant: Tenant, model: Model, inference: Inference) -> None:
    if inference.rejection is None:
        tenant.spent += cost(model, inference.duration)
