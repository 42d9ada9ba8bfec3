"""Models of the catalog, as the client shows them."""

from dataclasses import dataclass

from bytezkit_models import responses


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


def read_model(model: responses.CatalogModel) -> ModelDetails:
    """Show a model of the wire."""
    return ModelDetails(
        model_id=model.modelId,
        task=model.task,
        params=model.params,
        ram_required=model.ramRequired,
        meter=model.meter,
        meter_price=model.meterPrice,
    )
