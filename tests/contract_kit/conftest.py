"""Servers to test, and the report of the command."""

import re
import subprocess
import sys
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
    printed: str
    errors: str

    @property
    def broken(self) -> dict[str, list[str]]:
        """Messages of violations, by module and test."""
        found = {}
        for block in self.printed.split("\n\n"):
            title, *lines = block.strip().splitlines()
            if title.startswith("BROKEN  "):
                found[title.removeprefix("BROKEN  ")] = [
                    line.strip() for line in lines if not re.match(r"    (contract|request): ", line)
                ]
        return found

    @property
    def skipped(self) -> dict[str, str]:
        """Reasons of skipped tests, by title."""
        lines = re.findall(r"^  skipped (.*?): (.*)$", self.printed, flags=re.MULTILINE)
        return dict(lines)


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
        printed = capfd.readouterr()
        return Run(caught.value.code, printed.out, printed.err)

    return call


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator over HTTP that accepts only the two keys."""
    with Emulator(keys=[KEY, SECOND_KEY]) as emulator:
        yield emulator


@pytest.fixture
def broken_server() -> Iterator[Callable[[str], str]]:
    """Return a function that starts a faulty server in another process and returns its URL."""
    processes: list[subprocess.Popen[str]] = []

    def start(fault: str) -> str:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.contract_kit.broken", fault], stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        assert process.stdout is not None
        return process.stdout.readline().strip()

    yield start
    for process in processes:
        process.terminate()
        process.communicate()
