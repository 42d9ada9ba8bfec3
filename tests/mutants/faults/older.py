"""The older API, mistaken for another dialect of it or for the current one."""

import dataclasses
import json
import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from unittest.mock import patch

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import HttpError, Reply, ReplyGenerator, json_reply
from bytezkit_emulator._common.json import JsonObject, JsonValue
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.loaded_model import LoadedModel, LoadedModelState
from bytezkit_emulator._model.model_job import ModelJob, ModelJobState
from bytezkit_emulator._model.tenants import Tenant
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._openapi.contract import Contract
from bytezkit_emulator._service import service as _service
from bytezkit_emulator._service import v1_operations as _older_operations
from bytezkit_emulator._service import v1_run as _older_run
from bytezkit_emulator._service import v1_run_body as _older_run_request
from bytezkit_emulator._service.inference import text_stream
from bytezkit_emulator._service.operations import HANDLERS
from tests.mutants.mutant import Change, fault, together

_load_model = World.load_model
_as_json = LoadedModel.as_json
_stop = LoadedModel.stop


def _handlers(**handlers: Callable[[World, Call], Reply | ReplyGenerator]) -> Change:
    return patch.dict(cast("dict[str, Any]", HANDLERS), handlers)


def _shown(change: Callable[[JsonObject], JsonObject]) -> Change:
    """Change what is told of a loaded model."""
    return patch.object(LoadedModel, "as_json", lambda self: change(_as_json(self)))


@fault("v1", "Answers name the model by the other member than the request.")
def other_member_echoed() -> Change:
    member = property(lambda self: "modelId" if "model" in self.body else "model")
    identity = property(_model_id)
    return together(patch.object(Call, "model_member", member), patch.object(Call, "model_id", identity))


def _model_id(call: Call) -> str:
    if call.path:
        return f"{call.path['org']}/{call.path['name']}"
    return str(call.body.get("model", call.body.get("modelId")))


@fault("v1", "Of `model` and `modelId`, the second one counts.")
def model_id_wins() -> Change:
    member = property(lambda self: "modelId" if "modelId" in self.body else "model")
    return patch.object(Call, "model_member", member)


@fault("v1", "Successes have an `error` that is null.")
def success_with_error() -> Change:
    def with_error(status: int, value: JsonValue, **rest: Any) -> Reply:
        if isinstance(value, dict) and status == 200:
            value = {"error": None, **value}
        return json_reply(status, value, **rest)

    return together(
        patch.object(_older_operations, "json_reply", with_error),
        patch.object(_older_run, "json_reply", with_error),
    )


@fault("v1", "Refusals have an `output` that is null.")
def refusal_with_output() -> Change:
    reply = HttpError.reply

    def with_output(self: HttpError, content_type: str, *, is_v1: bool) -> Reply:
        found = reply(self, content_type, is_v1=is_v1)
        if not is_v1 or not isinstance(found.body, bytes):
            return found
        return json_reply(
            found.status,
            {**json.loads(found.body), "output": None},
            headers=found.headers,
            content_type=content_type,
        )

    return patch.object(HttpError, "reply", with_output)


@fault("v1", "`concurrency` makes no difference to what is served at once.")
def concurrency_ignored() -> Change:
    init = LoadedModel.__init__

    def init_one(self: LoadedModel, *args: Any, **rest: Any) -> None:
        init(self, *args, **rest)
        self._instance_pool.capacity = Capacity(1, 1, 1)
        self._instance_pool.scale_down(1)

    return patch.object(LoadedModel, "__init__", init_one)


@fault("v1", "`concurrency` is answered as 1, whatever was sent.")
def concurrency_not_told() -> Change:
    started = _older_operations._started_reply

    def start_one(call: Call, loaded: LoadedModel) -> Reply:
        found = started(call, loaded)
        assert isinstance(found.body, bytes)
        return json_reply(200, {**json.loads(found.body), "concurrency": 1})

    return patch.object(_older_operations, "_started_reply", start_one)


@fault("v1", "A loaded model goes at the end of its period, without the lag.")
def no_lag() -> Change:
    def load(self: World, *args: Any, **rest: Any) -> LoadedModel:
        world = replace(self, settings=dataclasses.replace(self.settings, expiry_lag=timedelta()))
        return _load_model(world, *args, **rest)

    return patch.object(World, "load_model", load)


