"""Stubbed responses: which of them a run gets, and which of them are refused when they are added."""

import base64
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from bytezkit_emulator import Emulator, Refused, RunCall, Stub, StubError
from bytezkit_emulator.__main__ import main
from tests.emulator.clients import (
    CHAT,
    DETR,
    GPT2,
    GPT2_ID,
    LOAD,
    V1_RUN,
    error,
    open_client,
    output,
    v1_error,
    v1_output,
)
from tests.emulator.contract_check import DOCUMENT

CHAT_ID = "Qwen/Qwen3-4B"
DRAWING = "/models/v2/dreamlike-art/dreamlike-photoreal-2.0"
DRAWING_ID = "dreamlike-art/dreamlike-photoreal-2.0"
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}
PNG = b"\x89PNG\r\n\x1a\n and so on"
WAV = b"RIFF\x00\x0a\x00\x00WAVEfmt "
MP4 = b"\x00\x00\x00\x18ftypisom"
MEDIA = [
    ("text-to-image", PNG, "image/png"),
    ("unconditional-image-generation", PNG, "image/png"),
    ("text-to-audio", WAV, "audio/wav"),
    ("text-to-speech", WAV, "audio/wav"),
    ("text-to-video", MP4, "video/mp4"),
]
EXAMPLES = {
    name: DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]["responses"]["200"]["content"][
        "application/json"
    ]["examples"][row["examples"][0]]["value"]["output"]
    for name, row in DOCUMENT["x-bytez-tasks"].items()
}


def connect(*stubs: Any, **options: Any) -> httpx.Client:
    return open_client(Emulator(stubs=stubs, **options))


def generate(client: httpx.Client, text: str = "a") -> str:
    generated: str = output(client.post(GPT2, json={"text": text}))
    return generated


def streamed(client: httpx.Client, path: str, body: dict[str, Any]) -> list[str]:
    with client.stream("POST", path, json={**body, "stream": True}) as response:
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        return list(response.iter_text())


def made_up(**options: Any) -> str:
    return generate(connect(**options))


def test_a_fixed_output_is_repeated() -> None:
    client = connect(Stub("The end.", model=GPT2_ID))
    assert [generate(client, text) for text in "abc"] == ["The end."] * 3


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("repeat", ["one", "two", "two", "two", "two"]),
        ("cycle", ["one", "two", "one", "two", "one"]),
        ("engine", ["one", "two", made_up(), made_up(), made_up()]),
    ],
)
def test_a_sequence(then: Any, expected: list[str]) -> None:
    client = connect(Stub("one", "two", task="text-generation", then=then))
    assert [generate(client) for _ in expected] == expected


def test_a_sequence_is_counted_over_all_keys() -> None:
    emulator = Emulator(stubs=[Stub("one", "two", model=GPT2_ID)])
    assert [generate(open_client(emulator, key)) for key in ("a-key", "other-key")] == ["one", "two"]


@pytest.mark.parametrize("task", EXAMPLES)
def test_the_output_of_every_task_can_be_stubbed(task: str) -> None:
    row = DOCUMENT["x-bytez-tasks"][task]
    request = DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]["requestBody"]["content"][
        "application/json"
    ]["examples"][row["examples"][0]]["value"]
    client = connect(Stub(EXAMPLES[task], task=task))
    assert output(client.post(f"/models/v2/{row['model']}", json=request)) == EXAMPLES[task]


@pytest.mark.parametrize("text", ["one two", " two\n\nlines  and\tmore \n", "word", "", "\N{GRINNING FACE}"])
def test_a_text_is_streamed_word_by_word(text: str) -> None:
    client = connect(Stub(text, task="text-generation"), Stub(text, task="chat"))
    for path, body in ((GPT2, {"text": "a"}), (CHAT, HELLO)):
        pieces = streamed(client, path, body)
        assert "".join(pieces) == text
        assert len(pieces) >= len(text.split())


def test_a_text_stands_for_the_assistants_message() -> None:
    whole = {"role": "assistant", "content": "Hello", "refusal": None}
    client = connect(Stub("Hi", whole, task="chat"))
    assert output(client.post(CHAT, json=HELLO)) == {"role": "assistant", "content": "Hi"}
    assert output(client.post(CHAT, json=HELLO)) == whole


