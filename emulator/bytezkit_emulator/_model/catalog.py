"""Models that the emulator serves."""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonError, JsonObject, as_object, read_json
from bytezkit_emulator._model.provider_formats import PROVIDERS
from bytezkit_emulator._openapi.contract import Task
from bytezkit_emulator._openapi.validation import Schema
from bytezkit_models.json_value import JsonValue

# The vendor's price list: meter, maximum memory in GB, US dollars per second for language models, and for
# other models.
_METERS: Final = (
    ("micro", 16, "0.0000872083", "0.00053440"),
    ("xs", 24, "0.0001475035", "0.00066800"),
    ("sm", 64, "0.0006478333", "0.00427520"),
    ("md", 96, "0.0008433876", "0.00480960"),
    ("lg", 128, "0.0012956667", "0.00855040"),
    ("xl", 192, "0.0024468774", "0.01603200"),
    ("xxl", 320, "0.0047912685", "0.02458240"),
    ("super", 640, "0.0059890856", "0.02992640"),
)
# Up to this many billions of parameters, the name of the meter ends with `-free`.
_MAX_FREE_PARAMS: Final = 7
# Segment of a model id. `list` and `request` cannot be organizations, since paths of the API start with them.
_NAME_PATTERN: Final = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_FILE_SCHEMA: Final[JsonObject] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["modelId", "task", "params", "ramRequired"],
        "additionalProperties": False,
        "properties": {
            "modelId": {
                "type": "string",
                "pattern": f"^{_NAME_PATTERN}/{_NAME_PATTERN}$",
                "not": {"pattern": "^(list|request)/"},
            },
            "task": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
            "params": {"type": ["number", "null"], "minimum": 0},
            "ramRequired": {"type": ["number", "null"], "minimum": 0, "maximum": 640},
            "provider": {"enum": list[JsonValue](PROVIDERS)},
        },
    },
}


class CatalogError(ValueError):
    """A catalog file is invalid; the message says where and why."""


class Model(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A model of the catalog.

    Attributes:
        model_id: `organization/name`.
        task: Name of its task.
        params: Parameters in billions, if known.
        ram_required: Memory of an instance in GB, if known.
        is_language_model: Whether the prices of language models apply.
        provider: Provider of a closed-source model.
    """

    model_id: str
    task: str
    params: float | None
    ram_required: float | None
    is_language_model: bool
    provider: str | None = None

    @cached_property
    def meter(self) -> str:
        """Name of the meter that sets the price."""
        if self.params is not None and round(self.params) <= _MAX_FREE_PARAMS:
            return f"{self._price_row[0]}-free"
        return f"{self._price_row[0]}-lm" if self.is_language_model else self._price_row[0]

    @cached_property
    def price(self) -> Decimal:
        """Price in US dollars per second."""
        return Decimal(self._price_row[2 if self.is_language_model else 3])

    @cached_property
    def meter_price(self) -> str:
        """Price with its unit, as in the API."""
        return f"{self.price} / sec"

    def as_v1_json(self) -> JsonObject:
        """Return the JSON of the v1 API, with the earlier and the later names of its members."""
        return {
            "name": self.model_id,
            "requiredRAM": self.ram_required,
            "benchmarked": self.ram_required is not None,
            "modelId": self.model_id,
            "ramRequired": self.ram_required,
            "task": self.task,
        }

    @property
    def _price_row(self) -> tuple[str, int, str, str]:
        return next(row for row in _METERS if (self.ram_required or 0) <= row[1])

    def as_json(self) -> JsonObject:
        """Return the JSON of the v2 API."""
        return {
            "modelId": self.model_id,
            "task": self.task,
            "params": self.params,
            "ramRequired": self.ram_required,
            "meter": self.meter,
            "meterPrice": self.meter_price,
        }


def read_catalog(path: Path | None, tasks: Mapping[str, Task]) -> dict[str, Model]:
    """Return the models of a catalog file by id, in the order of the file.

    Args:
        path: JSON file with a list of `{modelId, task, params, ramRequired, provider?}`; None for the bundled
            catalog, extended by the documented model of each task that has no model in it.
        tasks: Tasks of the contract. Models of other tasks are skipped.

    Raises:
        CatalogError: The file is missing, is not JSON, or has another form.
    """
    rows = _read_rows(path)
    ids = [str(row["modelId"]) for row in rows]
    for model_id, times in Counter(ids).items():
        if times > 1:
            raise CatalogError(f"{path}: {model_id} is listed twice")
    if path is None:
        rows += [_open_row(task.model, task) for task in tasks.values() if task.model not in ids]
    models = [_parse_model(row, tasks[str(row["task"])]) for row in rows if row["task"] in tasks]
    return {model.model_id: model for model in models}


def open_model(model_id: str, task: Task) -> Model:
    """Return an open model of unknown size."""
    return _parse_model(_open_row(model_id, task), task)


def _open_row(model_id: str, task: Task) -> JsonObject:
    return {"modelId": model_id, "task": task.name, "params": None, "ramRequired": None}


def _parse_model(row: JsonObject, task: Task) -> Model:
    return Model(
        model_id=str(row["modelId"]),
        task=task.name,
        params=_number(row["params"]),
        ram_required=_number(row["ramRequired"]),
        is_language_model=task.stream == "text",
        provider=None if "provider" not in row else str(row["provider"]),
    )


def _read_rows(path: Path | None) -> list[JsonObject]:
    source = files("bytezkit_emulator") / "catalog.json" if path is None else path
    try:
        # Editors on Windows write a byte order mark.
        value = read_json(source.read_bytes().removeprefix(BOM_UTF8))
    except (OSError, JsonError) as error:
        raise CatalogError(f"{source}: {error}") from error
    reason = Schema(_FILE_SCHEMA).error_message(value, "catalog")
    if reason is not None:
        raise CatalogError(f"{source}: {reason}")
    return [as_object(row) for row in value] if isinstance(value, list) else []


def _number(value: JsonValue) -> float | None:
    return value if isinstance(value, (int, float)) else None
