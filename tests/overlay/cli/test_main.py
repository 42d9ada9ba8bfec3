"""The command `bytezkit` without the extra `cli`."""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

import pytest

import bytezkit
from bytezkit._cli import __main__ as command_line
from bytezkit._cli.__main__ import main


@pytest.fixture
def no_extra(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """Take a package away, and return its name."""
    missing: str = request.param

    def find(name: str) -> ModuleSpec | None:
        return None if name == missing else find_spec(name)

    monkeypatch.setattr(command_line, "find_spec", find)
    return missing


@pytest.mark.parametrize("arguments", [[], ["--help"], ["models"], [""]])
@pytest.mark.parametrize("no_extra", ["click", "rich", "ruamel"], indirect=True)
def test_what_is_missing_is_named(no_extra: str, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == f"{no_extra} is missing: install bytezkit[cli]"


@pytest.mark.parametrize("no_extra", ["click"], indirect=True)
@pytest.mark.parametrize("command", ["contract", "emulator"])
@pytest.mark.parametrize("by_argument", [True, False])
@pytest.mark.parametrize("rest", [[], ["--port", "0"], ["--help"], [""]])
def test_the_commands_of_other_extras_get_the_rest(
    monkeypatch: pytest.MonkeyPatch, rest: list[str], by_argument: bool, command: str, no_extra: str
) -> None:
    calls: list[list[str]] = []
    stand_in = ModuleType(f"bytezkit_{command}.__main__")
    monkeypatch.setattr(stand_in, "main", lambda argv, prog: calls.append([prog, *argv]), raising=False)
    monkeypatch.setitem(sys.modules, f"bytezkit_{command}", ModuleType(f"bytezkit_{command}"))
    monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
    monkeypatch.setattr(sys, "argv", ["bytezkit", command, *rest])
    main([command, *rest] if by_argument else None)
    assert calls == [[f"bytezkit {command}", *rest]]


@pytest.mark.parametrize("no_extra", ["click"], indirect=True)
def test_the_version_is_printed(no_extra: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--version"])
    assert capsys.readouterr().out == f"bytezkit {bytezkit.__version__}\n"
