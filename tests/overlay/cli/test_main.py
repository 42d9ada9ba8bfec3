"""The command without the extra `cli`."""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

import pytest

import bytezkit
from bytezkit._cli import __main__ as command_line
from bytezkit._cli.__main__ import main


def hide(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    def find(name: str) -> ModuleSpec | None:
        return None if name == package else find_spec(name)

    monkeypatch.setattr(command_line, "find_spec", find)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["models"], [""]])
@pytest.mark.parametrize("package", ["click", "rich", "ruamel"])
def test_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, package: str, arguments: list[str]
) -> None:
    hide(monkeypatch, package)
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == f"{package} is missing: install bytezkit[cli]"


@pytest.mark.parametrize("command", ["contract", "emulator"])
@pytest.mark.parametrize("rest", [[], ["--port", "0"], ["--help"], [""]])
def test_other_extra_gets_the_arguments(
    monkeypatch: pytest.MonkeyPatch, rest: list[str], command: str
) -> None:
    hide(monkeypatch, "click")
    calls: list[list[str]] = []
    module = ModuleType(f"bytezkit_{command}.__main__")
    monkeypatch.setattr(module, "main", lambda argv, prog: calls.append([prog, *argv]), raising=False)
    monkeypatch.setitem(sys.modules, f"bytezkit_{command}", ModuleType(f"bytezkit_{command}"))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, "argv", ["bytezkit", command, *rest])
    main(None)
    main([command, *rest])
    assert calls == [[f"bytezkit {command}", *rest]] * 2


def test_version_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    hide(monkeypatch, "click")
    main(["--version"])
    assert capsys.readouterr().out == f"bytezkit {bytezkit.__version__}\n"