@pytest.mark.parametrize(("task", "content", "media_type"), MEDIA)
def test_bytes_are_served_as_a_file(task: str, content: bytes, media_type: str) -> None:
    path = f"/models/v2/{DOCUMENT['x-bytez-tasks'][task]['model']}"
    body = {} if task.startswith("unconditional") else {"text": "a"}
    client = connect(Stub(content, task=task))

    url = output(client.post(path, json=body))
    served = client.get(url)
    assert (served.content, served.headers["content-type"]) == (content, media_type)
    streamed = client.post(path, json={**body, "stream": True})
    assert (streamed.content, streamed.headers["content-type"]) == (content, media_type)


def test_different_bytes_have_different_urls() -> None:
    client = connect(Stub(PNG, PNG + b"!", PNG, task="text-to-image"))
    first, second, third = (output(client.post(DRAWING, json={"text": "a"})) for _ in range(3))
    assert first == third != second


def test_media_can_have_a_fixed_url() -> None:
    client = connect(Stub("https://example.com/cat.png", model=DRAWING_ID))
    assert output(client.post(DRAWING, json={"text": "a"})) == "https://example.com/cat.png"
    assert client.post(DRAWING, json={"text": "a", "json": False}).content.startswith(b"\x89PNG")


def test_a_refusal_costs_nothing_and_starts_nothing() -> None:
    client = connect(Stub(Refused(429, "Slow down", retry_after=7), "At last.", model=GPT2_ID))
    refused = client.post(GPT2, json={"text": "a"})
    assert error(refused, 429) == "Slow down"
    assert refused.headers["retry-after"] == "7"
    assert output(client.get("/models/v2/list/clusters")) == []
    assert generate(client) == "At last."


@pytest.mark.parametrize("status", [400, 401, 402, 404, 409, 413, 415, 422, 429, 500, 502, 503, 504])
def test_every_documented_status_can_be_stubbed(status: int) -> None:
    client = connect(Stub(Refused(status, "no")))
    refused = client.post(CHAT, json=HELLO)
    assert error(refused, status) == "no"
    assert "retry-after" not in refused.headers


def test_the_most_specific_stub_wins_and_of_equal_ones_the_first() -> None:
    client = connect(
        Stub(Refused(500, "every run")),
        Stub("task", task="text-generation"),
        Stub("task again", task="text-generation"),
        Stub("model", model=GPT2_ID, then="engine"),
        Stub("model and task", model=GPT2_ID, task="text-generation", then="engine"),
    )
    assert generate(client) == "model and task"
    assert generate(client) == made_up()
    assert output(client.post("/models/v2/ai-forever/mGPT", json={"text": "a"})) == "task"
    assert error(client.post(CHAT, json=HELLO), 500) == "every run"


def test_stubs_are_added_and_removed_later() -> None:
    emulator = Emulator(stubs=[Stub("first", task="text-generation")])
    client = open_client(emulator)
    emulator.stubs.add(Stub("closer", model=GPT2_ID), Stub("Hi", task="chat"))
    assert generate(client) == "closer"
    assert output(client.post(CHAT, json=HELLO))["content"] == "Hi"
    emulator.stubs.clear()
    assert generate(client) == made_up()


def test_if_a_stub_is_invalid_none_is_added() -> None:
    emulator = Emulator()
    with pytest.raises(StubError, match=r"^stubs/1/0: the bytes are not PNG \(task text-to-image\)$"):
        emulator.stubs.add(Stub("good", model=GPT2_ID), Stub(b"bad", task="text-to-image"))
    assert generate(open_client(emulator)) == made_up()


def test_a_stub_does_not_change_with_the_object_it_was_made_of() -> None:
    response: list[Any] = [
        {"label": "cat", "score": 1.0, "box": {"xmin": 1, "ymin": 1, "xmax": 2, "ymax": 2}}
    ]
    client = connect(Stub(response, task="object-detection"))
    response.clear()
    assert len(output(client.post(DETR, json={"url": "https://example.com/cat.png"}))) == 1


