"""The help of every command has examples that work."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bytezkit import Bytez
from bytezkit._cli.commands import COMMANDS
from bytezkit._cli.program import bytezkit
from bytezkit_emulator import Emulator
from tests.overlay.cli.conftest import GPT2, KEY, call, shell, use


def paths(name: str, command: click.Command) -> Iterator[tuple[str, ...]]:
    yield (name,)
    if isinstance(command, click.Group):
        for child_name, child in command.commands.items():
            yield from ((name, *rest) for rest in paths(child_name, child))


LOADED: dict[str, click.Command] = {name: entry.load() for name, entry in COMMANDS.items()}
PATHS = [(), *(path for name, command in LOADED.items() for path in paths(name, command))]
# The commands of other packages serve until a signal, or send thousands of requests.
SHORT_PATHS = [path for path in PATHS if not path or COMMANDS[path[0]].program is None]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Emulator() as emulator:
        yield emulator.url


@pytest.mark.parametrize("path", SHORT_PATHS, ids=" ".join)
def test_examples_run(path: tuple[str, ...], url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, url)
    key = f"{KEY}-{'-'.join(path)}"  # Each key has its own state.
    monkeypatch.setenv("BYTEZ_KEY", key)
    with Bytez(key) as client:
        client.model(GPT2).cluster.create()
        client.v1.load(GPT2)
        client.v1.load("dreamlike-art/dreamlike-photoreal-2.0")
    examples = call(*path, "--help").text.partition("\n  Examples:\n")[2]
    lines = re.findall(r"^ {4}(\S.*)$", examples, flags=re.MULTILINE)
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
    text = call(*path, "--help").text
    assert max(len(line) for line in text.splitlines()) <= 96
    assert "\n  Examples:\n" in text


def test_help_lists_every_command_with_its_complete_summary() -> None:
    text = call("--help").text
    for name, command in bytezkit.commands.items():
        assert re.search(rf"^  {name} +\S.*[.a-z]$", text, flags=re.MULTILINE), command
    assert "..." not in text.partition("Commands:")[2].partition("Examples:")[0]
    for name, command in LOADED.items():
        assert command.get_short_help_str(limit=100) == COMMANDS[name].summary


@pytest.mark.parametrize("path", [(), ("clusters",), ("v1",)], ids=" ".join)
def test_group_without_command_prints_its_help_as_an_error(path: tuple[str, ...]) -> None:
    outcome = call(*path)
    assert (outcome.code, outcome.out) == (2, b"")
    assert outcome.err.startswith("Usage: bytezkit ")
    assert "Examples:" in outcome.err
