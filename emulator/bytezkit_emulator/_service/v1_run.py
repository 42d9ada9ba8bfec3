"""The operation of the older API that runs a model."""

import base64
from collections.abc import Callable, Mapping
from typing import Final

from bytezkit_emulator._common.http_types import Answer, Refusal, json_reply
from bytezkit_emulator._common.json import JsonValue
from bytezkit_emulator._engines import Job, MediaOutput, Output
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._openapi.contract import V1Answer
from bytezkit_emulator._service.inference import raise_if_refused, streams_text, submit, text_stream
from bytezkit_emulator._service.v1_run_body import read_v1_run_request


def run_v1_model(world: World, call: Call) -> Answer:
    """Run a loaded model, once an instance is free."""
    tenant = call.tenant
    model = world.model(tenant, call.model_id)
    task = world.contract.tasks[model.task]
    loaded = tenant.loaded_models.get(model.model_id)
    if loaded is None or task.older is None:
        raise Refusal(409, f"Model {model.model_id} is not loaded")
    run = read_v1_run_request(call.body, model.model_id, task)
    world.check_credits(tenant)
    output = world.engine(run)
    inference = submit(world, call, model, loaded, run=run, output=output)
    yield inference.started if streams_text(run, output) else inference.over
    raise_if_refused(inference)
    if isinstance(output, Output) and streams_text(run, output):
        return text_stream(world, inference, output)
    return json_reply(200, {task.older.member: _result(task.older, run.job, output)})


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
    return {"text": text}


def _list_of_one(_: Job, value: JsonValue) -> JsonValue:
    return [value]


# From an output of the current API to a result of another schema, by its name.
_RESULTS: Final[Mapping[str, Callable[[Job, JsonValue], JsonValue]]] = {
    "GeneratedTextsV1": _generated_texts,
    "ConversationsV1": _conversations,
    "SummariesV1": _summaries,
    "TranslatedTextsV1": _translated_texts,
    "TranscriptV1": _transcript,
    "Matrix": _list_of_one,
    "RankingsV1": _list_of_one,
}


def _result(answer: V1Answer, job: Job, output: Output | MediaOutput) -> JsonValue:
    if isinstance(output, MediaOutput):
        return base64.b64encode(output.media.content).decode()
    convert = _RESULTS.get(answer.result)
    return output.value if convert is None else convert(job, output.value)
