"""The operation that runs a model."""

import base64
from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._common.http_types import Answer, Chunks, Refusal, Reply, json_reply, success
from bytezkit_emulator._common.json import JsonObject, JsonValue
from bytezkit_emulator._engines import Job, MediaOutput, Output, text_of_messages
from bytezkit_emulator._media import Media
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import DEFAULT_TIMEOUT, Cluster
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.provider_formats import NEEDS_KEY, PROVIDERS, Completion
from bytezkit_emulator._model.provider_host import ProviderHost
from bytezkit_emulator._model.tenants import Tenant
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._service.inference import (
    cost,
    raise_if_refused,
    seconds,
    streams_text,
    submit,
    text_stream,
)
from bytezkit_emulator._service.run_body import RunRequest, expand_input, read_run_request

_CHUNK: Final = 16 * 1024
_VENDOR_FILES: Final = "https://cdn.bytez.com/model/output"


def run_model(world: World, call: Call) -> Answer:
    """Run a model: at its provider, or once an instance is free, on a cluster that is made if need be."""
    tenant = call.tenant
    model = world.model(tenant, call.model_id)
    if model.provider in NEEDS_KEY and "provider-key" not in call.request.headers:
        raise Refusal(401, f"header/provider-key: is required for models of {model.provider}")
    cluster = tenant.clusters.get(model.model_id)
    if cluster is not None and cluster.obstacle is not None:
        raise Refusal(409, cluster.obstacle)
    task = world.contract.tasks[model.task]
    run = read_run_request(expand_input(call.body, task), model.model_id, task)
    world.check_credits(tenant)
    output = world.engine(run)
    host = cluster or _new_host(world, tenant, model)
    inference = submit(world, call, model, host, run=run, output=output)
    yield inference.started if streams_text(run, output) else inference.over
    raise_if_refused(inference)
    headers = _headers(model, host, inference)
    if isinstance(output, MediaOutput):
        return _media_reply(world, call, run, output, headers)
    if streams_text(run, output):
        return text_stream(world, inference, output, headers)
    body: JsonObject = {
        "error": None,
        "output": _in_dialect(world, run.job, output.value),
        **_provider_answer(model.provider, run.job, output),
    }
    return json_reply(200, body, headers=headers)


def _new_host(world: World, tenant: Tenant, model: Model) -> Cluster | ProviderHost:
    if model.provider is not None:
        return ProviderHost(world.scheduler, world.settings)
    return world.create_cluster(tenant, model.model_id, Capacity(), DEFAULT_TIMEOUT)


def _media_reply(
    world: World, call: Call, run: RunRequest, output: MediaOutput, headers: Mapping[str, str]
) -> Reply:
    """Answer with the bytes if they are asked for, else with a URL."""
    if run.wants_stream or not run.wants_json:
        return Reply(
            status=200,
            headers={"content-type": output.media.media_type, **headers},
            body=_parts(output.media),
        )
    return success(output.url or _media_url(world, call, output), headers=headers)


def _media_url(world: World, call: Call, output: MediaOutput) -> str:
    media = output.media
    match world.dialect.media_url:
        case "emulator":
            return world.media_store.keep(output.token, media, call.request.base_url)
        case "vendor":
            return f"{_VENDOR_FILES}/{call.model_id}/{output.token}.{media.suffix}"
        case "data":
            return f"data:{media.media_type};base64,{base64.b64encode(media.content).decode()}"


def _in_dialect(world: World, job: Job, value: JsonValue) -> JsonValue:
    if job.task.kind == "message" and isinstance(value, dict) and world.dialect.chat_content == "parts":
        return {**value, "content": [{"type": "text", "text": value["content"]}]}
    return value


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


def _headers(model: Model, host: Cluster | ProviderHost, inference: Inference) -> Mapping[str, str]:
    return {
        "inference-meter": model.meter,
        "inference-meter-price": model.meter_price,
        "inference-time": str(seconds(inference.duration)),
        "inference-cost": f"{cost(model, inference.duration):.9f}",
        "ratelimit-limit": str(host.limit),
        "ratelimit-remaining": str(host.remaining),
        "ratelimit-reset": "1",
    }
