"""Public names, and the modules that an import loads."""

import subprocess
import sys

import pytest

import bytezkit
from bytezkit import errors, handles, messages, types

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
