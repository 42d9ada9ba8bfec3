"""The OpenAPI documents of the API, as package data."""

from importlib.resources import files


def read_json() -> bytes:
    """Return the document of the whole API as JSON."""
    return (files(__name__) / "openapi.json").read_bytes()


def read_yaml() -> bytes:
    """Return the document of the whole API as YAML."""
    return (files(__name__) / "openapi.yaml").read_bytes()


def read_sdk_json() -> bytes:
    """Return the document for code generators as JSON."""
    return (files(__name__) / "openapi.sdk.json").read_bytes()


def read_sdk_yaml() -> bytes:
    """Return the document for code generators as YAML."""
    return (files(__name__) / "openapi.sdk.yaml").read_bytes()


def read_llm_json() -> bytes:
    """Return the document for language models as JSON: the operations that return JSON, without examples."""
    return (files(__name__) / "openapi.llm.json").read_bytes()


def read_emulator_json() -> bytes:
    """Return the document of the emulator's own control API as JSON."""
    return (files(__name__) / "emulator.json").read_bytes()
