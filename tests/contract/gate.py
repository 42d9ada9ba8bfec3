"""Settings of the strict gates, which accept fewer statuses than the published gate."""

import tomllib
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import APIOperation

import bytezkit_openapi
from bytezkit_emulator import Emulator

Case: TypeAlias = "schemathesis.Case[APIOperation[Any, Any, Any, Any]]"

CONFIGURATION: Final = Path(bytezkit_openapi.__path__[0]) / "schemathesis.toml"
REPRODUCIBLE: Final = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
_GATE: Final[Any] = tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))
_CHECKS: Final = {"positive": "positive_data_acceptance", "negative": "negative_data_rejection"}


def load(
    document: Any, emulator: Emulator, mode: Literal["positive", "negative"], statuses: list[int | str]
) -> schemathesis.BaseSchema:
    """Load a document with the settings of the gate, for data of one mode and its statuses."""
    schemes = document["components"]["securitySchemes"]
    # Operations that the document omits serve the same paths.
    disabled = {"enabled": False}
    gate = {
        **{name: value for name, value in _GATE.items() if name != "operations"},
        "auth": {"openapi": {name: _GATE["auth"]["openapi"][name] for name in schemes}},
        "generation": {**_GATE["generation"], "mode": mode},
        "phases": {**_GATE["phases"], "coverage": {"unexpected-methods": []}},
        "checks": {
            **_GATE["checks"],
            "unsupported_method": disabled,
            "allow_header_conformance": disabled,
            _CHECKS[mode]: {"expected-statuses": statuses},
        },
    }
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(gate))
    schema.app = emulator.app
    return schema
