"""The help: every command has examples that work."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bytezkit import Bytez
from bytezkit._cli.commands import COMMANDS
from bytezkit._cli.program import bytezkit
from bytezkit_emulator import Emulator
from tests.overlay.cli.commands import call, shell
from tests.overlay.cli.conftest import GPT2, KEY, use

INTERNAL: dict[str, click.Command] = {
    name: entry.load() for name, entry in COMMANDS.items() if not entry.is_external
}


def paths(name: str, command: click.Command) -> Iterator[tuple[str, ...]]:
    yield (name,)
    if isinstance(command, click.Group):
        for child_name, child in command.commands.items():
            yield from ((name, *rest) for rest in paths(child_name, child))


PATHS = [(), *(path for name, command in INTERNAL.items() for path in paths(name, command))]


def examples(path: tuple[str, ...]) -> list[str]:
    text = call(*path, "--help").text
    return re.findall(r"^ {4}(\S.*)$", text.partition("\n  Examples:\n")[2], flags=re.MULTILINE)


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with Emulator() as emulator:
        yield emulator.url


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_examples_work(
    path: tuple[str, ...], service: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, service)
    key = f"{KEY}-{'-'.join(path)}"  # Each key has its own state.
    monkeypatch.setenv("BYTEZ_KEY", key)
    with Bytez(key) as client:
        client.model(GPT2).cluster.create()
        client.v1.load(GPT2)
        client.v1.load("dreamlike-art/dreamlike-photoreal-2.0")
    lines = examples(path)
    assert lines
    for line in lines:
        outcome = shell(line)
        assert (line, outcome.code, "error" in outcome.err) == (line, 0, False)
        assert outcome.out or "--out" in line or " delete " in line or " batch " in line
        assert key not in f"{outcome.out!r}{outcome.err}"


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_needs_no_key_and_fits_the_width(path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BYTEZ_KEY", raising=False)
    assert call(*path, "-h").code == 0
    assert max(len(line) for line in call(*path, "--help").text.splitlines()) <= 96


def test_help_lists_every_command_with_a_complete_line() -> None:
    text = call("--help").text
    for name, command in bytezkit.commands.items():
        assert re.search(rf"^  {name} +\S.*[.a-z]$", text, flags=re.MULTILINE), command
    assert "..." not in text.partition("Commands:")[2].partition("Examples:")[0]


@pytest.mark.parametrize("name", INTERNAL)
def test_summary_is_the_first_sentence_of_the_help(name: str) -> None:
    assert INTERNAL[name].get_short_help_str(limit=100) == COMMANDS[name].summary


def test_misspelt_command_is_named() -> None:
    outcome = call("modles")
    assert (outcome.code, "No such command 'modles'" in outcome.err) == (2, True)


@pytest.mark.parametrize("path", [(), ("clusters",), ("v1",)], ids=" ".join)
def test_group_without_command_is_an_error(path: tuple[str, ...]) -> None:
    outcome = call(*path)
    assert (outcome.code, outcome.out) == (2, b"")
    assert outcome.err.startswith("Usage: bytezkit ")
    assert "Examples:" in outcome.err