def test_a_function_receives_the_run() -> None:
    calls: list[RunCall] = []

    def respond(call: RunCall) -> str:
        calls.append(call)
        return f"{call.inputs['text']}, {call.params['max_new_tokens']}"

    client = connect(Stub(respond, model=GPT2_ID))
    body = {"text": "Once", "params": {"max_new_tokens": 3}}
    assert output(client.post(GPT2, json=body)) == "Once, 3"
    assert "".join(streamed(client, GPT2, body)) == "Once, 3"
    plain = RunCall(
        model=GPT2_ID,
        task="text-generation",
        inputs={"text": "Once"},
        media=None,
        params={"max_new_tokens": 3},
        stream=False,
    )
    assert calls[0] == plain
    assert [call.stream for call in calls] == [False, True]


def test_a_function_receives_media_and_cannot_change_the_run() -> None:
    def respond(call: RunCall) -> list[Any]:
        seen.append(call.media)
        call.params.clear()
        return []

    seen: list[object] = []
    client = connect(Stub(respond, task="object-detection"))
    sent = {"base64": base64.b64encode(b"pixels").decode(), "params": {"threshold": 0.5}}
    assert output(client.post(DETR, json=sent)) == []
    assert output(client.post(DETR, json={"url": "https://example.com/cat.png"})) == []
    assert seen == [b"pixels", "https://example.com/cat.png"]


