"""The operations in the format of OpenAI's API."""

from collections.abc import Generator, Mapping, Sequence
from typing import Final

from bytezkit_emulator._common.http_types import Chunks, Reply, ReplyGenerator, json_reply
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines import EngineAnswer, RunRequest
from bytezkit_emulator._engines.live import LiveRun
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.world import Call, Handler, World
from bytezkit_emulator._openai.chat import ChatCompletionRun
from bytezkit_emulator._openai.choices import ChoicesRun
from bytezkit_emulator._openai.completions import CompletionRun
from bytezkit_emulator._openai.embeddings import EmbeddingRun
from bytezkit_emulator._openai.responses import ResponseRun
from bytezkit_emulator._openai.text_run import TextRun
from bytezkit_emulator._service.arguments import check_arguments
from bytezkit_emulator._service.hosts import find_host, find_runnable_model, response_headers
from bytezkit_emulator._service.inference import (
    Load,
    TextStream,
    admit_run,
    serve,
    serve_all,
    timed_chunks,
)
from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.scheduler import START

_EVENT_STREAM: Final = "text/event-stream; charset=utf-8"


def _text_handler(run_class: type[TextRun]) -> Handler:
    """Return the handler of requests for texts."""

    def handle(world: World, call: Call) -> ReplyGenerator:
        model = find_runnable_model(world, call)
        run = run_class(world.contract, model, call.body)
        # The jobs differ in their inputs only.
        check_arguments(world, model, run.runs[0].job, is_openai=True)
        admit_run(world, call, model)
        answers = yield from _answers(world, run.runs)
        load = Load(
            tokens=run.count_tokens(answers),
            is_streamed=run.is_streamed,
            ignores_queue_limit=run.ignores_queue_limit,
        )
        host = find_host(world, call, model)
        live = answers[0].output
        if (
            isinstance(run, ChoicesRun)
            and run.is_streamed
            and isinstance(live, LiveRun)
            and len(answers) == 1
        ):
            inference, output = yield from serve(world, call, model, host, run=run.runs[0], answer=answers[0])
            if isinstance(output, TextStream):
                headers = response_headers(model, host, inference, answers[0].engine)
                return _event_stream(run.live_events(output.pieces, live, world.scheduler.now), headers)
            outputs = [output]
        else:
            inference, outputs = yield from serve_all(world, call, model, host, load=load, answers=answers)
        generations = run.read_outputs(outputs)
        headers = response_headers(model, host, inference, answers[0].engine)
        now = world.scheduler.now
        if not run.is_streamed:
            return json_reply(200, run.whole(generations, now), headers=headers)
        return _event_stream(timed_chunks(world, inference, run.events(generations, now)), headers)

    return handle


def _event_stream(body: Chunks, headers: Mapping[str, str]) -> Reply:
    return Reply(status=200, headers={"content-type": _EVENT_STREAM, **headers}, body=body)


def _create_embeddings(world: World, call: Call) -> ReplyGenerator:
    model = find_runnable_model(world, call)
    run = EmbeddingRun(world.contract, model, call.body)
    admit_run(world, call, model)
    answers = yield from _answers(world, run.runs)
    host = find_host(world, call, model)
    load = Load(tokens=0, is_streamed=False, ignores_queue_limit=False)
    inference, outputs = yield from serve_all(world, call, model, host, load=load, answers=answers)
    headers = response_headers(model, host, inference, answers[0].engine)
    return json_reply(200, run.whole(outputs), headers=headers)


def _answers(world: World, runs: Sequence[RunRequest]) -> Generator[Future, None, list[EngineAnswer]]:
    answers: list[EngineAnswer] = []
    for run in runs:
        answer = yield from world.engine(run)
        answers.append(answer)
    return answers


def _list_models(world: World, call: Call) -> Reply:
    models = [*world.catalog.values(), *call.tenant.models.values()]
    return json_reply(200, {"object": "list", "data": [_model_json(model) for model in models]})


def _read_model(world: World, call: Call) -> Reply:
    return json_reply(200, _model_json(world.model(call.tenant, call.model_id)))


def _model_json(model: Model) -> JsonObject:
    return {
        "id": model.model_id,
        "object": "model",
        "created": int(START.timestamp()),
        "owned_by": model.model_id.partition("/")[0],
    }


OPENAI_HANDLERS: Final[Mapping[str, Handler]] = {
    "createChatCompletionV2": _text_handler(ChatCompletionRun),
    "createCompletionV2": _text_handler(CompletionRun),
    "createResponseV2": _text_handler(ResponseRun),
    "createEmbeddingsV2": _create_embeddings,
    "listOpenaiModelsV2": _list_models,
    "readOpenaiModelV2": _read_model,
}
