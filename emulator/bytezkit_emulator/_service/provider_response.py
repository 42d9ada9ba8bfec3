"""The member `provider` of a run: the response in the format of the provider's endpoint."""

import base64
from collections.abc import Callable, Mapping
from typing import Final

from bytezkit_emulator._common.json import JsonError, JsonObject, canonical_json, read_json
from bytezkit_emulator._engines import Job, MediaOutput, Output, text_of_messages
from bytezkit_emulator._media import Media
from bytezkit_emulator._model.provider_formats import PROVIDERS, Completion, FunctionCall
from bytezkit_emulator._time.scheduler import START
from bytezkit_models.json_value import JsonValue


def provider_response(provider: str, job: Job, output: Output | MediaOutput) -> JsonObject:
    """Return an object with the member `provider`; an empty one if the provider returns just a file."""
    key = (provider, job.task.name)
    if isinstance(output, MediaOutput):
        file_endpoint = _FILE_ENDPOINTS.get(key)
        return {} if file_endpoint is None else {"provider": file_endpoint(_completion(job), output.media)}
    completion = _completion(job, _generated_text(job, output), output)
    endpoint = _ENDPOINTS.get(key)
    return {"provider": PROVIDERS[provider](completion) if endpoint is None else endpoint(completion, output)}


def _completion(job: Job, text: str = "", output: Output | None = None) -> Completion:
    members = job.inputs.members
    prompt_tokens = None if output is None else output.prompt_tokens
    if prompt_tokens is None:
        prompt_tokens = len(text_of_messages([members.get("messages"), members.get("text")]).split())
    return Completion(
        model=job.model_id.partition("/")[2],
        response_id=job.seed[:12].hex(),
        text=text,
        prompt_tokens=prompt_tokens,
        completion_tokens=0 if output is None else output.tokens,
        calls=() if output is None else _calls(output.value),
    )


def _calls(output: JsonValue) -> tuple[FunctionCall, ...]:
    """Return the tool calls of a message, which may be a stub's."""
    calls = output.get("tool_calls") if isinstance(output, dict) else None
    return tuple(_call(it) for it in calls if isinstance(it, dict)) if isinstance(calls, list) else ()


def _call(call: JsonObject) -> FunctionCall:
    function = call.get("function")
    function = function if isinstance(function, dict) else call
    try:
        arguments = read_json(str(function.get("arguments", "{}")).encode())
    except JsonError:
        arguments = {}
    return FunctionCall(
        call_id=str(call.get("id")),
        name=str(function.get("name")),
        arguments=arguments if isinstance(arguments, dict) else {},
    )


def _generated_text(job: Job, output: Output) -> str:
    """Return the text of an output without the prompt; another output as the JSON that a model writes."""
    if output.pieces or job.task.stream == "text":
        text = "".join(output.pieces)
        return text.removeprefix(job.text("text")) if job.task.kind == "continuation" else text
    return canonical_json(output.value).decode()


def _openai_completion(completion: Completion, _output: Output) -> JsonObject:
    return {
        "id": f"cmpl-{completion.response_id}",
        "object": "text_completion",
        "created": int(START.timestamp()),
        "model": completion.model,
        "choices": [{"index": 0, "text": completion.text, "logprobs": None, "finish_reason": "stop"}],
        "usage": _openai_usage(completion),
    }


def _openai_transcription(completion: Completion, _output: Output) -> JsonObject:
    return {"text": completion.text}


def _openai_images(_completion: Completion, media: Media) -> JsonObject:
    return {"created": int(START.timestamp()), "data": [{"b64_json": _base64(media)}]}


def _openai_video(completion: Completion, _media: Media) -> JsonObject:
    """Return a finished job; its file is a separate download."""
    return {
        "id": f"video_{completion.response_id}",
        "object": "video",
        "model": completion.model,
        "status": "completed",
        "progress": 100,
        "created_at": int(START.timestamp()),
        "completed_at": int(START.timestamp()),
        "error": None,
    }


def _google_media(completion: Completion, media: Media) -> JsonObject:
    """Return a `generateContent` response with a file."""
    part: JsonObject = {"inlineData": {"mimeType": media.media_type, "data": _base64(media)}}
    return {
        "candidates": [{"content": {"parts": [part], "role": "model"}, "finishReason": "STOP", "index": 0}],
        "modelVersion": completion.model,
    }


def _mistral_embeddings(completion: Completion, output: Output) -> JsonObject:
    return {
        "id": completion.response_id,
        "object": "list",
        "model": completion.model,
        "data": [{"object": "embedding", "index": 0, "embedding": output.value}],
        "usage": _openai_usage(completion),
    }


def _mistral_pages(completion: Completion, _output: Output) -> JsonObject:
    page: JsonObject = {"index": 0, "markdown": completion.text, "images": [], "dimensions": None}
    return {"model": completion.model, "pages": [page], "usage_info": {"pages_processed": 1}}


def _mistral_transcription(completion: Completion, _output: Output) -> JsonObject:
    return {
        "model": completion.model,
        "text": completion.text,
        "language": None,
        "segments": [],
        "usage": _openai_usage(completion),
    }


def _openai_usage(completion: Completion) -> JsonObject:
    return {
        "prompt_tokens": completion.prompt_tokens,
        "completion_tokens": completion.completion_tokens,
        "total_tokens": completion.prompt_tokens + completion.completion_tokens,
    }


def _base64(media: Media) -> str:
    return base64.b64encode(media.content).decode()


# The vendor's page of provider parameters (February 2026) names the APIs of each task. For files and
# transcriptions of OpenAI, the endpoint that the models have is inferred.
_ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Completion, Output], JsonObject]]] = {
    ("mistral", "audio-text-to-text"): _mistral_transcription,
    ("mistral", "automatic-speech-recognition"): _mistral_transcription,
    ("mistral", "feature-extraction"): _mistral_embeddings,
    ("mistral", "image-to-text"): _mistral_pages,
    ("mistral", "sentence-similarity"): _mistral_embeddings,
    ("openai", "automatic-speech-recognition"): _openai_transcription,
    ("openai", "text-generation"): _openai_completion,
}
_FILE_ENDPOINTS: Final[Mapping[tuple[str, str], Callable[[Completion, Media], JsonObject]]] = {
    ("google", "text-to-image"): _google_media,
    ("google", "text-to-video"): _google_media,
    ("openai", "text-to-image"): _openai_images,
    ("openai", "text-to-video"): _openai_video,
}