@fault("v1", "A run within the lag does not keep a loaded model.")
def lag_is_final() -> Change:
    submit = LoadedModel.submit

    def submit_late(self: LoadedModel, duration: timedelta) -> Any:
        last_use = self._idle_timer.last_use
        inference = submit(self, duration)
        if self._scheduler.now - last_use > timedelta(seconds=self._period):
            self._scheduler.call_later(
                last_use + self._idle_timer._limit - self._scheduler.now,
                lambda: None if self._state is LoadedModelState.STOPPED else self.stop(),
                is_work=False,
            )
        return inference

    return patch.object(LoadedModel, "submit", submit_late)


@fault("v1", "A run does not begin the period anew.")
def run_keeps_nothing_loaded() -> Change:
    submit = LoadedModel.submit

    def submit_untouched(self: LoadedModel, duration: timedelta) -> Any:
        last_use = self._idle_timer.last_use
        inference = submit(self, duration)
        self._idle_timer.last_use = last_use
        return inference

    return together(
        patch.object(LoadedModel, "submit", submit_untouched),
        patch.object(LoadedModel, "_record_run", lambda self: None),
    )


@fault("v1", "A loaded model never expires.")
def never_expires() -> Change:
    return patch.object(
        LoadedModel, "stop", lambda self: _stop(self) if self._idle_timer._check_event else None
    )


@fault("v1", "The default period is five minutes.")
def period_of_five_minutes() -> Change:
    return patch.object(_older_operations, "_DEFAULT_PERIOD", 300)


@fault("v1", "`timeout` does not stand for the period.")
def timeout_unknown() -> Change:
    load = _older_operations._load_model

    def handle(world: World, call: Call) -> Reply:
        body = {name: value for name, value in call.body.items() if name != "timeout"}
        return load(world, replace(call, body=body))

    return _handlers(loadModelV1=handle)


@fault("v1", "The period in minutes is cut to whole ones.")
def minutes_cut() -> Change:
    def cut(shown: JsonObject) -> JsonObject:
        return {
            **shown,
            "expirationPeriodMinutes": math.floor(cast("float", shown["expirationPeriodMinutes"])),
        }

    return _shown(cut)


@fault("v1", "A model that is loaded already is loaded again.")
def loaded_again() -> Change:
    load = _older_operations._load_model

    def handle(world: World, call: Call) -> Reply:
        loaded = call.tenant.loaded_models.get(call.model_id)
        if loaded is not None and not loaded.is_starting:
            loaded.stop()
        return load(world, call)

    return _handlers(loadModelV1=handle)


@fault("v1", "A load in progress is answered as one that is done.")
def progress_as_conflict() -> Change:
    load = _older_operations._load_model

    def handle(world: World, call: Call) -> Reply:
        try:
            return load(world, call)
        except HttpError as refusal:
            if refusal.status == 429:
                raise HttpError(409, f"Model {call.model_id} is already loaded") from None
            raise

    return _handlers(loadModelV1=handle)


@fault("v1", "A load in progress is refused without `status`.")
def progress_without_status() -> Change:
    load = _older_operations._load_model

    def handle(world: World, call: Call) -> Reply:
        try:
            return load(world, call)
        except HttpError as refusal:
            refusal.members = {}
            raise

    return _handlers(loadModelV1=handle)


@fault("v1", "The status of a model that is not loaded is 404.")
def status_of_nothing() -> Change:
    def stopped(call: Call) -> Reply:
        raise HttpError(404, f"Model {call.model_id} is not loaded")

    read = _older_operations._read_instance

    def handle(world: World, call: Call) -> Reply:
        with patch.object(_older_operations, "_stopped_reply", stopped):
            return read(world, call)

    return _handlers(readInstanceV1=handle)


@fault("v1", "To delete a model that is not loaded is a success.")
def delete_of_nothing_loaded() -> Change:
    delete = _older_operations._delete_instance

    def handle(world: World, call: Call) -> Reply:
        if world.model(call.tenant, call.model_id).model_id not in call.tenant.loaded_models:
            return _older_operations._stopped_reply(call)
        return delete(world, call)

    return _handlers(deleteInstanceV1=handle)


