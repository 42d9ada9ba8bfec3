"""Public names, and the modules that an import loads."""

import inspect
import subprocess
import sys

import pytest

import bytezkit
from bytezkit import compat, errors, handles, messages, testing, types
from bytezkit._v1.async_client import AsyncV1
from bytezkit._v1.client import V1

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


@pytest.mark.parametrize("module", [compat, errors, handles, messages, testing, types])
def test_all_of_a_public_module_lists_existing_public_names_once(module: object) -> None:
    names: list[str] = vars(module)["__all__"]
    assert len(names) == len(set(names))
    for name in names:
        assert not name.startswith("_")
        assert hasattr(module, name)


def test_v1_clients_have_the_same_methods() -> None:
    def methods(kind: type) -> dict[str, object]:
        return {
            name: (method.__doc__, [*inspect.signature(method).parameters.values()])
            for name, method in vars(kind).items()
            if not name.startswith("_")
        }

    assert V1.__doc__ == AsyncV1.__doc__
    assert methods(V1) == methods(AsyncV1)
    assert [it for it in methods(AsyncV1) if not inspect.iscoroutinefunction(vars(AsyncV1)[it])] == ["stream"]


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
    added = {*before} - {*http}
    assert client == "AsyncBytez" or len(added) <= 75, sorted(added)
    generated = [name for name in before if name.startswith(("bytezkit_client", "bytezkit_models."))]
    assert sorted(generated) == [f"bytezkit_models.{name}" for name in ("json_value", "reprs", "tasks")]
    handles = {name for name in after if name in {"bytezkit._api.handles", "bytezkit._api.async_handles"}}
    assert handles == {f"bytezkit._api.{'async_' if client == 'AsyncBytez' else ''}handles"}
