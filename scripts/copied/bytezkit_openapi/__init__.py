"""The OpenAPI documents of the API, as package data."""

from importlib.resources import files


def read_json() -> bytes:
    """Return the document of the whole API as JSON."""
    return (files(__name__) / "openapi.json").read_bytes()


def read_yaml() -> bytes:
    """Return the document of the whole API as YAML."""
    return (files(__name__) / "openapi.yaml").read_bytes()


def read_tasks_json() -> bytes:
    """Return the document with one operation per task, as JSON."""
    return (files(__name__) / "openapi.tasks.json").read_bytes()


def read_tasks_yaml() -> bytes:
    """Return the document with one operation per task, as YAML."""
    return (files(__name__) / "openapi.tasks.yaml").read_bytes()


def read_emulator_json() -> bytes:
    """Return the document of the emulator's own control API as JSON."""
    return (files(__name__) / "emulator.json").read_bytes()
