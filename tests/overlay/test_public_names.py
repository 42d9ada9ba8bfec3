"""Public names and annotations, and the modules that an import loads."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from pydantic import TypeAdapter, ValidationError

import bytezkit
import bytezkit.compat
import bytezkit.testing
import bytezkit_emulator
from bytezkit import errors, handles, messages, types
from bytezkit.types import ChatMessage

EXPENSIVE = {
    *("asyncio", "anyio", "attr", "httpx", "httpcore", "msgspec"),
    *("bytezkit_client", "bytezkit_models", "bytezkit_openapi", "bytezkit_emulator"),
}


def python(code: str) -> list[list[str]]:
    """Run code in a new interpreter, and return the words of each line of its output."""
    command = [sys.executable, "-W", "error", "-c", f"import sys; {code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split() for line in done.stdout.splitlines()]


def test_package_exports_its_modules_and_lazy_names() -> None:
    assert bytezkit.__all__ == sorted({*bytezkit._MODULES, "errors", "handles", "messages", "types"})
    assert dir(bytezkit) == sorted([*bytezkit.__all__, "__version__"])
    for name in bytezkit._MODULES:
        assert getattr(bytezkit, name).__name__ == name
    for module in (errors, handles, messages, types):
        assert getattr(bytezkit, module.__name__.rpartition(".")[2]) is module
    with pytest.raises(AttributeError, match="module 'bytezkit' has no attribute 'Bytes'"):
        _ = bytezkit.Bytes  # type: ignore[attr-defined]  # the name is wrong on purpose


def test_names_are_imported_when_used() -> None:
    names = "print(Bytez.__name__, types.Cluster.__name__)"
    loaded, found = python(f"import bytezkit; print(*sys.modules); from bytezkit import *; {names}")
    assert "bytezkit" in loaded
    assert [name for name in loaded if name in EXPENSIVE or name.startswith("bytezkit.")] == []
    assert found == ["Bytez", "Cluster"]


@pytest.mark.parametrize("client", ["Bytez", "AsyncBytez"])
def test_client_loads_only_what_it_needs(client: str) -> None:
    show = "print(*sys.modules)"
    code = f"from bytezkit import {client}; client = {client}('k'); {show}; client.model('a/b'); {show}"
    http, before, after = python(f"import httpx; httpx.Client(); {show}; {code}")
    # A count is more stable than a duration.
    # anyio imports sniffio if another package has installed it.
    added = {name for name in {*before} - {*http} if name.partition(".")[0] != "sniffio"}
    assert client == "AsyncBytez" or len(added) <= 76, sorted(added)
    generated = [name for name in before if name.startswith(("bytezkit_client", "bytezkit_models."))]
    assert sorted(generated) == [f"bytezkit_models.{name}" for name in ("json_value", "reprs", "tasks")]
    handles = {name for name in after if name in {"bytezkit._api.handles", "bytezkit._api.async_handles"}}
    assert handles == {f"bytezkit._api.{'async_' if client == 'AsyncBytez' else ''}handles"}


MODULES = (
    *(bytezkit, bytezkit.compat, bytezkit.errors, bytezkit.handles, bytezkit.testing, bytezkit.types),
    bytezkit_emulator,
)


def public_objects(module: ModuleType) -> Iterator[Any]:
    names: list[str] = vars(module)["__all__"]
    for name in names:
        value = getattr(module, name)
        # Results of some tasks are aliases of built-in types.
        if not str(getattr(value, "__module__", "")).startswith("bytezkit"):
            continue
        if inspect.isfunction(value) or inspect.isclass(value):
            yield value
        if inspect.isclass(value):
            for member in ("__init__", *(name for name in dir(value) if not name.startswith("_"))):
                function = inspect.getattr_static(value, member)
                function = getattr(function, "fget", getattr(function, "__func__", function))
                is_ours = str(getattr(function, "__module__", "")).startswith("bytezkit")
                if inspect.isfunction(function) and is_ours:
                    yield function


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_signatures_and_type_hints_of_public_objects_can_be_evaluated(module: ModuleType) -> None:
    for value in public_objects(module):
        get_type_hints(value)
        # Python has no signature for exceptions without a constructor of their own, and for TypedDicts.
        if not (inspect.isclass(value) and issubclass(value, (Exception, dict))):
            inspect.signature(value, eval_str=True)


def test_pydantic_validates_typed_dicts_of_inputs() -> None:
    messages = [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    assert TypeAdapter(list[ChatMessage]).validate_python(messages) == messages
    with pytest.raises(ValidationError, match="role"):
        TypeAdapter(list[ChatMessage]).validate_python([{"content": "Hi"}])
