"""`clusters`, `load` and `v1`, also in a terminal."""

import json
import re
from itertools import count
from pathlib import Path

import pytest

from bytezkit_emulator import Emulator
from tests.overlay.cli.conftest import GPT2, call, use

TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "100"}
SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"
TEXT_TO_IMAGE = "dreamlike-art/dreamlike-photoreal-2.0"


def test_cluster_lifecycle(emulator: Emulator) -> None:
    assert call("clusters", "create", GPT2, "--max", "2", "--idle-timeout", "10m").text == "Loading\n"
    waited = call("clusters", "wait", GPT2)
    assert waited.rows[0][:7] == [GPT2, "running", "1", "0", "1", "2", "0:10:00"]
    assert f"{GPT2}: running, 1 instance" in waited.err
    assert call("clusters", "update", GPT2, "--max", "3").rows[0][5] == "3"
    assert call("clusters", "update", GPT2, "--off").rows[0][1] == "off"
    assert call("clusters", "wait", GPT2).code == 1
    assert json.loads(call("clusters", "update", GPT2, "--on", "--json").text)["status"] != "off"
    assert call("clusters", "list").rows[0][0] == GPT2
    [cluster] = json.loads(call("clusters", "list", "--json").text)
    assert cluster["capacity"] == {"min": 0, "desired": 1, "max": 3}
    assert call("clusters", "delete", GPT2).text == ""
    assert call("clusters", "list").rows == []
    assert call("clusters", "show", GPT2).code == 1


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


def test_v1_instance_lifecycle(emulator: Emulator, folder: Path) -> None:
    assert call("v1", "status", GPT2).rows[0][1] == "STOPPED"
    loaded = call("v1", "load", GPT2, "--concurrency", "2", "--idle-timeout", "90s")
    assert loaded.rows[0][:5] == [GPT2, "RUNNING", "2", "0", "0:01:30"]
    assert "RUNNING" in loaded.err
    assert json.loads(call("v1", "status", GPT2, "--json").text)["idle_timeout"] == 90
    assert "Once" in call("v1", "run", GPT2, "Once", terminal=True).text
    result = json.loads(call("v1", "run", GPT2, "-", "--json", stdin=b"Once\n").text)
    assert "Once" in result["output"][0]["generated_text"]
    assert call("v1", "stream", GPT2, "--input-json", '{"input": "Once"}').text.startswith("Once")
    assert json.loads(call("v1", "instances", "--json").text)[0]["model_id"] == GPT2
    assert call("v1", "delete", GPT2).code == 0
    assert call("v1", "instances").rows == []


def test_v1_media_go_to_a_pipe_or_a_file(emulator: Emulator, folder: Path) -> None:
    call("v1", "load", TEXT_TO_IMAGE)
    piped = call("v1", "run", TEXT_TO_IMAGE, "A cat")
    assert piped.out.startswith(b"\x89PNG")
    emulator.journal.clear()
    assert call("v1", "run", TEXT_TO_IMAGE, "A cat", terminal=True).code == 2
    assert emulator.journal.entries(operation="runModelV1") == []
    call("v1", "run", TEXT_TO_IMAGE, "A cat", "--out", "cat.png", terminal=True)
    assert Path("cat.png").read_bytes() == piped.out


def test_v1_job_and_models(emulator: Emulator) -> None:
    assert call("v1", "job", "some/thing").rows[0][:2] == ["some/thing", "queued"]
    waited = call("v1", "job", "some/thing", "--wait", "--json")
    assert json.loads(waited.text)["ended"] is not None
    assert "some/thing" in waited.err
    assert {row[1] for row in call("v1", "models", "--task", "text-generation").rows} == {"text-generation"}
    assert "name" in json.loads(call("v1", "models", "--json").text)[0]
