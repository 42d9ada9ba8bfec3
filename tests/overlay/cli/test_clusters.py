"""`clusters`, `load` and `v1`, also in a terminal."""

import re
from itertools import count

import pytest

from bytezkit_emulator import Emulator
from tests.overlay.cli.conftest import GPT2, call, use

TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "100"}
SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"
TEXT_TO_IMAGE = "dreamlike-art/dreamlike-photoreal-2.0"


def test_load_writes_each_state_once_to_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bytezkit._core.clock.Clock.sleep", lambda *_: None)
    seconds = count()
    monkeypatch.setattr("bytezkit._core.clock.Clock.monotonic", lambda _: next(seconds))
    with Emulator(clock="manual") as emulator:
        use(monkeypatch, emulator.url)
        outcome = call("load", GPT2, "--timeout", "1m")
        requests = len(emulator.journal.entries(operation="readClusterV2"))
    assert outcome.code == 4
    assert requests > 2
    assert outcome.err.count("booting instance, 1 instance") == 1


def test_load_shows_each_state_in_place_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(clock="scaled", scale=60) as emulator:
        use(monkeypatch, emulator.url)
        outcome = call("load", GPT2, terminal=True, environment=TERMINAL)
        # The v1 API has no number of instances.
        assert f"{GPT2}: RUNNING " in call("v1", "load", GPT2, terminal=True).err
    assert outcome.code == 0
    assert HIDE_CURSOR in outcome.err
    assert outcome.err.count(SHOW_CURSOR) == 1
    assert outcome.err.count("\x1b[2K") > 2
    plain = re.sub(r"\x1b\[[\d;]*m", "", outcome.err)
    states = re.findall(rf"{GPT2}: ([a-z ]+)", plain)
    assert list(dict.fromkeys(states)) == ["booting instance", "running"]
    assert "running, instances: 1" in plain.rpartition("✓")[2]
    assert "\t" not in outcome.text


@pytest.mark.parametrize("terminal", [False, True])
def test_load_timeout_exits_with_4_after_the_display(emulator: Emulator, terminal: bool) -> None:
    outcome = call("load", GPT2, "--timeout", "0s", terminal=terminal, environment=TERMINAL)
    assert (outcome.code, outcome.out) == (4, b"")
    assert "✓" not in outcome.err
    before, _, message = outcome.err.rpartition("error: ")
    assert message.startswith(f"{GPT2} is not running after 0:00:00")
    assert (SHOW_CURSOR in before) == terminal
