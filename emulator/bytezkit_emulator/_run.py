"""The operation that runs a model."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from bytezkit_emulator._capacity import Capacity
from bytezkit_emulator._catalog import Model
from bytezkit_emulator._cluster import DEFAULT_TIMEOUT, Cluster, QueueFullError
from bytezkit_emulator._engines import Job, MediaOutput, Output, text_of_messages
from bytezkit_emulator._instance import Inference
from bytezkit_emulator._json import JsonObject
from bytezkit_emulator._media import Media
from bytezkit_emulator._messages import Answer, Chunks, Refusal, Reply, Stream, json_reply, success
from bytezkit_emulator._providers import NEEDS_KEY, PROVIDERS, Completion
from bytezkit_emulator._remote import Remote
from bytezkit_emulator._run_request import RunRequest, read_run_request
from bytezkit_emulator._tenants import Tenant
from bytezkit_emulator._world import Call, World

_CHUNK: Final = 16 * 1024


def run_model(world: World, call: Call) -> Answer:
    """Run a model: at its provider, or once an instance is free, on a cluster that is made if need be."""
    tenant = call.tenant
    model = world.model(tenant, call.model_id)
    if model.provider in NEEDS_KEY and not call.has_provider_key:
        raise Refusal(401, f"header/provider-key: is required for models of {model.provider}")
    cluster = tenant.clusters.get(model.model_id)
    if cluster is not None and cluster.obstacle is not None:
        raise Refusal(409, cluster.obstacle)
    run = read_run_request(call.body, model.model_id, world.contract.tasks[model.task])
    world.check_credits(tenant)
    output = world.engine(run.job)
    host = cluster or _new_host(world, tenant, model)
    tokens = output.tokens if isinstance(output, Output) else 0
    inference = _submit(world, host, tokens, is_bounded=not run.may_exceed)
    inference.over.add_callback(partial(_charge, tenant, model, inference))
    streams = isinstance(output, Output) and run.wants_stream and run.job.task.stream == "text"
    wait = inference.started if streams else inference.over
    try:
        yield wait
    finally:
        if not wait.resolved:
            host.abandon(inference)
    if inference.refusal is not None:
        raise Refusal(409, inference.refusal)
    headers = _headers(model, host, inference.duration)
    if isinstance(output, MediaOutput):
        return _media_reply(world, call, run, output, headers)
    if not streams:
        raw = _provider_answer(model.provider, run.job, output)
        return json_reply(200, {"error": None, "output": output.value, **raw}, headers=headers)
    return Reply(
        status=200,
        headers={"content-type": "text/plain; charset=utf-8", **headers},
        body=Stream(_chunks(world, inference, output), partial(host.abandon, inference)),
    )


def _new_host(world: World, tenant: Tenant, model: Model) -> Cluster | Remote:
    if model.provider is not None:
        return Remote(world.scheduler, world.settings)
    return world.create_cluster(tenant, model.model_id, Capacity(), DEFAULT_TIMEOUT)


def _submit(world: World, host: Cluster | Remote, tokens: int, *, is_bounded: bool) -> Inference:
    duration = world.settings.inference_time + tokens * world.settings.token_time
    if isinstance(host, Remote):
        return host.submit(duration)
    try:
        return host.submit(duration, is_bounded=is_bounded)
    except QueueFullError:
        raise Refusal(429, "Rate limit exceeded", headers={"retry-after": "1"}) from None


def _media_reply(
    world: World, call: Call, run: RunRequest, output: MediaOutput, headers: Mapping[str, str]
) -> Reply:
    """Answer with the bytes if they are asked for, else with a URL."""
    if run.wants_stream or not run.wants_json:
        return Reply(
            status=200,
            headers={"content-type": output.media.media_type, **headers},
            body=Stream(_parts(output.media), lambda: None),
        )
    url = output.url or world.media_store.keep(output.token, output.media, call.origin)
    return success(url, headers=headers)


def _provider_answer(provider: str | None, job: Job, output: Output) -> JsonObject:
    """Return the member of the answer that holds what a provider said."""
    if provider is None:
        return {}
    completion = Completion(
        model=job.model_id.partition("/")[2],
        identity=job.seed[:12].hex(),
        text="".join(output.pieces),
        read=len(text_of_messages(job.inputs.members.get("messages")).split()),
        written=output.tokens,
    )
    return {"provider": PROVIDERS[provider](completion)}


def _parts(media: Media) -> Chunks:
    for start in range(0, len(media.content), _CHUNK):
        yield media.content[start : start + _CHUNK]


def _chunks(world: World, inference: Inference, output: Output) -> Chunks:
    """Give each piece at its own time, however late it is asked for."""
    if inference.began is None:
        raise RuntimeError("an inference is streamed before it began")
    moment = inference.began + inference.duration - len(output.pieces) * world.settings.token_time
    for piece in output.pieces:
        moment += world.settings.token_time
        wait = world.scheduler.until(moment)
        if not wait.resolved:
            yield wait
        yield piece.encode()


def _charge(tenant: Tenant, model: Model, inference: Inference) -> None:
    if inference.refusal is None:
        tenant.spent += _cost(model, inference.duration)


def _cost(model: Model, duration: timedelta) -> Decimal:
    return model.price * _seconds(duration)


def _seconds(duration: timedelta) -> Decimal:
    return Decimal(duration // timedelta(milliseconds=1)) / 1000


def _headers(model: Model, host: Cluster | Remote, duration: timedelta) -> Mapping[str, str]:
    return {
        "inference-meter": model.meter,
        "inference-meter-price": model.meter_price,
        "inference-time": str(_seconds(duration)),
        "inference-cost": f"{_cost(model, duration):.9f}",
        "ratelimit-limit": str(host.limit),
        "ratelimit-remaining": str(host.remaining),
        "ratelimit-reset": "1",
    }
