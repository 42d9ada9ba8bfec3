"""The v2 operation that runs a model."""

import base64
from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import (
    ENGINE_HEADER,
    Chunks,
    HttpError,
    Reply,
    ReplyGenerator,
    json_reply,
)
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines import Job, MediaOutput, Output
from bytezkit_emulator._media import Media
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import DEFAULT_TIMEOUT, Cluster
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.provider_formats import NEEDS_KEY
from bytezkit_emulator._model.provider_host import ProviderHost
from bytezkit_emulator._model.tenants import Tenant
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._service.inference import TextStream, admit_run, cost, seconds, serve, text_stream
from bytezkit_emulator._service.provider_params import read_members, with_tool_call
from bytezkit_emulator._service.provider_response import provider_response
from bytezkit_emulator._service.run_body import read_run_request
from bytezkit_models.json_value import JsonValue

_CHUNK_SIZE: Final = 16 * 1024
_VENDOR_MEDIA_URL: Final = "https://cdn.bytez.com/model/output"


def run_model(world: World, call: Call) -> ReplyGenerator:
    """Run a model at its provider or on a cluster, which is created if it does not exist."""
    tenant = call.tenant
    model = world.model(tenant, call.model_id)
    if model.provider in NEEDS_KEY and "provider-key" not in call.request.headers:
        raise HttpError(401, f"header/provider-key: is required for models of {model.provider}")
    _find_cluster(tenant, model)
    task = world.contract.tasks[model.task]
    run = read_run_request(read_members(call.body, model, world.contract), model.model_id, task)
    run = replace(run, job=with_tool_call(run.job, model))
    admit_run(world, call, model)
    answer = yield from world.engine(run)
    # Again, since another request may have changed the cluster while a stub's function worked.
    host = _find_cluster(tenant, model) or _create_host(world, tenant, model)
    inference, output = yield from serve(world, call, model, host, run=run, answer=answer)
    headers = {ENGINE_HEADER: answer.engine, **_response_headers(model, host, inference)}
    if isinstance(output, MediaOutput):
        if run.wants_stream or not run.wants_json:
            media = output.media
            return Reply(
                status=200, headers={"content-type": media.media_type, **headers}, body=_media_chunks(media)
            )
    elif isinstance(output, TextStream):
        return text_stream(output, headers)
    body: JsonObject = {
        "error": None,
        "output": _output_value(world, call, run.job, output),
    }
    if model.provider is not None:
        body |= provider_response(model.provider, run.job, output)
    return json_reply(200, body, headers=headers)


def _find_cluster(tenant: Tenant, model: Model) -> Cluster | None:
    cluster = tenant.clusters.get(model.model_id)
    if cluster is not None and cluster.unavailable_reason is not None:
        raise HttpError(409, cluster.unavailable_reason)
    return cluster


def _create_host(world: World, tenant: Tenant, model: Model) -> Cluster | ProviderHost:
    if model.provider is not None:
        return ProviderHost(world.scheduler, world.settings)
    return world.create_cluster(tenant, model.model_id, Capacity(), DEFAULT_TIMEOUT)


def _output_value(world: World, call: Call, job: Job, output: Output | MediaOutput) -> JsonValue:
    if isinstance(output, MediaOutput):
        return output.url or _media_url(world, call, output)
    return _apply_dialect(world, job, output.value)


def _media_url(world: World, call: Call, output: MediaOutput) -> str:
    media = output.media
    match world.dialect.media_url:
        case "emulator":
            return world.media_store.store(output.token, media, call.request.base_url)
        case "vendor":
            return f"{_VENDOR_MEDIA_URL}/{call.model_id}/{output.token}.{media.suffix}"
        case "data":
            return f"data:{media.media_type};base64,{base64.b64encode(media.content).decode()}"


def _apply_dialect(world: World, job: Job, value: JsonValue) -> JsonValue:
    if job.task.kind != "message" or not isinstance(value, dict) or not isinstance(value["content"], str):
        return value
    form = world.dialect.chat_content
    if form == "parts" or (form == "mirror" and _ends_with_parts(job.inputs.members["messages"])):
        return {**value, "content": [{"type": "text", "text": value["content"]}]}
    return value


def _ends_with_parts(messages: JsonValue) -> bool:
    last = messages[-1] if isinstance(messages, list) else None
    return isinstance(last, dict) and isinstance(last.get("content"), list)


def _media_chunks(media: Media) -> Chunks:
    for start in range(0, len(media.content), _CHUNK_SIZE):
        yield media.content[start : start + _CHUNK_SIZE]


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