def test_a_function_can_return_refusals_and_files() -> None:
    client = connect(Stub(lambda _: Refused(402, "Pay first"), lambda _: PNG, PNG, task="text-to-image"))
    assert error(client.post(DRAWING, json={"text": "a"}), 402) == "Pay first"
    assert client.post(DRAWING, json={"text": "a", "stream": True}).content == PNG


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda _: 5, '5 is not of type "object" (task chat)'),
        (lambda _: {"role": "assistant", "content": [1]}, 'content: [1] is not of type "string" (task chat)'),
        (lambda _: PNG, "the task chat does not output bytes"),
        (lambda _: object(), "object cannot be represented in JSON"),
        (lambda _: Refused(418, "tea"), "status: must be one of 400"),
        (lambda call: call.inputs["text"], "KeyError: 'text'"),
    ],
)
def test_a_function_that_fails_is_reported_to_the_client_and_in_the_log(
    function: Callable[[RunCall], Any], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = connect(Stub(function, task="chat"))
    with caplog.at_level(logging.ERROR, "bytezkit_emulator"):
        message = error(client.post(CHAT, json=HELLO), 500)
    assert message.startswith(f"the stub function for {CHAT_ID} failed: {reason}")
    assert caplog.messages == [f"the stub function for {CHAT_ID} failed"]
    assert caplog.records[0].exc_info is not None


def test_the_v1_api_responds_in_its_own_shape() -> None:
    client = connect(
        Stub("The end.", task="text-generation"),
        Stub("Hi", Refused(409, "Not now"), task="chat"),
        Stub(PNG, task="text-to-image"),
    )
    for model in (GPT2_ID, CHAT_ID, DRAWING_ID):
        assert client.post(LOAD, json={"model": model}).is_success
    run = {"model": GPT2_ID, "input": "a"}
    assert v1_output(client.post(V1_RUN, json=run))["output"] == [{"generated_text": "The end."}]
    assert "".join(streamed(client, V1_RUN, run)) == "The end."
    talk = {"model": CHAT_ID, "input": HELLO["messages"]}
    conversation = v1_output(client.post(V1_RUN, json=talk))["output"][0]["generated_text"]
    assert conversation == [*HELLO["messages"], {"role": "assistant", "content": "Hi"}]
    assert v1_error(client.post(V1_RUN, json=talk), 409) == "Not now"
    drawn = v1_output(client.post(V1_RUN, json={"model": DRAWING_ID, "input": "a"}))
    assert base64.b64decode(drawn["output_png"]) == PNG


def test_a_model_that_is_requested_later_can_be_stubbed() -> None:
    client = connect(Stub("mine", model="org/own", task="text-generation"))
    client.post("/models/v2/request/org/own")
    client.post("/models/v2/request/org/own")
    assert output(client.post("/models/v2/org/own", json={"text": "a"})) == "mine"


@pytest.mark.parametrize(
    ("stub", "reason"),
    [
        (Stub("x"), "0/0: an output needs a model or a task, whose contract it must satisfy"),
        (
            Stub("x", model="org/own"),
            "0/model: 'org/own' is not in the catalog; for a model that is requested later, set `task` too",
        ),
        (Stub("x", model=GPT2_ID, task="chat"), f"0/task: the task of {GPT2_ID} is text-generation"),
        (Stub("x", task="chess"), "0/task: 'chess' is not a task"),
        (Stub("x", model="org/own", task="chess"), "0/task: 'chess' is not a task"),
        (Stub("x", 5, task="chat"), '0/1: 5 is not of type "object" (task chat)'),
        (Stub({"role": "x"}, task="chat"), '0/0: "content" is a required property (task chat)'),
        (Stub([{"label": 1}], task="text-classification"), "0/0/0"),
        (Stub("no url", task="text-to-image"), '0/0: "no url" is not a "uri" (task text-to-image)'),
        (Stub(WAV, task="text-to-image"), "0/0: the bytes are not PNG (task text-to-image)"),
        (Stub(PNG, task="text-to-speech"), "0/0: the bytes are not WAV (task text-to-speech)"),
        (Stub(PNG, task="text-to-video"), "0/0: the bytes are not MP4 (task text-to-video)"),
        (Stub(PNG, task="object-detection"), "0/0: the task object-detection does not output bytes"),
        (Stub([float("nan")], task="feature-extraction"), "0/0/0: nan cannot be represented in JSON"),
        (Stub("\ud800", task="text-generation"), r"0/0: '\ud800' cannot be represented in JSON"),
        (Stub({"a": {1, 2}}, task="chat"), "0/0/a: set cannot be represented in JSON"),  # type: ignore[dict-item]
        (Stub({3: 4}, task="chat"), "0/0: the name 3 is not a valid JSON string"),  # type: ignore[dict-item]
        (Stub({"\ud800": 4}, task="chat"), "0/0: the name '\\ud800' is not a valid JSON string"),
        (
            Stub(Refused(200, "x")),
            "0/0/status: must be one of 400, 401, 402, 404, 409, 413, 415, 422, 429, 5XX",
        ),
        (Stub(Refused(418, "x")), "0/0/status: must be one of 400"),
        (Stub(Refused(429, "x", retry_after=-1)), "0/0/retry_after: must not be negative"),
        ({"task": "chat"}, "0: must have exactly one of output, file, refusal, sequence, has none"),
        (
            {"task": "chat", "output": "x", "sequence": [{"output": "x"}]},
            "0: must have exactly one of output, file, refusal, sequence, has output and sequence",
        ),
        ({"task": "chat", "output": float("inf")}, "0/output: inf cannot be represented in JSON"),
        ({"task": "chat", "output": 5}, '0/output: 5 is not of type "object" (task chat)'),
        ({"task": "text-to-image", "file": "no.png"}, "0/file: No such file or directory: no.png"),
    ],
)
def test_an_invalid_stub_is_refused_when_it_is_added(stub: Any, reason: str) -> None:
    with pytest.raises(StubError) as caught:
        Emulator(stubs=[stub])
    assert str(caught.value).startswith(f"stubs/{reason}")


def test_invalid_arguments_of_a_stub() -> None:
    with pytest.raises(ValueError, match="a stub needs at least one response"):
        Stub(task="chat")
    with pytest.raises(ValueError, match="then must be one of repeat, cycle, engine"):
        Stub("x", task="chat", then="stop")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a stub must be a Stub, a mapping or a Path, not str"):
        Emulator(stubs=["chat"])  # type: ignore[list-item]


def test_the_repr_of_a_stub() -> None:
    assert repr(Stub("x", "y", task="chat")) == "Stub(<2>, model=None, task='chat', then='repeat')"


def test_stubs_are_plain_data_too() -> None:
    sequence = [{"refusal": {"status": 503, "error": "Busy"}}, {"output": "Hi"}]
    client = connect({"task": "chat", "sequence": sequence, "then": "cycle"})
    for _ in range(2):
        assert error(client.post(CHAT, json=HELLO), 503) == "Busy"
        assert output(client.post(CHAT, json=HELLO))["content"] == "Hi"


STUBS = f"""\
# A comment.
- model: {GPT2_ID}
  output: The end.
- task: chat
  then: cycle
  sequence:
    - refusal: {{status: 429, error: Slow down, retry_after: 3}}
    - output: {{role: assistant, content: "yes"}}
- task: text-to-image
  file: pictures/cat.png
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/cat.png").write_bytes(PNG)
    file = tmp_path / "stubs.yaml"
    file.write_text(STUBS, encoding="utf-8")
    return file


def test_a_file_of_stubs(file: Path) -> None:
    client = open_client(Emulator(stubs=file))
    assert generate(client) == "The end."
    assert client.post(CHAT, json=HELLO).headers["retry-after"] == "3"
    assert output(client.post(CHAT, json=HELLO))["content"] == "yes"
    assert client.get(output(client.post(DRAWING, json={"text": "a"}))).content == PNG


def test_a_file_is_added_between_other_stubs(file: Path) -> None:
    assert generate(connect(Stub("before", model=GPT2_ID), file)) == "before"
    assert generate(connect(file, Stub("after", model=GPT2_ID))) == "The end."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (STUBS.replace('"yes"', "{no: 1}"), ":8: 1/sequence/1/output/content: "),
        (STUBS.replace("429", "418"), ":7: 1/sequence/0/refusal/status: must be one of 400"),
        (STUBS.replace("Slow down", "1"), ':7: 1/sequence/0/refusal/error: 1 is not of type "string"'),
        (STUBS.replace("cat.png", "dog.png"), ":10: 2/file: No such file or directory: "),
        (STUBS.replace("cycle", "stop"), ":5: 1/then: "),
        (STUBS.replace("task: text-to-image", "task: chess"), ":9: 2/task: 'chess' is not a task"),
        (STUBS.replace("then:", "than:"), ":4: 1: Additional properties are not allowed ('than' was"),
        (STUBS.replace("The end.", "2025-01-01"), ":3: 0/output: date cannot be represented in JSON"),
        (STUBS.replace("The end.", ".nan"), ":3: 0/output: nan cannot be represented in JSON"),
        (STUBS.replace("The end.", "!mine x"), ":3: could not determine a constructor for the tag"),
        (STUBS.replace("The end.", "["), ":4: "),
        (STUBS.replace("The end.", "a\n  output: b"), ":4: found duplicate key"),
        ("- &a\n  task: chat\n  output: 5\n  then: x\n", ":4: 0/then: "),
        ("- x: &a {task: chat, output: 5}\n-\n  <<: *a\n", ":1: 0: "),
        ("- <<: {task: chat, output: 5}\n", ':1: 0/output: 5 is not of type "object"'),
        ("- &a [*a]", ":1: nested deeper than 128 levels"),
        ("a: 1", ": must be a list"),
        ("", ": must be a list"),
        ("\x01", ": unacceptable character"),
        ("[" * 5000, ": "),
    ],
)
def test_an_error_in_a_file_is_found_by_its_line(file: Path, text: str, reason: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StubError) as caught:
        Emulator(stubs=file)
    assert str(caught.value).startswith(f"{file}{reason}")
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StubError, match="No such file"):
        Emulator(stubs=tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"- {task: chat, output: caf\xe9}")
    with pytest.raises(StubError, match="can't decode byte"):
        Emulator(stubs=tmp_path / "latin.yaml")


def test_the_command_line_takes_stubs_and_a_seed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Emulator] = []

    def make(**options: Any) -> Emulator:
        made.append(Emulator(**options))
        # No server is needed to see what it was made with.
        raise ValueError("enough")

    monkeypatch.setattr("bytezkit_emulator._emulator.Emulator", make)
    with pytest.raises(SystemExit, match="enough"):
        main([f"--stubs={file}", "--seed=1", "--clock=auto"])
    client = open_client(made[0])
    assert generate(client) == "The end."
    made[0].stubs.clear()
    assert generate(client) == made_up(seed=1)


def test_the_command_line_names_what_is_wrong_in_a_file(file: Path) -> None:
    file.write_text("- {task: chat, output: 5}", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"stubs\.yaml:1: 0/output: 5 is not of type"):
        main(["--port", "0", "--stubs", str(file)])


def test_a_seed_gives_other_outputs_always_the_same() -> None:
    assert made_up(seed=0) == made_up()
    assert made_up(seed=1) == made_up(seed=1)
    assert len({made_up(seed=seed) for seed in (-1, 0, 1, 2, 2**80)}) == 5


def test_a_seed_changes_no_example() -> None:
    assert (
        made_up(seed=1, engine="canned")
        == made_up(engine="canned")
        == json.loads(json.dumps(EXAMPLES))["text-generation"]
    )