@fault("v1", "A deleted model stays in the list of instances.")
def deleted_still_listed() -> Change:
    def handle(world: World, call: Call) -> Reply:
        call.tenant.loaded_models[call.model_id]  # as before, nothing else is told of it
        return _older_operations._stopped_reply(call)

    delete = _older_operations._delete_instance
    return _handlers(
        deleteInstanceV1=lambda world, call: (
            handle(world, call) if call.model_id in call.tenant.loaded_models else delete(world, call)
        )
    )


@fault("v1", "A model that starts is said to run.")
def starting_is_running() -> Change:
    return _shown(lambda shown: {**shown, "status": "RUNNING"})


@fault("v1", "What the older API loads stands among the clusters.")
def loaded_among_clusters() -> Change:
    def load(self: World, tenant: Tenant, model_id: str, **rest: Any) -> LoadedModel:
        if model_id not in tenant.clusters:
            self.create_cluster(tenant, model_id, Capacity(), 5)
        return _load_model(self, tenant, model_id, **rest)

    return patch.object(World, "load_model", load)


@fault("v1", "A run of a model that is not loaded makes a cluster for it.")
def run_without_load() -> Change:
    run = _older_run.run_v1_model

    def handle(world: World, call: Call) -> ReplyGenerator:
        if call.model_id not in call.tenant.loaded_models:
            world.load_model(call.tenant, call.model_id, concurrency=1, period=1800)
        return run(world, call)

    return _handlers(runModelV1=handle)


@fault("v1", "A second request for a model starts its job anew.")
def job_starts_anew() -> Change:
    request = World.request_model

    def request_anew(self: World, tenant: Tenant, model_id: str) -> JsonObject:
        tenant.jobs.pop(model_id, None)
        return request(self, tenant, model_id)

    return patch.object(World, "request_model", request_anew)


@fault("v1", "A job that waits in line is said to be at work.")
def queued_is_running() -> Change:
    as_json = ModelJob.as_json

    def early(self: ModelJob) -> JsonObject:
        found = as_json(self)
        is_queued = self._state is ModelJobState.QUEUED
        return {**found, "message": "Model is already being processed"} if is_queued else found

    return patch.object(ModelJob, "as_json", early)


@fault("v1", "The model of a job is available before the job ends.")
def job_without_work() -> Change:
    run = ModelJob._start

    def run_early(self: ModelJob) -> None:
        run(self)
        self._on_available()

    return patch.object(ModelJob, "_start", run_early)


@fault("v1", "Of `prompt` and `text`, the second one counts.")
def text_wins_over_prompt() -> Change:
    read = _older_run_request.read_v1_run_request

    def read_text(body: JsonObject, *args: Any) -> Any:
        if "text" in body and "prompt" in body:
            body = {name: value for name, value in body.items() if name != "prompt"}
        return read(body, *args)

    return patch.object(_older_run, "read_v1_run_request", read_text)


@fault("v1", "A text is answered as the current API does.")
def current_answers() -> Change:
    return patch.object(_older_run, "_RESULT_CONVERTERS", {})


@fault("v1", "A stream of text does not begin with the prompt.")
def stream_without_prompt() -> Change:
    def stream(world: Any, inference: Any, output: Any) -> Reply:
        return text_stream(world, inference, replace(output, pieces=output.pieces[-output.tokens :]))

    return patch.object(_older_run, "text_stream", stream)


@fault("v1", "The profile `serverless` has the older API.")
def serverless_has_older_api() -> Change:
    served = _service._served_operations

    def serve_older(contract: Contract, *, is_serverless: bool) -> set[str]:
        everything = served(contract, is_serverless=False)
        return {it for it in everything if it.endswith("V1")} | served(contract, is_serverless=is_serverless)

    return patch.object(_service, "_served_operations", serve_older)


@fault("v1", "`expiresAt` tells the moment at which the model goes, lag included.")
def expiry_told_late() -> Change:
    as_json = LoadedModel.as_json

    def late(self: LoadedModel) -> JsonObject:
        period, self._period = self._period, self._period + 60
        shown = as_json(self)
        self._period = period
        return {**_as_json(self), "expiresAt": shown["expiresAt"]}

    return patch.object(LoadedModel, "as_json", late)


@fault("v1", "The list of models has those that the older API can not run.")
def unable_listed() -> Change:
    listing = _older_operations._list_models

    def handle(world: World, call: Call) -> Reply:
        with patch.object(_older_operations, "_unsupported_reason", return_value=None):
            return listing(world, call)

    return _handlers(listModelsV1=handle, listModelsByPostV1=handle)
