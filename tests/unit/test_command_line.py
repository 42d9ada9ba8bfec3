"""The command `bytezkit`."""

import sys
from types import ModuleType

import pytest

import bytezkit
from bytezkit._command_line import main


@pytest.mark.parametrize("arguments", [["-h"], ["--help"]])
def test_help_is_printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("usage: bytezkit emulator")


@pytest.mark.parametrize("arguments", [[], [""], ["serve"], ["--verbose"]])
def test_another_command_is_an_error_that_shows_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err[:6]) == ("", "usage:")


@pytest.mark.parametrize("by_argument", [True, False])
@pytest.mark.parametrize("rest", [[], ["--port", "0"], ["--help"], [""]])
def test_the_emulator_gets_the_rest(
    monkeypatch: pytest.MonkeyPatch, rest: list[str], by_argument: bool
) -> None:
    calls: list[list[str]] = []
    stand_in = ModuleType("bytezkit_emulator.__main__")
    monkeypatch.setattr(stand_in, "main", lambda argv, prog: calls.append([prog, *argv]), raising=False)
    monkeypatch.setitem(sys.modules, "bytezkit_emulator", ModuleType("bytezkit_emulator"))
    monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
    monkeypatch.setattr(sys, "argv", ["bytezkit", "emulator", *rest])
    main(["emulator", *rest] if by_argument else None)
    assert calls == [["bytezkit emulator", *rest]]


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--version"])
    assert capsys.readouterr().out == f"bytezkit {bytezkit.__version__}\n"
