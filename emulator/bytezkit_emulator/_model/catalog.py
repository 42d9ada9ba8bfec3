"""The models that the emulator knows."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonError, JsonObject, JsonValue, as_object, read_json
from bytezkit_emulator._model.provider_formats import PROVIDERS
from bytezkit_emulator._openapi.contract import Task
from bytezkit_emulator._openapi.validation import Schema

# The vendor's price list: size, greatest memory in GB, US dollars per second for language models and
# for others.
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
_LARGEST_FREE: Final = 7
_PART: Final = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_FILE_SCHEMA: Final[JsonObject] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["modelId", "task", "params", "ramRequired"],
        "additionalProperties": False,
        "properties": {
            "modelId": {
                "type": "string",
                "pattern": f"^{_PART}/{_PART}$",
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
    """A catalog file can not be used; the text says where and why."""


class Model(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A model of the catalog.

    Attributes:
        model_id: `organization/name`.
        task: The name of its task.
        params: Parameters in billions, if known.
        ram_required: Memory of an instance in GB, if known.
        is_language_model: Whether the price list for language models holds.
        provider: Who runs it, if it is a closed-source model.
    """

    model_id: str
    task: str
    params: float | None
    ram_required: float | None
    is_language_model: bool
    provider: str | None = None

    @cached_property
    def meter(self) -> str:
        """The meter that sets its price."""
        if self.params is not None and round(self.params) <= _LARGEST_FREE:
            return f"{self._row[0]}-free"
        return f"{self._row[0]}-lm" if self.is_language_model else self._row[0]

    @cached_property
    def price(self) -> Decimal:
        """US dollars per second."""
        return Decimal(self._row[2 if self.is_language_model else 3])

    @cached_property
    def meter_price(self) -> str:
        """The price with its unit, as the wire spells it."""
        return f"{self.price} / sec"

    def as_older_json(self) -> JsonObject:
        """Spell it as the older API does, with the earlier and the later names of its members."""
        return {
            "name": self.model_id,
            "requiredRAM": self.ram_required,
            "benchmarked": self.ram_required is not None,
            "modelId": self.model_id,
            "ramRequired": self.ram_required,
            "task": self.task,
        }

    @property
    def _row(self) -> tuple[str, int, str, str]:
        return next(row for row in _METERS if (self.ram_required or 0) <= row[1])

    def as_json(self) -> JsonObject:
        """Spell it as the wire does."""
        return {
            "modelId": self.model_id,
            "task": self.task,
            "params": self.params,
            "ramRequired": self.ram_required,
            "meter": self.meter,
            "meterPrice": self.meter_price,
        }


def read_catalog(path: Path | None, tasks: Mapping[str, Task]) -> dict[str, Model]:
    """Read the models of a file, by id, in its order.

    Args:
        path: A JSON file with a list of `{modelId, task, params, ramRequired, provider?}`; without it,
            the catalog that comes with the emulator, and the model of each task that it lacks.
        tasks: The tasks of the contract. A model of another task is left out.

    Raises:
        CatalogError: The file is missing, not JSON, or against that form.
    """
    rows = _read_rows(path)
    ids = [str(row["modelId"]) for row in rows]
    for model_id, times in Counter(ids).items():
        if times > 1:
            raise CatalogError(f"{path}: {model_id} stands twice")
    if path is None:
        rows += [_row_of(task) for task in tasks.values() if task.model not in ids]
    models = [_model(row, tasks[str(row["task"])]) for row in rows if row["task"] in tasks]
    return {model.model_id: model for model in models}


def _row_of(task: Task) -> JsonObject:
    return {"modelId": task.model, "task": task.name, "params": None, "ramRequired": None}


def _model(row: JsonObject, task: Task) -> Model:
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
        value = read_json(source.read_bytes())
    except (OSError, JsonError) as error:
        raise CatalogError(f"{source}: {error}") from error
    reason = Schema(_FILE_SCHEMA).why_not(value, "catalog")
    if reason is not None:
        raise CatalogError(f"{source}: {reason}")
    return [as_object(row) for row in value] if isinstance(value, list) else []


def _number(value: JsonValue) -> float | None:
    return value if isinstance(value, (int, float)) else None
