"""`run` and `stream`: inputs and outputs."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bytezkit_emulator import Emulator, Stub
from tests.overlay.cli.conftest import GPT2, PNG, call, use

QA = "deepset/roberta-base-squad2"
VQA = "Salesforce/blip-vqa-base"
TEXT_TO_IMAGE = "dreamlike-art/dreamlike-photoreal-2.0"
TEXT_TO_SPEECH = "suno/bark-small"
CHAT = "Qwen/Qwen3-4B"
IMAGE_CHAT = "google/gemma-3-4b-it"
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


def user_message(content: object) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": content}]}


@pytest.mark.parametrize(
    ("arguments", "members"),
    [
        ([QA, "Who went?", "Ron."], {"question": "Who went?", "context": "Ron."}),
        ([VQA, URL, "What?"], {"url": URL, "question": "What?"}),
        ([LABELS, "One day", "a", "b"], {"text": "One day", "candidate_labels": ["a", "b"]}),
        (["openai/gpt-4o", "Hi"], user_message("Hi")),
        ([DETECTION, "data:image/png;base64,iVBORw0KGgo="], {"base64": "data:image/png;base64,iVBORw0KGgo="}),
        (
            [IMAGE_CHAT, "Look", URL],
            user_message([{"type": "text", "text": "Look"}, {"type": "image", "url": URL}]),
        ),
        ([CHAT, "--input-json", '[{"role": "user"}]'], {"input": [{"role": "user"}]}),
        ([GPT2, "--input-json", '{"text": "Hi"}'], {"text": "Hi"}),
        ([GPT2, "--input-json", "@-"], {"text": "from stdin"}),
    ],
)
def test_inputs_become_body_members(
    emulator: Emulator, arguments: list[str], members: dict[str, object]
) -> None:
    environment = {"BYTEZ_PROVIDER_KEY": "a-providers-key"}
    outcome = call("run", *arguments, stdin=b'{"text": "from stdin"}', environment=environment)
    assert (outcome.code, outcome.err) == (0, "")
    assert sent(emulator) == members


@pytest.mark.parametrize(
    ("arguments", "stdin"), [(["cat.png"], b""), (["-"], PNG), (["-", "--mime", "image/png"], b"?")]
)
def test_media_are_sent_as_base64(
    emulator: Emulator, folder: Path, arguments: list[str], stdin: bytes
) -> None:
    Path("cat.png").write_bytes(PNG)
    assert call("run", DETECTION, *arguments, stdin=stdin).code == 0
    encoded = base64.b64encode(stdin or PNG).decode()
    assert sent(emulator)["base64"] == f"data:image/png;base64,{encoded}"


@pytest.mark.skipif(sys.platform == "win32", reason="on POSIX, the path is the name of one file")
@pytest.mark.parametrize("name", [r"C:\a\cat.png", r"\\server\share\cat.png", r".\cat.png", "c:cat.png"])
def test_windows_path_is_a_file(emulator: Emulator, folder: Path, name: str) -> None:
    Path(name).write_bytes(PNG)
    assert call("run", DETECTION, name).code == 0
    assert sent(emulator)["base64"].startswith("data:image/png;base64,")
    Path(name).write_text('{"threshold": 1}', encoding="utf-8")
    assert call("run", DETECTION, URL, "--params", f"@{name}", "--out", name).err.startswith(f"wrote {name} ")
    assert Path(name).read_text(encoding="utf-8").startswith("[")


@pytest.mark.parametrize(
    "options",
    [
        ["--param", "a=1", "--param", "b=true", "--param", "c=en", "--param", 'd="1"', "--param", "e="],
        ["--params", '{"a": 1, "b": true, "c": "en", "d": "1"}', "--param", "e="],
        ["--params", "@params.json", "--param", "a=1"],
    ],
)
def test_params_are_json_or_text(emulator: Emulator, folder: Path, options: list[str]) -> None:
    text = '{"a": 2, "b": true, "c": "en", "d": "1", "e": ""}'
    Path("params.json").write_text(text, encoding="utf-8")
    call("run", GPT2, "Once", *options)
    assert sent(emulator)["params"] == {"a": 1, "b": True, "c": "en", "d": "1", "e": ""}


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


@pytest.mark.parametrize("command", ["run", "stream"])
def test_terminal_gets_no_media(emulator: Emulator, folder: Path, command: str) -> None:
    arguments = (command, TEXT_TO_SPEECH, "Hello")
    outcome = call(*arguments, terminal=True)
    assert (outcome.code, outcome.out) == (2, b"")
    assert "give --out FILE" in outcome.err
    assert emulator.journal.entries(operation="runModelV2") == []
    piped = call(*arguments)
    assert (piped.code, piped.out[:4], piped.err) == (0, b"RIFF", "")
    assert call(*arguments, "--out", "hello.wav", terminal=True)[:2] == (0, b"")
    assert Path("hello.wav").read_bytes() == piped.out


def test_url_option_prints_the_url_of_the_media(emulator: Emulator) -> None:
    url = call("run", TEXT_TO_IMAGE, "A cat", "--url", terminal=True).text
    assert url.startswith(f"{emulator.url}/media/")
    assert json.loads(call("run", TEXT_TO_IMAGE, "A cat", "--json", terminal=True).text)["output"] in url


def test_stdin_is_not_read_without_need(emulator: Emulator) -> None:
    assert call("run", NO_INPUT, stdin=b"ignored").out.startswith(b"\x89PNG")
    outcome = call("run", GPT2, stdin=None)
    assert (outcome.code, "takes TEXT: 0 given" in outcome.err) == (2, True)


@pytest.mark.parametrize("command", [["run", GPT2, "Once"], ["stream", GPT2], ["models"], ["v1", "models"]])
def test_unknown_task_is_an_error_with_a_suggestion(emulator: Emulator, command: list[str]) -> None:
    outcome = call(*command, "--task", "text-to-imag")
    assert outcome.code == 2
    assert "'--task': unknown task 'text-to-imag': did you mean 'text-to-image'?" in outcome.err
    assert emulator.journal.entries() == []


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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", GPT2, "a", "b"], "the task text-generation takes TEXT: 2 given"),
        (["run", QA, "a"], "takes QUESTION CONTEXT: 1 given"),
        (["run", LABELS, "a"], "takes TEXT LABEL...: 1 given"),
        (["run", NO_INPUT, "a"], "takes no input: 1 given"),
        (["run", QA, "-", "-"], "only one INPUT can be - (stdin)"),
        (["run", GPT2, "a", "--mime", "image/png"], "--mime is for media"),
        (["run", GPT2, "a", "--out", "/"], "/ is a folder"),
        (["run", GPT2, "--input-json", "@-"], "not valid JSON: 'utf-8' codec"),
        (["run", GPT2, "a", "--input-json", "{}"], "--input-json cannot be combined with INPUT"),
        (["run", GPT2, "--input-json", "{"], "not valid JSON: Expecting property name"),
        (["run", GPT2, "--input-json", "[" * 100_000], "not valid JSON: maximum recursion"),
        (["run", GPT2, "--input-json", "5"], "must be a JSON object, array or string"),
        (["run", GPT2, "a", "--params", "[]"], "must be a JSON object"),
        (["run", GPT2, "a", "--param", "max_new_tokens"], "is not NAME=VALUE"),
        (["run", GPT2, "a", "--url"], "--url is for media"),
        (["stream", DETECTION, "https://a"], "does not support streaming: use `bytezkit run`"),
        (["run", GPT2, "-"], "can't decode byte"),
        (["run", DETECTION, "-"], "the media type cannot be detected from the first bytes"),
    ],
)
def test_invalid_arguments_send_no_run(emulator: Emulator, arguments: list[str], message: str) -> None:
    outcome = call(*arguments, stdin=b"\xff\xff\xff\xff\xff")
    assert (outcome.code, outcome.out) == (2, b"")
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert message in outcome.err
    assert emulator.journal.entries(operation="runModelV2") == []
