"""Runs an inference at its host, for v1, v2 and the format of OpenAI."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import TypeAlias, TypeVar

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

_Chunk = TypeVar("_Chunk", str, bytes)


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What a request demands of its host.

    Attributes:
        tokens: Tokens that instant engines generate.
        is_streamed: Whether the response begins when the run starts, instead of when it has finished.
        ignores_queue_limit: Whether the run is queued even if the queue is full.
    """

    tokens: int
    is_streamed: bool
    ignores_queue_limit: bool


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
    is_stream = run.wants_stream and run.job.task.stream == "text" and not isinstance(output, MediaOutput)
    load = Load(
        tokens=output.tokens if isinstance(output, Output) else 0,
        is_streamed=is_stream,
        ignores_queue_limit=run.ignores_queue_limit,
    )
    live = [output] if isinstance(output, LiveRun) else []
    inference = yield from _started(world, call, model, host, load=load, live=live)
    if isinstance(output, LiveRun):
        output.start()
        yield output.arrival() if is_stream else output.finished
        inference.duration = output.elapsed
        if is_stream and not output.finished.resolved:
            return inference, TextStream(_live_pieces(output))
        output = _result(output, answer)
    if is_stream and isinstance(output, Output):
        first = 1 - len(output.pieces) + output.tokens
        return inference, TextStream(timed_chunks(world, inference, enumerate(output.pieces, first)))
    return inference, output


def serve_all(
    world: World, call: Call, model: Model, host: Host, *, load: Load, answers: Sequence[EngineAnswer]
) -> Generator[Future, None, tuple[Inference, list[Output | MediaOutput]]]:
    """Submit several runs of one request to their host, as `serve` submits one run.

    Live engines make their whole outputs, one after the other, before the response begins.

    Returns:
        The inference and the outputs.

    Raises:
        HttpError: As for `serve`.
    """
    live = [it.output for it in answers if isinstance(it.output, LiveRun)]
    inference = yield from _started(world, call, model, host, load=load, live=live)
    outputs: list[Output | MediaOutput] = []
    for answer in answers:
        output = answer.output
        if isinstance(output, LiveRun):
            output.start()
            yield output.finished
            output = _result(output, answer)
        outputs.append(output)
    if live:
        inference.duration = _elapsed(live)
    return inference, outputs


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


def timed_chunks(
    world: World, inference: Inference, chunks: Iterable[tuple[int, _Chunk]]
) -> Generator[Future | _Chunk, None, None]:
    """Yield chunks, each at its own time, or at once if the client asks for it later.

    Args:
        world: The simulated service.
        inference: The inference, which has started.
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


def _started(
    world: World, call: Call, model: Model, host: Host, *, load: Load, live: Sequence[LiveRun]
) -> Generator[Future, None, Inference]:
    """Return the inference when it has started, or finished if the response waits for that."""
    inference = _submit(world, call, model, host, load=load, live=live)
    yield inference.started if load.is_streamed or live else inference.finished
    if inference.rejection is not None:
        raise HttpError(409, inference.rejection)
    return inference


def _submit(
    world: World, call: Call, model: Model, host: Host, *, load: Load, live: Sequence[LiveRun]
) -> Inference:
    duration = None if live else world.settings.inference_time + load.tokens * world.settings.token_time
    try:
        if isinstance(host, Cluster):
            inference = host.submit(duration, is_bounded=not load.ignores_queue_limit)
        else:
            inference = host.submit(duration)
    except QueueFullError:
        raise HttpError(429, "Rate limit exceeded", headers={"retry-after": "1"}) from None
    if live:
        live[-1].finished.add_callback(partial(host.end, inference))
        inference.finished.add_callback(partial(_end_live_runs, inference, live))
    inference.finished.add_callback(partial(_charge, call.tenant, model, inference))
    call.cleanup.append(partial(host.end, inference))
    return inference


def _end_live_runs(inference: Inference, runs: Sequence[LiveRun]) -> None:
    for run in runs:
        run.cancel()
    inference.duration = _elapsed(runs)


def _elapsed(runs: Sequence[LiveRun]) -> timedelta:
    return sum((run.elapsed for run in runs), timedelta())


def _result(run: LiveRun, answer: EngineAnswer) -> Output | MediaOutput:
    try:
        return run.result()
    except HttpError as error:
        error.headers = {**error.headers, ENGINE_HEADER: answer.engine}
        raise


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


def _charge(tenant: Tenant, model: Model, inference: Inference) -> None:
    if inference.rejection is None:
        tenant.spent += cost(model, inference.duration)
