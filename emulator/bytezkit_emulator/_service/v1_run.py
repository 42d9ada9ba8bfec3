"""The v1 operation that runs a model."""

import base64
from collections.abc import Callable, Mapping
from typing import Final

from bytezkit_emulator._common.http_types import ENGINE_HEADER, HttpError, ReplyGenerator, json_reply
from bytezkit_emulator._engines import Job, MediaOutput, Output
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._openapi.contract import V1Response
from bytezkit_emulator._service.arguments import check_arguments
from bytezkit_emulator._service.inference import TextStream, admit_run, serve, text_stream
from bytezkit_emulator._service.v1_run_body import read_v1_run_request
from bytezkit_models.json_value import JsonValue


def run_v1_model(world: World, call: Call) -> ReplyGenerator:
    """Run a loaded model as soon as an instance is idle."""
    tenant = call.tenant
    model = world.model(tenant, call.model_id)
    task = world.contract.tasks[model.task]
    if task.v1 is None or model.model_id not in tenant.loaded_models:
        raise _not_loaded(model)
    run = read_v1_run_request(call.body, model.model_id, task)
    check_arguments(world, model, run.job)
    admit_run(world, call, model)
    answer = yield from world.engine(run)
    loaded = tenant.loaded_models.get(model.model_id)
    if loaded is None:
        # It has stopped while a stub's function worked.
        raise _not_loaded(model)
    _, output = yield from serve(world, call, model, loaded, run=run, answer=answer)
    headers = {ENGINE_HEADER: answer.engine}
    if isinstance(output, TextStream):
        return text_stream(output, headers)
    return json_reply(200, {task.v1.member: _v1_result(task.v1, run.job, output)}, headers=headers)


def _not_loaded(model: Model) -> HttpError:
    return HttpError(409, f"Model {model.model_id} is not loaded")


def _generated_texts(_: Job, text: JsonValue) -> JsonValue:
    return [{"generated_text": text}]


def _conversations(job: Job, message: JsonValue) -> JsonValue:
    messages = job.inputs.members["messages"]
    return [{"generated_text": [*(messages if isinstance(messages, list) else []), message]}]


def _summaries(_: Job, text: JsonValue) -> JsonValue:
    return [{"summary_text": text}]


def _translated_texts(_: Job, text: JsonValue) -> JsonValue:
    return [{"translation_text": text}]


def _transcript(_: Job, text: JsonValue) -> JsonValue:
    # With timestamps, the output is an object already.
    return text if isinstance(text, dict) else {"text": text}


def _list_of_one(_: Job, value: JsonValue) -> JsonValue:
    return [value]


def _matrix(_: Job, value: JsonValue) -> JsonValue:
    # The variant `batch` is a list of one matrix already.
    return value if isinstance(value, list) and value and isinstance(value[0], list) else [value]


# Converters from a v2 output to a v1 result, by the name of the result's schema; other outputs are unchanged.
_RESULT_CONVERTERS: Final[Mapping[str, Callable[[Job, JsonValue], JsonValue]]] = {
    "GeneratedTextsV1": _generated_texts,
    "ConversationsV1": _conversations,
    "SummariesV1": _summaries,
    "TranslatedTextsV1": _translated_texts,
    "TranscriptV1": _transcript,
    "Matrix": _matrix,
    "RankingsV1": _list_of_one,
}


def _v1_result(response: V1Response, job: Job, output: Output | MediaOutput) -> JsonValue:
    if isinstance(output, MediaOutput):
        return base64.b64encode(output.media.content).decode()
    convert = _RESULT_CONVERTERS.get(response.result)
    return output.value if convert is None else convert(job, output.value)
