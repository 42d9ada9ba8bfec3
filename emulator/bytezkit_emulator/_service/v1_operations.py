"""The operations of the v1 API, except running a model."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._common.http_types import HttpError, Reply, json_reply
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.world import Call, Handler, World
from bytezkit_emulator._openapi.contract import V1_RUN
from bytezkit_emulator._service.v1_run import run_v1_model
from bytezkit_models.json_value import JsonValue

_DEFAULT_CONCURRENCY: Final = 1
_DEFAULT_PERIOD: Final = 1800


def _list_models(world: World, call: Call) -> Reply:
    models = [*world.catalog.values(), *call.tenant.models.values()]
    return json_reply(
        200,
        [
            model.as_v1_json()
            for model in models
            if call.query.get("task") in (None, model.task) and _unsupported_reason(world, model) is None
        ],
    )


def _create_job(world: World, call: Call) -> Reply:
    progress = world.request_model(call.tenant, call.model_id)
    return json_reply(200, {call.model_member: call.model_id, "success": True, **progress})


def _load_model(world: World, call: Call) -> Reply:
    tenant = call.tenant
    model = world.model(tenant, call.model_id)
    loaded = tenant.loaded_models.get(model.model_id)
    if loaded is not None and not loaded.is_starting:
        if world.dialect.already_loaded == "started":
            return _started_reply(call, loaded)
        raise HttpError(409, f"Model {model.model_id} is already loaded")
    reason = _unsupported_reason(world, model)
    if reason is not None:
        raise HttpError(422, f"body/{call.model_member}: {reason}")
    world.check_credits(tenant)
    if loaded is not None:
        raise HttpError(
            429,
            f"{model.model_id}: operation already in progress: load",
            headers={"retry-after": "1"},
            members={"status": "error"},
        )
    concurrency = _integer(call.body.get("concurrency", _DEFAULT_CONCURRENCY))
    period = _integer(call.body.get("expirationPeriodSeconds", call.body.get("timeout", _DEFAULT_PERIOD)))
    return _started_reply(
        call, world.load_model(tenant, model.model_id, concurrency=concurrency, period=period)
    )


def _read_instance(world: World, call: Call) -> Reply:
    loaded = call.tenant.loaded_models.get(world.model(call.tenant, call.model_id).model_id)
    return (
        _stopped_reply(call)
        if loaded is None
        else json_reply(200, _instance_json(call.model_member, call.model_id, loaded))
    )


def _list_instances(_: World, call: Call) -> Reply:
    member = "modelId" if call.has_key_in_body else "model"
    loaded_models = call.tenant.loaded_models.items()
    return json_reply(200, [_instance_json(member, model_id, loaded) for model_id, loaded in loaded_models])


def _delete_instance(world: World, call: Call) -> Reply:
    model_id = world.model(call.tenant, call.model_id).model_id
    loaded = call.tenant.loaded_models.get(model_id)
    if loaded is None:
        raise HttpError(404, f"Model {model_id} is not loaded")
    loaded.stop()
    return _stopped_reply(call)


def _unsupported_reason(world: World, model: Model) -> str | None:
    """Return why the v1 API cannot run a model, or None if it can."""
    if model.provider is not None:
        return f"the model runs at {model.provider}; use /models/v2/{model.model_id}"
    if world.contract.tasks[model.task].v1 is None:
        return f"the v1 API does not support the task {model.task}; use /models/v2/{model.model_id}"
    return None


def _started_reply(call: Call, loaded: LoadedModel) -> Reply:
    return json_reply(
        200, {call.model_member: call.model_id, "status": "started", "concurrency": loaded.concurrency}
    )


def _stopped_reply(call: Call) -> Reply:
    return json_reply(200, {call.model_member: call.model_id, "status": "STOPPED"})


def _instance_json(member: str, model_id: str, loaded: LoadedModel) -> JsonObject:
    return {member: model_id, **loaded.as_json()}


def _integer(value: JsonValue) -> int:
    """Convert a JSON number to an integer; JSON Schema accepts `3.0` as an integer."""
    if not isinstance(value, (int, float)):
        raise TypeError(f"expected a number, found {type(value).__name__}")
    return int(value)


V1_HANDLERS: Final[Mapping[str, Handler]] = {
    "listModelsV1": _list_models,
    "listModelsByPostV1": _list_models,
    "createJobV1": _create_job,
    "loadModelV1": _load_model,
    "readInstanceV1": _read_instance,
    "listInstancesV1": _list_instances,
    "listInstancesByPostV1": _list_instances,
    "deleteInstanceV1": _delete_instance,
    V1_RUN: run_v1_model,
}
