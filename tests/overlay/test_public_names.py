"""What can be imported, and what importing costs."""

import subprocess
import sys

import pytest

import bytezkit
from bytezkit import errors, testing, types

HEAVY = {
    *("asyncio", "anyio", "attr", "httpx", "httpcore", "msgspec"),
    *("bytezkit_client", "bytezkit_models", "bytezkit_openapi", "bytezkit_emulator"),
}


def python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_every_public_name_can_be_imported_and_is_listed_in_order() -> None:
    assert bytezkit.__all__ == sorted(bytezkit.__all__)
    for name in bytezkit.__all__:
        assert getattr(bytezkit, name) is not None
    assert dir(bytezkit) == sorted([*bytezkit.__all__, "__version__"])


@pytest.mark.parametrize("module", [errors, types])
def test_the_public_modules_are_names_of_the_package(module: object) -> None:
    name = vars(module)["__name__"].rpartition(".")[2]
    assert bytezkit.__getattr__(name) is module


def test_what_is_exported_is_all_that_is_public() -> None:
    assert set(bytezkit._MODULES) | {"errors", "handles", "types"} == set(bytezkit.__all__)
    for name in bytezkit._MODULES:
        assert getattr(bytezkit, name).__name__ == name


@pytest.mark.parametrize("module", [types, errors, testing])
def test_the_public_modules_list_what_they_hold(module: object) -> None:
    names: list[str] = vars(module)["__all__"]
    assert len(names) == len(set(names))
    for name in names:
        assert not name.startswith("_")
        assert hasattr(module, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'bytezkit' has no attribute 'Bytes'"):
        _ = bytezkit.Bytes  # type: ignore[attr-defined]  # the name is wrong on purpose


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = python("import sys, bytezkit; print(*sorted(sys.modules))").split()
    assert "bytezkit" in loaded
    assert [name for name in loaded if name in HEAVY or name.startswith("bytezkit.")] == []


def test_names_come_when_they_are_used_and_star_import_gives_all() -> None:
    code = "import bytezkit; print(bytezkit.errors.BytezError.__name__, bytezkit.Bytez.__name__)"
    assert python(code) == "BytezError Bytez"
    code = "from bytezkit import *; print(Bytez.__name__, types.Cluster.__name__)"
    assert python(code) == "Bytez Cluster"


def test_a_client_does_not_load_the_handles_of_the_other_kind() -> None:
    code = "import sys; from bytezkit import Bytez; Bytez('k').model('a/b'); print(*sys.modules)"
    loaded = python(code).split()
    assert "bytezkit._api.handles" in loaded
    assert "bytezkit._api.async_handles" not in loaded


@pytest.mark.parametrize("client", ["Bytez", "AsyncBytez"])
def test_setting_a_client_up_loads_no_generated_client_and_no_task(client: str) -> None:
    code = f"import sys; from bytezkit import {client}; {client}('key'); print(*sorted(sys.modules))"
    generated = [
        name for name in python(code).split() if name.startswith(("bytezkit_client", "bytezkit_models."))
    ]
    assert generated == ["bytezkit_models.json_value", "bytezkit_models.reprs"]


def test_setting_a_client_up_loads_few_modules_besides_the_http_library() -> None:
    # `make bench` says what that costs; a count is steadier than a stopwatch.
    http = "import sys, httpx; httpx.Client(); print(*sys.modules)"
    client = "import sys; from bytezkit import Bytez; Bytez('key'); print(*sys.modules)"
    more = set(python(client).split()) - set(python(http).split())
    assert len(more) <= 70, sorted(more)
