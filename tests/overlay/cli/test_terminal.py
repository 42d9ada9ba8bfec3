"""Live displays in a pseudo-terminal."""

import os
import pty
import re
import subprocess
from contextlib import suppress

import pytest

from bytezkit_emulator import Emulator
from tests.overlay.cli.conftest import COMMAND, GPT2, use

SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


def load_in_terminal(*arguments: str) -> tuple[int, str]:
    """Run the command in a pseudo-terminal; return its exit code and its output."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    command = [COMMAND, "load", GPT2, *arguments]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    written = b""
    # Linux raises an error after the last writer closes.
    with suppress(OSError):
        while chunk := os.read(ours, 65536):
            written += chunk
    os.close(ours)
    return process.wait(20), written.decode()


def test_load_shows_each_state_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(clock="scaled", scale=60) as emulator:
        use(monkeypatch, emulator.url)
        code, text = load_in_terminal()
    assert code == 0
    assert HIDE_CURSOR in text
    assert text.count(SHOW_CURSOR) == 1
    assert text.count("\x1b[2K") > 2
    states = re.findall(rf"{GPT2}: ([a-z ]+)", re.sub(r"\x1b\[[\d;]*m", "", text))
    assert list(dict.fromkeys(states)) == ["booting instance", "running"]
    assert "model" in text.rpartition("✓")[2]


def test_failed_load_restores_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(clock="manual") as emulator:
        use(monkeypatch, emulator.url)
        code, text = load_in_terminal("--timeout", "1s")
    assert code == 4
    assert "✓" not in text
    assert SHOW_CURSOR in text.partition("error: ")[0]
