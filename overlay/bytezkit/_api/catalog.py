"""Operations of the catalog, and its models."""

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from bytezkit._api import requests
from bytezkit._core.effects import Operation, Request
from bytezkit._core.exchange import Context, exchange, located, read_answer
from bytezkit._core.model_id import ModelId, parse_model_id
from bytezkit.errors import NotFoundError
from bytezkit_models import responses
from bytezkit_models.json_value import JsonValue

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDetails:
    """A model of the catalog.

    Attributes:
        model_id: `organization/name`.
        task: The task's name.
        params: Parameters, in billions; None where they are not known.
        ram_required: Memory that an instance needs, in GB; None where it was not measured.
        meter: The meter that sets the price.
        meter_price: The price of the meter, with its unit.
    """

    model_id: str
    task: str
    params: float | None
    ram_required: float | None
    meter: str
    meter_price: str


class _RawModels(msgspec.Struct, frozen=True):
    """A list of models, whatever they hold."""

    output: list[dict[str, JsonValue]]


def _read_model(model: responses.CatalogModel) -> ModelDetails:
    """Show a model of the wire."""
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
    request = requests.list_models(task, None if model_id is None else parse_model_id(model_id))
    found = yield from _ask(context, request, responses.ListModelsResponse)
    return [_read_model(model) for model in found.output]


def list_raw_models(
    context: Context, *, task: str | None = None, model_id: str | None = None
) -> Operation[list[dict[str, JsonValue]]]:
    """List models of the catalog as JSON."""
    request = requests.list_models(task, None if model_id is None else parse_model_id(model_id))
    found = yield from _ask(context, request, _RawModels)
    return found.output


def details(context: Context, model_id: ModelId) -> Operation[ModelDetails]:
    """Look a model up in the catalog.

    Raises:
        NotFoundError: The catalog has no such model.
    """
    request = requests.list_models(None, model_id)
    answer = yield from exchange(context, request)
    found = read_answer(request, answer, responses.ListModelsResponse)
    if not found.output:
        raise located(NotFoundError(f"the catalog has no model {model_id}"), request, answer)
    return _read_model(found.output[0])


def list_tasks(context: Context) -> Operation[list[str]]:
    """List the names of the tasks."""
    found = yield from _ask(context, requests.list_tasks(), responses.ListTasksResponse)
    return found.output


def request_model(context: Context, model_id: ModelId) -> Operation[str]:
    """Ask for a model that the catalog lacks."""
    confirmed = yield from _ask(context, requests.request_model(model_id), responses.RequestModelResponse)
    return confirmed.output


def _ask(context: Context, request: Request, expected: type[T]) -> Operation[T]:
    """Send a request and read its answer."""
    answer = yield from exchange(context, request)
    return read_answer(request, answer, expected)
