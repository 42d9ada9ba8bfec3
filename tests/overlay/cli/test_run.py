"""`run` and `stream`: inputs and outputs."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bytezkit_emulator import Emulator, Stub
from tests.overlay.cli.conftest import GPT2, PNG, call, use

VQA = "Salesforce/blip-vqa-base"
TEXT_TO_IMAGE = "dreamlike-art/dreamlike-photoreal-2.0"
CHAT = "Qwen/Qwen3-4B"
DETECTION = "facebook/detr-resnet-50"
LABELS = "facebook/bart-large-mnli"
NO_INPUT = "afshr/cam_finetune"
URL = "https://a.example/b.jpg"


def sent(emulator: Emulator) -> Any:
    """Return the body of the last run without the members that request a stream."""
    body: Any = emulator.journal.entries(operation="runModelV2")[-1].body
    return {name: value for name, value in body.items() if name not in {"stream", "json"}}


@pytest.mark.parametrize("command", ["run", "stream"])
@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [(["Once upon\na time\n"], b""), (["-"], b"Once upon\na time\n\n"), ([], b"Once upon\na time\n\n")],
)
def test_text_argument_equals_stdin(
    emulator: Emulator, command: str, arguments: list[str], stdin: bytes
) -> None:
    outcome = call(command, GPT2, *arguments, "--param", "max_new_tokens=2", stdin=stdin)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.text.startswith("Once upon\na time\n")
    assert outcome.text.endswith("\n")
    assert sent(emulator) == {"text": "Once upon\na time\n", "params": {"max_new_tokens": 2}}


@pytest.mark.skipif(sys.platform == "win32", reason="on POSIX, the path is the name of one file")
@pytest.mark.parametrize("name", [r"C:\a\cat.png", r"\\server\share\cat.png", r".\cat.png", "c:cat.png"])
def test_windows_path_is_a_file(emulator: Emulator, folder: Path, name: str) -> None:
    Path(name).write_bytes(PNG)
    assert call("run", DETECTION, name).code == 0
    assert sent(emulator)["base64"].startswith("data:image/png;base64,")
    Path(name).write_text('{"threshold": 1}', encoding="utf-8")
    assert call("run", DETECTION, URL, "--params", f"@{name}", "--out", name).err.startswith(f"wrote {name} ")
    assert Path(name).read_text(encoding="utf-8").startswith("[")


def test_output_is_text_or_json(emulator: Emulator) -> None:
    content = json.loads(call("run", CHAT, "Hi", "--json").text)["output"]["content"]
    assert call("run", CHAT, "Hi").text == f"{content}\n"
    detections = json.loads(call("run", DETECTION, URL).text)
    assert {"score", "label", "box"} == detections[0].keys()
    message: Any = {"role": "assistant", "content": "Hi", "tool_calls": [{"id": "1"}]}
    emulator.stubs.add(Stub(message, task="chat"))
    assert json.loads(call("run", CHAT, "Hi").text) == message


def test_out_writes_the_exact_output_to_a_file(emulator: Emulator, folder: Path) -> None:
    emulator.stubs.add(Stub("Ein Wörtchen", task="text-generation"))
    for command in ("run", "stream"):
        outcome = call(command, GPT2, "Once", "--out", f"{command}.txt")
        assert outcome == (0, b"", f"wrote {command}.txt (13 bytes)\n")
        assert Path(f"{command}.txt").read_text(encoding="utf-8") == "Ein Wörtchen"
    assert call("run", GPT2, "Once", "--json", "--out", "output.json").code == 0
    assert json.loads(Path("output.json").read_text(encoding="utf-8"))["output"] == "Ein Wörtchen"


def test_url_option_prints_the_url_of_the_media(emulator: Emulator) -> None:
    url = call("run", TEXT_TO_IMAGE, "A cat", "--url", terminal=True).text
    assert url.startswith(f"{emulator.url}/media/")
    assert json.loads(call("run", TEXT_TO_IMAGE, "A cat", "--json", terminal=True).text)["output"] in url


def test_stdin_is_not_read_without_need(emulator: Emulator) -> None:
    assert call("run", NO_INPUT, stdin=b"ignored").out.startswith(b"\x89PNG")
    outcome = call("run", GPT2, stdin=None)
    assert (outcome.code, "takes TEXT: 0 given" in outcome.err) == (2, True)


def test_task_option_saves_the_request_of_the_catalog(emulator: Emulator) -> None:
    assert call("run", GPT2, "Once", "--task", "text-generation").code == 0
    assert [it.operation for it in emulator.journal.entries()] == ["runModelV2"]


def test_model_with_a_task_of_a_later_version_takes_only_json(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bytezkit._cli.commands.run.shape_of", lambda _: None)
    outcome = call("run", GPT2, "Once")
    assert (outcome.code, "unknown task text-generation" in outcome.err) == (2, True)
    for command in ("run", "stream"):
        assert call(command, GPT2, "--input-json", '{"text": "Once"}').text.startswith("Once")


@pytest.mark.parametrize("command", ["run", "stream"])
def test_run_of_a_cold_model_shows_its_cluster(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr("bytezkit._cli.display._RUN_DELAY", 0)
    monkeypatch.setattr("bytezkit._cli.display._CLUSTER_INTERVAL", 0.01)
    with Emulator(clock="scaled", scale=60) as emulator:
        use(monkeypatch, emulator.url)
        outcome = call(command, GPT2, "Once", terminal=True, environment={"TERM": "xterm", "COLUMNS": "100"})
        assert f"{GPT2}: booting instance, instances: 1" in outcome.err
        # The display is removed at the end.
        assert outcome.err.endswith("\x1b[1A\x1b[2K")
        assert outcome.text.startswith("Once")
