"""`run` and `stream`: inputs and outputs."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from bytezkit_emulator import Emulator, Stub
from tests.overlay.cli.commands import call
from tests.overlay.cli.conftest import GPT2, PNG

QA = "deepset/roberta-base-squad2"
VQA = "Salesforce/blip-vqa-base"
DRAW = "dreamlike-art/dreamlike-photoreal-2.0"
SAY = "suno/bark-small"
CHAT = "Qwen/Qwen3-4B"
SEE = "google/gemma-3-4b-it"
DETECT = "facebook/detr-resnet-50"
LABELS = "facebook/bart-large-mnli"


def sent(emulator: Emulator) -> Any:
    """Return the body of the last run."""
    body: Any = emulator.journal.entries(operation="runModelV2")[-1].body
    for given in ("stream", "json"):
        body.pop(given, None)
    return body


@pytest.mark.parametrize("command", ["run", "stream"])
@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [(["Once upon\na time\n"], b""), (["-"], b"Once upon\na time\n\n"), ([], b"Once upon\na time\n\n")],
)
def test_text_from_argument_or_stdin(
    emulator: Emulator, command: str, arguments: list[str], stdin: bytes
) -> None:
    outcome = call(command, GPT2, *arguments, "--param", "max_new_tokens=2", stdin=stdin)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.text.startswith("Once upon\na time\n")
    assert outcome.text.endswith("\n")
    assert sent(emulator)["text"] == "Once upon\na time\n"
    assert sent(emulator)["params"] == {"max_new_tokens": 2}


@pytest.mark.parametrize(
    ("arguments", "members"),
    [
        ([QA, "Who went?", "Ron."], {"question": "Who went?", "context": "Ron."}),
        ([VQA, "https://a.example/b.jpg", "What?"], {"url": "https://a.example/b.jpg", "question": "What?"}),
        ([LABELS, "One day", "a", "b"], {"text": "One day", "candidate_labels": ["a", "b"]}),
        ([CHAT, "Hi"], {"messages": [{"role": "user", "content": "Hi"}]}),
        ([DETECT, "data:image/png;base64,iVBORw0KGgo="], {"base64": "data:image/png;base64,iVBORw0KGgo="}),
        (
            [SEE, "Look", "https://a.example/b.jpg"],
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": "Look"},
                            {"type": "image", "url": "https://a.example/b.jpg"},
                        ],
                    }
                ]
            },
        ),
        ([CHAT, "--input-json", '[{"role": "user"}]'], {"input": [{"role": "user"}]}),
        ([GPT2, "--input-json", '{"text": "Hi"}'], {"text": "Hi"}),
        ([GPT2, "--input-json", "@-"], {"text": "from stdin"}),
        (["openai/gpt-4o", "Hi"], {"messages": [{"role": "user", "content": "Hi"}]}),
    ],
)
def test_body_of_inputs(emulator: Emulator, arguments: list[str], members: dict[str, object]) -> None:
    environment = {"BYTEZ_PROVIDER_KEY": "a-providers-key"}
    outcome = call("run", *arguments, stdin=b'{"text": "from stdin"}', environment=environment)
    assert (outcome.code, outcome.err) == (0, "")
    assert sent(emulator) == members


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [(["cat.png"], b""), (["-"], PNG), ([], PNG), (["-", "--mime", "image/png"], b"?")],
)
def test_media_from_file_or_stdin(
    emulator: Emulator, folder: Path, arguments: list[str], stdin: bytes
) -> None:
    Path("cat.png").write_bytes(PNG)
    assert call("run", DETECT, *arguments, stdin=stdin).code == 0
    head, _, content = sent(emulator)["base64"].partition(",")
    assert head == "data:image/png;base64"
    assert content.startswith(base64.b64encode(stdin or PNG).decode()[:4])


@pytest.mark.parametrize(
    "given",
    [
        ["--param", "a=1", "--param", "b=true", "--param", "c=en", "--param", 'd="1"', "--param", "e="],
        ["--params", '{"a": 1, "b": true, "c": "en", "d": "1"}', "--param", "e="],
        ["--params", "@params.json", "--param", "a=1"],
    ],
)
def test_params_are_json_or_text(emulator: Emulator, folder: Path, given: list[str]) -> None:
    text = '{"a": 2, "b": true, "c": "en", "d": "1", "e": ""}'
    Path("params.json").write_text(text, encoding="utf-8")
    call("run", GPT2, "Once", *given)
    assert sent(emulator)["params"] == {"a": 1, "b": True, "c": "en", "d": "1", "e": ""}


def test_output_is_text_or_json(emulator: Emulator) -> None:
    said = call("run", CHAT, "Hi").text
    whole = json.loads(call("run", CHAT, "Hi", "--json").text)
    assert said == f"{whole['output']['content']}\n"
    detections = json.loads(call("run", DETECT, "https://a.example/b.jpg").text)
    assert {"score", "label", "box"} == detections[0].keys()


def test_message_with_more_members_is_json(emulator: Emulator) -> None:
    message: Any = {"role": "assistant", "content": "Hi", "tool_calls": [{"id": "1"}]}
    emulator.stubs.add(Stub(message, task="chat"))
    assert json.loads(call("run", CHAT, "Hi").text) == message


def test_out_file_has_the_exact_output(emulator: Emulator, folder: Path) -> None:
    emulator.stubs.add(Stub("Ein Wörtchen", task="text-generation"))
    for command in ("run", "stream"):
        outcome = call(command, GPT2, "Once", "--out", f"{command}.txt")
        assert (outcome.code, outcome.out) == (0, b"")
        assert outcome.err == f"wrote {command}.txt (13 bytes)\n"
        assert Path(f"{command}.txt").read_text(encoding="utf-8") == "Ein Wörtchen"


def test_out_file_of_json(emulator: Emulator, folder: Path) -> None:
    assert call("run", GPT2, "Once", "--json", "--out", "answer.json").code == 0
    assert json.loads(Path("answer.json").read_text(encoding="utf-8"))["output"].startswith("Once")


@pytest.mark.parametrize("command", ["run", "stream"])
def test_media_to_file_or_pipe(emulator: Emulator, folder: Path, command: str) -> None:
    piped = call(command, SAY, "Hello")
    assert (piped.code, piped.out[:4], piped.err) == (0, b"RIFF", "")
    saved = call(command, SAY, "Hello", "--out", "hello.wav", terminal=True)
    assert (saved.code, saved.out) == (0, b"")
    assert Path("hello.wav").read_bytes() == piped.out


@pytest.mark.parametrize("command", ["run", "stream"])
def test_media_to_a_terminal_are_refused_without_a_run(emulator: Emulator, command: str) -> None:
    outcome = call(command, SAY, "Hello", terminal=True)
    assert (outcome.code, outcome.out) == (2, b"")
    assert "give --out FILE" in outcome.err
    assert emulator.journal.entries(operation="runModelV2") == []


def test_url_option(emulator: Emulator) -> None:
    url = call("run", DRAW, "A cat", "--url", terminal=True).text
    assert url.startswith(f"{emulator.url}/media/")
    assert json.loads(call("run", DRAW, "A cat", "--json", terminal=True).text)["output"] in url


def test_task_without_input_reads_no_stdin(emulator: Emulator) -> None:
    assert call("run", "afshr/cam_finetune", stdin=b"ignored").out.startswith(b"\x89PNG")


def test_task_option_saves_the_lookup(emulator: Emulator) -> None:
    assert call("run", GPT2, "Once", "--task", "text-generation").code == 0
    assert [it.operation for it in emulator.journal.entries()] == ["runModelV2"]


def test_unknown_task_takes_only_json(emulator: Emulator) -> None:
    arguments = ("run", GPT2, "--task", "text-to-smell")
    outcome = call(*arguments, "Once")
    assert outcome.code == 2
    assert "unknown task text-to-smell" in outcome.err
    assert call(*arguments, "--input-json", '{"text": "Once"}').text.startswith("Once")
    assert call("stream", *arguments[1:], "--input-json", '{"text": "Once"}').text.startswith("Once")


WRONG: dict[str, tuple[list[str], str]] = {
    "too many": (["run", GPT2, "a", "b"], "the task text-generation takes TEXT: 2 given"),
    "too few": (["run", QA, "a"], "takes QUESTION CONTEXT: 1 given"),
    "none of two": (["run", QA], "takes QUESTION CONTEXT: 0 given"),
    "no labels": (["run", LABELS, "a"], "takes TEXT LABEL...: 1 given"),
    "none needed": (["run", "afshr/cam_finetune", "a"], "takes no input: 1 given"),
    "stdin twice": (["run", QA, "-", "-"], "only one INPUT can be - (stdin)"),
    "mime of a text": (["run", GPT2, "a", "--mime", "image/png"], "--mime is for media"),
    "mime of a URL": (["run", DETECT, "https://a", "--mime", "image/png"], "mime is for bytes and files"),
    "out to a folder": (["run", GPT2, "a", "--out", "/"], "/ is a folder"),
    "out to nowhere": (["run", GPT2, "a", "--out", "/none/a"], "is a folder, or its folder does not exist"),
    "file of no text": (["run", GPT2, "--input-json", "@-"], "not valid JSON: 'utf-8' codec"),
    "two inputs": (["run", GPT2, "a", "--input-json", "{}"], "--input-json cannot be combined with INPUT"),
    "no JSON": (["run", GPT2, "--input-json", "{"], "not valid JSON: Expecting property name"),
    "deep JSON": (["run", GPT2, "--input-json", "[" * 100_000], "not valid JSON: maximum recursion"),
    "a number": (["run", GPT2, "--input-json", "5"], "must be a JSON object, array or string"),
    "params": (["run", GPT2, "a", "--params", "[]"], "must be a JSON object"),
    "param": (["run", GPT2, "a", "--param", "max_new_tokens"], "is not NAME=VALUE"),
    "url of a text": (["run", GPT2, "a", "--url"], "--url is for media"),
    "stream of JSON": (
        ["stream", DETECT, "https://a"],
        "object-detection does not support streaming: use `bytezkit run`",
    ),
    "not UTF-8": (["run", GPT2, "-"], "can't decode byte"),
    "model id": (["run", "gpt2", "a"], "'gpt2' is not a model id"),
    "run asked to stream": (["run", GPT2, "--input-json", '{"text": "a", "stream": true}'], "use stream"),
    "unknown media": (["run", DETECT, "-"], "the media type cannot be detected from the first bytes"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_arguments_are_refused_without_a_run(
    emulator: Emulator, arguments: list[str], said: str
) -> None:
    outcome = call(*arguments, stdin=b"\xff\xff\xff\xff\xff")
    assert (outcome.code, outcome.out) == (2, b"")
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert said in outcome.err
    assert emulator.journal.entries(operation="runModelV2") == []


def test_terminal_as_stdin_is_not_read(emulator: Emulator) -> None:
    outcome = call("run", GPT2, stdin=None)
    assert outcome.code == 2
    assert "takes TEXT: 0 given" in outcome.err
