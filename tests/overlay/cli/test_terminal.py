"""Live displays in a pseudo-terminal."""

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bytezkit_emulator import Emulator
from tests.overlay.cli.conftest import GPT2, use

COMMAND = str(Path(sys.executable).with_name("bytezkit"))


def run_in_terminal(*arguments: str) -> tuple[int, str]:
    """Run the command in a pseudo-terminal; return its exit code and its output."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    process = subprocess.Popen(
        [COMMAND, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    written = b""
    # Linux raises an error after the last writer closes.
    with suppress(OSError):
        while chunk := os.read(ours, 65536):
            written += chunk
    os.close(ours)
    return process.wait(20), written.decode()


def test_load_has_a_live_display(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(clock="scaled", scale=60) as emulator:
        use(monkeypatch, emulator.url)
        code, text = run_in_terminal("load", GPT2)
    assert code == 0
    assert "\x1b[?25l" in text  # Hides the cursor,
    assert text.count("\x1b[?25h") == 1  # and shows it at the end.
    assert text.count("\x1b[2K") > 2
    states = re.findall(rf"{GPT2}: ([a-z ]+)", re.sub(r"\x1b\[[\d;]*m", "", text))
    assert list(dict.fromkeys(states)) == ["booting instance", "running"]
    assert "✓" in text
    assert "model" in text.rpartition("✓")[2]


def test_failed_load_restores_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(clock="manual") as emulator:
        use(monkeypatch, emulator.url)
        code, text = run_in_terminal("load", GPT2, "--timeout", "1s")
    assert code == 4
    assert "✓" not in text
    assert "\x1b[?25h" in text.partition("error: ")[0]
