"""Servers to test, and the report of the command."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import pytest

from bytezkit_contract.__main__ import main
from bytezkit_emulator import Emulator

KEY = "the-first-key-of-these-tests"
SECOND_KEY = "the-second-key-of-these-tests"


class Run(NamedTuple):
    """Exit code and output of the command."""

    code: object
    stdout: str
    stderr: str

    @property
    def broken(self) -> dict[str, list[str]]:
        """Messages of violations, by module and test."""
        blocks = (block.strip().splitlines() for block in self.stdout.split("\n\n"))
        return {
            title.removeprefix("BROKEN  "): [
                line.strip() for line in lines if not re.match(r"    (contract|request): ", line)
            ]
            for title, *lines in filter(None, blocks)
            if title.startswith("BROKEN  ")
        }

    @property
    def skipped(self) -> dict[str, str]:
        """Reasons of skipped tests, by title."""
        return dict(re.findall(r"^  skipped (.*?): (.*)$", self.stdout, flags=re.MULTILINE))


Command: TypeAlias = Callable[..., Run]


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that calls `bytezkit contract run` with the keys in the environment."""
    monkeypatch.setenv("BYTEZ_KEY", KEY)
    monkeypatch.setenv("BYTEZ_SECOND_KEY", SECOND_KEY)

    def call(*arguments: str) -> Run:
        capfd.readouterr()
        with pytest.raises(SystemExit) as caught:
            main(["run", *arguments])
        return Run(caught.value.code, *capfd.readouterr())

    return call


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator over HTTP that accepts only the two keys."""
    with Emulator(keys=[KEY, SECOND_KEY]) as emulator:
        yield emulator
