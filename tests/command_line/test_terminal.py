"""What a person sees: the command in a real pseudo-terminal."""

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from bytezkit_emulator import Emulator
from tests.command_line.conftest import GPT2, use

COMMAND = str(Path(sys.executable).with_name("bytezkit"))


def seen(*arguments: str) -> tuple[int, str]:
    """Run the command in a terminal, and return its exit code and all that it wrote there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    process = subprocess.Popen(
        [COMMAND, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    written = b""
    # Linux says so when the last writer has gone.
    with suppress(OSError):
        while chunk := os.read(ours, 65536):
            written += chunk
    os.close(ours)
    return process.wait(20), written.decode()


def test_load_is_a_live_display(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(clock="scaled", scale=60) as emulator:
        use(monkeypatch, emulator.url)
        code, text = seen("load", GPT2)
    assert code == 0
    assert "\x1b[?25l" in text  # The cursor goes,
    assert text.count("\x1b[?25h") == 1  # and is back at the end.
    assert text.count("\x1b[2K") > 2
    states = re.findall(rf"{GPT2}: ([a-z ]+)", re.sub(r"\x1b\[[\d;]*m", "", text))
    assert list(dict.fromkeys(states)) == ["booting instance", "running"]
    assert "✓" in text
    assert "model" in text.rpartition("✓")[2]


def test_a_load_that_fails_leaves_the_terminal_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(clock="manual") as emulator:
        use(monkeypatch, emulator.url)
        code, text = seen("load", GPT2, "--timeout", "1s")
    assert code == 4
    assert "✓" not in text
    assert "\x1b[?25h" in text.partition("error: ")[0]


def test_texts_and_tables_in_a_terminal(emulator: Emulator) -> None:
    code, text = seen("models", "--task", "chat")
    assert (code, "Qwen/Qwen3-4B" in text, "\t" in text) == (0, True, False)
    code, text = seen("stream", GPT2, "Once", "--param", "max_new_tokens=3")
    assert (code, text[:4], text[-2:]) == (0, "Once", "\r\n")
    code, text = seen("run", "suno/bark-small", "Hello")
    assert (code, "give --out FILE" in text) == (2, True)
