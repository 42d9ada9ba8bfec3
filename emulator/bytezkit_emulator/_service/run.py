"""The v2 operation that runs a model."""

import base64
from typing import Final

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import Chunks, Reply, ReplyGenerator, json_reply
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines import Job, MediaOutput, Output
from bytezkit_emulator._media import Media
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._service.arguments import check_arguments
from bytezkit_emulator._service.hosts import find_host, find_runnable_model, response_headers
from bytezkit_emulator._service.inference import TextStream, admit_run, serve, text_stream
from bytezkit_emulator._service.provider_params import read_members, with_tool_call
from bytezkit_emulator._service.provider_response import provider_response
from bytezkit_emulator._service.run_body import read_run_request
from bytezkit_models.json_value import JsonValue

_CHUNK_SIZE: Final = 16 * 1024
_VENDOR_MEDIA_URL: Final = "https://cdn.bytez.com/model/output"


def run_model(world: World, call: Call) -> ReplyGenerator:
    """Run a model once, with the input of its task."""
    model = find_runnable_model(world, call)
    task = world.contract.tasks[model.task]
    run = read_run_request(read_members(call.body, model, world.contract), model.model_id, task)
    run = replace(run, job=with_tool_call(run.job, model))
    check_arguments(world, model, run.job)
    admit_run(world, call, model)
    answer = yield from world.engine(run)
    host = find_host(world, call, model)
    inference, output = yield from serve(world, call, model, host, run=run, answer=answer)
    headers = response_headers(model, host, inference, answer.engine)
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
