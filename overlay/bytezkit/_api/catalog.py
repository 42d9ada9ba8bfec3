"""Operations of the model catalog."""

from typing import TypeVar

import msgspec

from bytezkit._api.requests import built_request, task_filter
from bytezkit._api.resource_models import ModelDetails
from bytezkit._core.effects import Operation, Request
from bytezkit._core.exchange import Context, decode_response, exchange, with_request_context
from bytezkit._core.model_id import ModelId, parse_model_id
from bytezkit.errors import NotFoundError
from bytezkit_client.api.catalog import list_models_v2, list_tasks_v2, request_model_v2
from bytezkit_client.types import UNSET
from bytezkit_models import responses
from bytezkit_models.json_value import JsonValue

T = TypeVar("T")


class _RawModels(msgspec.Struct, frozen=True):
    """A list of models as JSON objects, including members that the contract does not have."""

    output: list[dict[str, JsonValue]]


def _model_from_wire(model: responses.CatalogModel) -> ModelDetails:
    """Convert a model of the wire."""
    return ModelDetails(
        model_id=model.modelId,
        task=model.task,
        params=model.params,
        ram_required=model.ramRequired,
        meter=model.meter,
        meter_price=model.meterPrice,
    )


def list_models(
    context: Context, *, task: str | None = None, model_id: str | None = None
) -> Operation[list[ModelDetails]]:
    """List models of the catalog."""
    request = _models_request(task, None if model_id is None else parse_model_id(model_id))
    response = yield from _fetch(context, request, responses.ListModelsResponse)
    return [_model_from_wire(model) for model in response.output]


def list_raw_models(
    context: Context, *, task: str | None = None, model_id: str | None = None
) -> Operation[list[dict[str, JsonValue]]]:
    """List models of the catalog as JSON objects."""
    request = _models_request(task, None if model_id is None else parse_model_id(model_id))
    response = yield from _fetch(context, request, _RawModels)
    return response.output


def details(context: Context, model_id: ModelId) -> Operation[ModelDetails]:
    """Read a model of the catalog.

    Raises:
        NotFoundError: The catalog has no such model.
    """
    request = _models_request(None, model_id)
    response = yield from exchange(context, request)
    models = decode_response(context, request, response, responses.ListModelsResponse).output
    if not models:
        raise with_request_context(
            context, NotFoundError(f"the catalog has no model {model_id}"), request, response
        )
    return _model_from_wire(models[0])


def list_tasks(context: Context) -> Operation[list[str]]:
    """List the names of the tasks."""
    request = built_request(list_tasks_v2.build_request(), repeatable=True)
    response = yield from _fetch(context, request, responses.ListTasksResponse)
    return response.output


def request_model(context: Context, model_id: ModelId) -> Operation[str]:
    """Request that a model be added to the catalog. Return the confirmation of the service."""
    request = built_request(request_model_v2.build_request(*model_id), repeatable=True)
    response = yield from _fetch(context, request, responses.RequestModelResponse)
    return response.output


def _fetch(context: Context, request: Request, expected: type[T]) -> Operation[T]:
    """Send a request and decode its response."""
    response = yield from exchange(context, request)
    return decode_response(context, request, response, expected)


def _models_request(task: str | None, model_id: ModelId | None) -> Request:
    built = list_models_v2.build_request(
        task=task_filter(task), model_id=UNSET if model_id is None else str(model_id)
    )
    return built_request(built, repeatable=True)
