"""The v2 operation that runs a model."""

import base64
from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._common.http_types import Chunks, Reply, ReplyGenerator, json_reply, success
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines import Job, MediaOutput, Output, text_of_messages
from bytezkit_emulator._engines.job import RunRequest
from bytezkit_emulator._media import Media
from bytezkit_emulator._model.provider_formats import PROVIDERS, Completion
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._service.inference import Load, find_runnable_model, serve, streams_text, text_stream
from bytezkit_emulator._service.run_body import expand_input, read_run_request
from bytezkit_models.json_value import JsonValue

_CHUNK_SIZE: Final = 16 * 1024
_VENDOR_MEDIA_URL: Final = "https://cdn.bytez.com/model/output"


def run_model(world: World, call: Call) -> ReplyGenerator:
    """Run a model once, with the input of its task."""
    model = find_runnable_model(world, call, call.model_id)
    task = world.contract.tasks[model.task]
    run = read_run_request(expand_input(call.body, task), model.model_id, task)
    world.check_credits(call.tenant)
    output = yield from world.engine(run)
    served = yield from serve(world, call, model, Load.of_run(run, output))
    if isinstance(output, MediaOutput):
        return _media_reply(world, call, run, output, served.headers)
    if streams_text(run, output):
        return text_stream(world, served.inference, output, served.headers)
    body: JsonObject = {
        "error": None,
        "output": _apply_dialect(world, run.job, output.value),
        **_provider_response(model.provider, run.job, output),
    }
    return json_reply(200, body, headers=served.headers)


def _media_reply(
    world: World, call: Call, run: RunRequest, output: MediaOutput, headers: Mapping[str, str]
) -> Reply:
    """Return the bytes of a media output if the client asks for them, else its URL."""
    if run.wants_stream or not run.wants_json:
        return Reply(
            status=200,
            headers={"content-type": output.media.media_type, **headers},
            body=_media_chunks(output.media),
        )
    return success(output.url or _media_url(world, call, output), headers=headers)


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
    if job.task.kind == "message" and isinstance(value, dict) and world.dialect.chat_content == "parts":
        return {**value, "content": [{"type": "text", "text": value["content"]}]}
    return value


def _provider_response(provider: str | None, job: Job, output: Output) -> JsonObject:
    """Return the member `provider`: the response in the provider's own format."""
    if provider is None:
        return {}
    completion = Completion(
        model=job.model_id.partition("/")[2],
        response_id=job.seed[:12].hex(),
        text="".join(output.pieces),
        prompt_tokens=len(text_of_messages(job.inputs.members.get("messages")).split()),
        completion_tokens=output.tokens,
    )
    return {"provider": PROVIDERS[provider](completion)}


def _media_chunks(media: Media) -> Chunks:
    for start in range(0, len(media.content), _CHUNK_SIZE):
        yield media.content[start : start + _CHUNK_SIZE]
