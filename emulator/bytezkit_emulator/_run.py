"""The operation that runs a model."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial

from bytezkit_emulator._capacity import Capacity
from bytezkit_emulator._catalog import Model
from bytezkit_emulator._cluster import DEFAULT_TIMEOUT, Cluster, QueueFullError
from bytezkit_emulator._engines import Job, Output
from bytezkit_emulator._instance import Inference
from bytezkit_emulator._messages import Answer, Chunks, Refusal, Reply, Stream, json_reply
from bytezkit_emulator._run_request import read_run_request
from bytezkit_emulator._tenants import Tenant
from bytezkit_emulator._world import Call, World


def run_model(world: World, call: Call) -> Answer:
    """Run a model once an instance is free, on a cluster that is made if there is none."""
    tenant = call.tenant
    model = world.model(tenant, call.model_id)
    cluster = tenant.clusters.get(model.model_id)
    if cluster is not None and cluster.obstacle is not None:
        raise Refusal(409, cluster.obstacle)
    task = world.contract.tasks[model.task]
    run = read_run_request(call.body, task)
    world.check_credits(tenant)
    output = world.engine(Job(model_id=model.model_id, task=task, inputs=run.inputs, params=run.params))
    if cluster is None:
        cluster = world.create_cluster(tenant, model.model_id, Capacity(), DEFAULT_TIMEOUT)
    inference = _submit(world, cluster, output, is_bounded=not run.may_exceed)
    inference.over.add_callback(partial(_charge, tenant, model, inference))
    streams = run.wants_stream and task.stream == "text"
    wait = inference.started if streams else inference.over
    try:
        yield wait
    finally:
        if not wait.resolved:
            cluster.abandon(inference)
    if inference.refusal is not None:
        raise Refusal(409, inference.refusal)
    headers = _headers(model, cluster, inference.duration)
    if not streams:
        return json_reply(200, {"error": None, "output": output.value}, headers=headers)
    return Reply(
        status=200,
        headers={"content-type": "text/plain; charset=utf-8", **headers},
        body=Stream(_chunks(world, inference, output), partial(cluster.abandon, inference)),
    )


def _submit(world: World, cluster: Cluster, output: Output, *, is_bounded: bool) -> Inference:
    settings = world.settings
    try:
        return cluster.submit(
            settings.inference_time + output.tokens * settings.token_time, is_bounded=is_bounded
        )
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


def _headers(model: Model, cluster: Cluster, duration: timedelta) -> Mapping[str, str]:
    return {
        "inference-meter": model.meter,
        "inference-meter-price": model.meter_price,
        "inference-time": str(_seconds(duration)),
        "inference-cost": f"{_cost(model, duration):.9f}",
        "ratelimit-limit": str(cluster.limit),
        "ratelimit-remaining": str(cluster.remaining),
        "ratelimit-reset": "1",
    }
