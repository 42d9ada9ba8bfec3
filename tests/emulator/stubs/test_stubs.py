"""Stubs: selection, responses, validation and files."""

import base64
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from httpx import Client

from bytezkit_emulator import Emulator, Refused, RunCall, Stub, StubError
from tests.emulator import clients
from tests.emulator.clients import CHAT, DETR, GPT2, GPT2_ID, IMAGE, LOAD, V1_RUN, error, open_client, output
from tests.emulator.contract_check import DOCUMENT

MESSAGES: Final = {"messages": [{"role": "user", "content": "Hello"}]}
PROMPT: Final = {"text": "a"}
PNG: Final = b"\x89PNG\r\n\x1a\n and so on"
WAV: Final = b"RIFF\x00\x0a\x00\x00WAVEfmt "
RUN: Final = DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]
TASKS: Final = DOCUMENT["x-bytez-tasks"]


def connect(*stubs: Any, **options: Any) -> Client:
    return open_client(Emulator(stubs=stubs, **options))


def generate(client: Client) -> str:
    generated: str = output(client.post(GPT2, json=PROMPT))
    return generated


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
def stub_file(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/cat.png").write_bytes(PNG)
    file = tmp_path / "stubs.yaml"
    file.write_text(STUBS, encoding="utf-8")
    return file


class TestSelection:
    def test_stubs_can_be_added_and_cleared_and_an_invalid_stub_adds_nothing(self) -> None:
        emulator = Emulator(stubs=[Stub("first", task="text-generation")])
        client = open_client(emulator)
        with pytest.raises(StubError, match=r"^stubs/1/0: the bytes are not PNG \(task text-to-image\)$"):
            emulator.stubs.add(Stub("good", model=GPT2_ID), Stub(b"bad", task="text-to-image"))
        assert generate(client) == "first"
        emulator.stubs.add(Stub("more specific", model=GPT2_ID))
        assert generate(client) == "more specific"
        emulator.stubs.clear()
        assert generate(client) == generate(connect())


class TestOutputs:
    @pytest.mark.parametrize("task", TASKS)
    def test_example_output_of_task_can_be_stubbed(self, task: str) -> None:
        name = TASKS[task]["examples"][0]
        request = RUN["requestBody"]["content"]["application/json"]["examples"][name]["value"]
        response = RUN["responses"]["200"]["content"]["application/json"]["examples"][name]["value"]
        client = connect(Stub(response["output"], task=task))
        assert output(client.post(f"/models/v2/{TASKS[task]['model']}", json=request)) == response["output"]

    @pytest.mark.parametrize(
        ("task", "content", "media_type"),
        [
            ("text-to-image", PNG, "image/png"),
            ("unconditional-image-generation", PNG, "image/png"),
            ("text-to-audio", WAV, "audio/wav"),
            ("text-to-video", b"\x00\x00\x00\x18ftypisom", "video/mp4"),
        ],
    )
    def test_bytes_are_served_as_a_file(self, task: str, content: bytes, media_type: str) -> None:
        path, body = f"/models/v2/{TASKS[task]['model']}", {} if task.startswith("unconditional") else PROMPT
        client = connect(Stub(content, task=task))
        url = output(client.post(path, json=body))
        assert url != output(connect(Stub(content + b"a", task=task)).post(path, json=body))
        for response in (client.get(url), client.post(path, json={**body, "stream": True})):
            assert (response.content, response.headers["content-type"]) == (content, media_type)

    def test_v1_response_contains_the_file(self) -> None:
        client = connect(Stub(PNG, task="text-to-image"))
        assert client.post(LOAD, json={"model": clients.IMAGE_ID}).is_success
        files = clients.output(client.post(V1_RUN, json={"model": clients.IMAGE_ID, "input": "a"}))
        assert base64.b64decode(files["output_png"]) == PNG

    def test_stub_copies_its_output(self) -> None:
        box = {"xmin": 1, "ymin": 1, "xmax": 2, "ymax": 2}
        response: list[Any] = [{"label": "cat", "score": 1.0, "box": box}]
        client = connect(Stub(response, task="object-detection"))
        response.clear()
        assert len(output(client.post(DETR, json={"url": "https://example.com/cat.png"}))) == 1


class TestFunctions:
    def test_function_receives_the_run(self) -> None:
        calls: list[RunCall] = []

        def respond(call: RunCall) -> str:
            calls.append(call)
            return f"{call.inputs['text']}, {call.params['max_new_tokens']}"

        client = connect(Stub(respond, model=GPT2_ID))
        inputs: Any = {"text": "Once"}
        params: Any = {"max_new_tokens": 3}
        assert output(client.post(GPT2, json={**inputs, "params": params})) == "Once, 3"
        assert client.post(GPT2, json={**inputs, "params": params, "stream": True}).text == "Once, 3"
        run: Any = {"model": GPT2_ID, "task": "text-generation", "inputs": inputs, "media": None}
        assert calls == [RunCall(**run, params=params, stream=is_stream) for is_stream in (False, True)]

    def test_function_receives_media_and_cannot_change_the_run(self) -> None:
        seen: list[object] = []

        def respond(call: RunCall) -> list[Any]:
            seen.append(call.media)
            call.params.clear()
            return []

        client = connect(Stub(respond, task="object-detection"))
        sent = {"base64": base64.b64encode(b"pixels").decode(), "params": {"threshold": 0.5}}
        assert output(client.post(DETR, json=sent)) == []
        assert output(client.post(DETR, json={"url": "https://example.com/cat.png"})) == []
        assert seen == [b"pixels", "https://example.com/cat.png"]

    def test_function_can_return_refusals_and_files(self) -> None:
        client = connect(Stub(lambda _: Refused(402, "Pay first"), lambda _: PNG, PNG, task="text-to-image"))
        assert error(client.post(IMAGE, json=PROMPT), 402) == "Pay first"
        assert client.post(IMAGE, json={**PROMPT, "stream": True}).content == PNG

    @pytest.mark.parametrize(
        ("function", "reason"),
        [
            (lambda _: 5, '5 is not of type "object" (task chat)'),
            (lambda _: object(), "object cannot be represented in JSON"),
            (lambda _: Refused(418, "tea"), "status: must be one of 400"),
            (lambda call: call.inputs["text"], "KeyError: 'text'"),
            (lambda _: pytest.fail("not expected"), "Failed: not expected"),
        ],
    )
    def test_failed_function_returns_500_and_is_logged(
        self, function: Callable[[RunCall], Any], reason: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        client = connect(Stub(function, task="chat"))
        with caplog.at_level(logging.ERROR, "bytezkit_emulator"):
            message = error(client.post(CHAT, json=MESSAGES), 500)
        assert message.startswith(f"the stub function for {clients.CHAT_ID} failed: {reason}")
        assert caplog.messages == [f"the stub function for {clients.CHAT_ID} failed"]
        assert caplog.records[0].exc_info is not None


class TestValidation:
    @pytest.mark.parametrize(
        ("stub", "reason"),
        [
            (Stub("x"), "0/0: an output needs a model or a task, whose contract it must satisfy"),
            (Stub("x", model="org/own"), "0/model: 'org/own' is not in the catalog; for a model that is"),
            (Stub("x", model=GPT2_ID, task="chat"), f"0/task: the task of {GPT2_ID} is text-generation"),
            (Stub("x", 5, task="chat"), '0/1: 5 is not of type "object" (task chat)'),
            (Stub("no url", task="text-to-image"), '0/0: "no url" is not a "uri" (task text-to-image)'),
            (Stub(WAV, task="text-to-image"), "0/0: the bytes are not PNG (task text-to-image)"),
            (Stub(PNG, task="object-detection"), "0/0: the task object-detection does not output bytes"),
            (Stub([float("nan")], task="feature-extraction"), "0/0/0: nan cannot be represented in JSON"),
            (Stub("\ud800", task="text-generation"), r"0/0: '\ud800' cannot be represented in JSON"),
            (Stub({"a": {1, 2}}, task="chat"), "0/0/a: set cannot be represented in JSON"),  # type: ignore[dict-item]
            (Stub({3: 4}, task="chat"), "0/0: the name 3 is not a valid JSON string"),  # type: ignore[dict-item]
            (
                Stub(Refused(200, "x")),
                "0/0/status: must be one of 400, 401, 402, 404, 409, 413, 415, 422, 429",
            ),
            (Stub(Refused(429, "x", retry_after=-1)), "0/0/retry_after: must not be negative"),
            (
                {"output": "x", "file": "y"},
                "0: must have exactly one of output, file, refusal, sequence, has",
            ),
            ({"task": "text-to-image", "file": "no.png"}, "0/file: No such file or directory: no.png"),
        ],
    )
    def test_invalid_stub_raises_stub_error(self, stub: Any, reason: str) -> None:
        with pytest.raises(StubError) as caught:
            Emulator(stubs=[stub])
        assert str(caught.value).startswith(f"stubs/{reason}")

    def test_stub_without_responses_or_with_unknown_then_raises_value_error(self) -> None:
        with pytest.raises(ValueError, match=r"^a stub needs at least one response$"):
            Stub(task="chat")
        with pytest.raises(ValueError, match="then must be one of repeat, cycle, engine"):
            Stub("x", task="chat", then="stop")  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="a stub must be a Stub, a mapping or a Path, not str"):
            connect("chat")


class TestPlainData:
    def test_file_declares_stubs(self, stub_file: Path) -> None:
        client = open_client(Emulator(stubs=stub_file))
        assert generate(client) == "The end."
        assert client.post(CHAT, json=MESSAGES).headers["retry-after"] == "3"
        assert output(client.post(CHAT, json=MESSAGES)) == {"role": "assistant", "content": "yes"}
        assert client.get(output(client.post(IMAGE, json=PROMPT))).content == PNG

    def test_file_is_added_in_order(self, stub_file: Path) -> None:
        assert generate(connect(Stub("before", model=GPT2_ID), stub_file)) == "before"
        assert generate(connect(stub_file, Stub("after", model=GPT2_ID))) == "The end."

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            (STUBS.replace('"yes"', "{no: 1}"), ":8: 1/sequence/1/output/content: "),
            (STUBS.replace("429", "418"), ":7: 1/sequence/0/refusal/status: must be one of 400"),
            (STUBS.replace("cat.png", "dog.png"), ":10: 2/file: No such file or directory: "),
            (STUBS.replace("cycle", "stop"), ":5: 1/then: "),
            (STUBS.replace("task: text-to-image", "task: chess"), ":9: 2/task: 'chess' is not a task"),
            (STUBS.replace("The end.", "2025-01-01"), ":3: 0/output: date cannot be represented in JSON"),
            (STUBS.replace("The end.", "!mine x"), ":3: could not determine a constructor for the tag"),
            (STUBS.replace("The end.", "a\n  output: b"), ":4: found duplicate key"),
            ("- &a\n  task: chat\n  output: 5\n  then: x\n", ":4: 0/then: "),
            ("- <<: {task: chat, output: 5}\n", ':1: 0/output: 5 is not of type "object"'),
            ("- &a [*a]", ":1: nested deeper than 128 levels"),
            ("a: 1", ": must be a list"),
            ("[" * 600, ": "),
        ],
        ids=lambda value: None if len(value) > 200 else value,
    )
    def test_error_in_file_has_its_line(self, stub_file: Path, text: str, reason: str) -> None:
        stub_file.write_text(text, encoding="utf-8")
        with pytest.raises(StubError) as caught:
            Emulator(stubs=stub_file)
        assert str(caught.value).startswith(f"{stub_file}{reason}")
        assert "\n" not in str(caught.value)

    def test_unreadable_file_raises_stub_error(self, tmp_path: Path) -> None:
        with pytest.raises(StubError, match="No such file"):
            Emulator(stubs=tmp_path / "none.yaml")
        (tmp_path / "latin.yaml").write_bytes(b"- {task: chat, output: caf\xe9}")
        with pytest.raises(StubError, match="can't decode byte"):
            Emulator(stubs=tmp_path / "latin.yaml")


class TestSeed:
    def test_seed_determines_synthetic_output(self) -> None:
        assert generate(connect(seed=0)) == generate(connect())
        assert generate(connect(seed=1)) == generate(connect(seed=1))
        assert len({generate(connect(seed=seed)) for seed in (-1, 0, 1, 2, 2**80)}) == 5
