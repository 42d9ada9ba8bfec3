"""`batch`: each line is answered and paid for once, even if the command is killed."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest

from bytezkit._cli.batch_log import BatchLog
from bytezkit_emulator import Emulator, Fault, Refused, RunCall, Stub, Then, When
from tests.overlay.cli.commands import call
from tests.overlay.cli.conftest import GPT2, KEY, use
from tests.overlay.loopback import PATIENCE, Connection, serving

CHAT: Final = "Qwen/Qwen3-4B"
COMMAND: Final = str(Path(sys.executable).with_name("bytezkit"))
IN, OUT = "in.jsonl", "out.jsonl"

pytestmark = pytest.mark.usefixtures("folder")


def run_line(name: str, text: str = "Once", model: str = GPT2) -> dict[str, object]:
    body = {"text": text, "params": {"max_new_tokens": 3}}
    return {"custom_id": name, "method": "POST", "url": f"/models/v2/{model}", "body": body}


def write(lines: Iterable[object], path: str = IN) -> None:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    Path(path).write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")


def entries(path: str = OUT) -> list[Any]:
    text = Path(path).read_text(encoding="utf-8")
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def answers(path: str = OUT) -> dict[str, Any]:
    return {it["custom_id"]: it["response"] for it in entries(path) if it["response"] is not None}


def runs(emulator: Emulator) -> list[Any]:
    """Return the bodies received since the last call."""
    bodies = [it.body for it in emulator.journal.entries(operation="runModelV2")]
    emulator.journal.clear()
    return bodies


def test_lines_are_runs_or_chat_completions(emulator: Emulator) -> None:
    chat = {
        "model": CHAT,
        "messages": [{"role": "user", "content": "Hallo\u2028wörld"}],
        "max_tokens": 4,
        "temperature": 0.5,
    }
    url = "/v1/chat/completions"
    plain = {"model": CHAT, "messages": [{"role": "user", "content": "Hi"}]}
    write(
        [
            run_line("a"),
            {"custom_id": "b", "method": "POST", "url": url, "body": chat},
            {"custom_id": "c", "url": url, "body": plain},
            {"custom_id": "d", "url": url, "body": {**plain, "model": GPT2, "max_completion_tokens": 2}},
        ]
    )
    emulator.stubs.add(Stub("The end.", model=GPT2))
    outcome = call("batch", IN, OUT, "--concurrency", "1")
    assert (outcome.code, outcome.out, outcome.err) == (
        1,
        b"",
        f"{OUT}: 3 completed; 1 failed, retried by the next call\n",
    )
    assert [it["id"] for it in entries()] == [f"batch_req_{number}" for number in (1, 2, 3, 4)]
    found = answers()
    assert found["a"]["status_code"] == 200
    assert found["a"]["request_id"].startswith("req-")
    assert found["a"]["body"] == {"error": None, "output": "The end."}
    completion = found["b"]["body"]
    assert (completion["object"], completion["model"]) == ("chat.completion", CHAT)
    [choice] = completion["choices"]
    assert choice["message"]["role"] == "assistant"
    assert len(choice["message"]["content"].split()) == 4
    sent = runs(emulator)
    assert sent[1] == {
        "messages": chat["messages"],
        "params": {"max_new_tokens": 4, "temperature": 0.5},
    }
    assert sent[2] == {"messages": plain["messages"]}
    assert sent[3]["params"] == {"max_new_tokens": 2}


def test_text_output_becomes_a_completion(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(connection: Connection) -> None:
        connection.read_request()
        connection.answer(b'{"error": null, "output": "Hi"}')

    write([{"custom_id": "a", "url": "/v1/chat/completions", "body": {"model": "a/b", "messages": []}}])
    with serving(answer) as service:
        use(monkeypatch, service.url)
        assert call("batch", IN, OUT).code == 0
    completion = answers()["a"]["body"]
    assert completion["id"] == "batch_req_1"
    assert [it["message"] for it in completion["choices"]] == [{"role": "assistant", "content": "Hi"}]


def test_errors_of_lines(emulator: Emulator) -> None:
    write(
        [
            "nonsense",
            {"custom_id": 5, "url": f"/models/v2/{GPT2}", "body": {}},
            "",
            {**run_line("a"), "method": "GET"},
            {**run_line("b"), "url": "/v1/embeddings"},
            {"custom_id": "c", "url": "/v1/chat/completions", "body": {"messages": []}},
            {**run_line("d"), "body": {"text": "a", "stream": True}},
            run_line("e", model="some/thing"),
            "[" * 100_000,
            run_line("f"),
        ]
    )
    outcome = call("batch", IN, OUT)
    assert (outcome.code, outcome.err) == (1, f"{OUT}: 1 completed; 8 failed, retried by the next call\n")
    found = {it["id"]: (it["custom_id"], it["error"]["code"], it["error"]["message"]) for it in entries()[1:]}
    assert {name: (custom_id, code) for name, (custom_id, code, _) in found.items()} == {
        "batch_req_1": (None, "ValueError"),
        "batch_req_2": (None, "ValueError"),
        "batch_req_4": ("a", "ValueError"),
        "batch_req_5": ("b", "ValueError"),
        "batch_req_6": ("c", "ValueError"),
        "batch_req_7": ("d", "ValueError"),
        "batch_req_8": ("e", "NotFoundError"),
        "batch_req_9": (None, "ValueError"),
    }
    for number, text in (
        (1, "line 1: JSON is malformed"),
        (2, "line 2: Expected `str`, got `int` - at `$.custom_id`"),
        (4, "line 4: method must be POST, not 'GET'"),
        (5, "line 5: url must be /models/v2/{organization}/{name} or /v1/chat/completions, not '/v1/emb"),
        (6, "line 6: Object missing required field `model`"),
        (7, "line 7: the input asks for a stream"),
        (8, "Model does not exist"),
        (9, "line 9: "),
    ):
        assert text in found[f"batch_req_{number}"][2]
    assert answers().keys() == {"f"}


def test_second_run_sends_the_rest(emulator: Emulator) -> None:
    write([run_line("a"), run_line("b", model="some/thing"), run_line("c")])
    assert call("batch", IN, OUT).code == 1
    assert len(runs(emulator)) == 3
    before = answers()

    write([run_line("a"), run_line("b"), run_line("c"), run_line("d")])
    outcome = call("batch", IN, OUT)
    assert (outcome.code, outcome.err) == (0, f"{OUT}: 2 completed, 2 completed before\n")
    assert len(runs(emulator)) == 2
    assert [it["error"] for it in entries()] == [None] * 4
    assert answers().keys() == {"a", "b", "c", "d"}
    assert answers().items() >= before.items()

    outcome = call("batch", IN, OUT)
    assert (outcome.code, outcome.err) == (0, f"{OUT}: 0 completed, 4 completed before\n")
    assert runs(emulator) == []


@pytest.mark.parametrize("cut", [1, 10, 17, 60, -1])
def test_truncated_line_is_sent_again(emulator: Emulator, cut: int) -> None:
    write([run_line("a"), run_line("b")])
    call("batch", IN, OUT, "--concurrency", "1")
    first, second = Path(OUT).read_bytes().splitlines(keepends=True)
    runs(emulator)
    Path(OUT).write_bytes(first + second[:cut])
    assert call("batch", IN, OUT).code == 0
    # In the last case only the line feed is missing.
    assert len(runs(emulator)) == (0 if cut == -1 else 1)
    assert [it["custom_id"] for it in entries()] == ["a", "b"]


def test_foreign_lines_are_kept(emulator: Emulator) -> None:
    write([run_line("a"), run_line("b")])
    error = {"id": "x", "custom_id": "a", "response": None, "error": {"code": "batch_expired"}}
    nobody: dict[str, object] = {"id": "y", "custom_id": None, "response": None, "error": {}}
    answer: dict[str, object] = {"id": "z", "custom_id": "b", "response": {}, "error": None}
    write([error, nobody, answer], OUT)
    assert call("batch", IN, OUT).err == f"{OUT}: 0 completed, 2 completed before\n"
    assert entries() == [error, nobody, answer]


@pytest.mark.parametrize("content", ["notes", "notes\n", '{"custom_id": "a"}\n', "\n", "[]\n"])
def test_other_file_is_not_changed(emulator: Emulator, content: str) -> None:
    write([run_line("a")])
    Path(OUT).write_text(content, encoding="utf-8")
    outcome = call("batch", IN, OUT)
    assert outcome.code == 2
    assert f"error: {OUT}, line 1: not the output of a batch" in outcome.err
    assert Path(OUT).read_text(encoding="utf-8") == content
    assert runs(emulator) == []


def test_the_output_is_not_the_input(emulator: Emulator) -> None:
    write([run_line("a")])
    outcome = call("batch", IN, IN)
    assert (outcome.code, "not the output of a batch" in outcome.err) == (2, True)
    assert Path(IN).read_text(encoding="utf-8") == json.dumps(run_line("a")) + "\n"


def test_duplicate_custom_id_is_refused_without_a_run(emulator: Emulator) -> None:
    write([run_line("a"), "nonsense", run_line("b"), run_line("a")])
    outcome = call("batch", IN, OUT)
    assert (outcome.code, outcome.err) == (
        2,
        f"error: {IN}, line 4: the custom_id 'a' is already used in line 1\n",
    )
    assert not Path(OUT).exists()
    assert runs(emulator) == []


def test_output_file_is_locked(emulator: Emulator) -> None:
    write([run_line("a")])
    with BatchLog(Path(OUT)):
        outcome = call("batch", IN, OUT)
        assert (outcome.code, outcome.err) == (2, f"error: {OUT}: another process is writing to the file\n")
    assert call("batch", IN, OUT).code == 0


def test_shards_partition_the_lines(emulator: Emulator) -> None:
    write([run_line(str(number)) for number in range(1, 11)])
    for shard in (1, 2, 3):
        assert call("batch", IN, f"out-{shard}.jsonl", "--shard", f"{shard}/3").code == 0
    found = [sorted(map(int, answers(f"out-{shard}.jsonl"))) for shard in (1, 2, 3)]
    assert found == [[1, 4, 7, 10], [2, 5, 8], [3, 6, 9]]
    assert len(runs(emulator)) == 10


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "1/0", "a/b", "-1/3", "1/3/5"])
def test_wrong_shard(emulator: Emulator, shard: str) -> None:
    outcome = call("batch", IN, OUT, "--shard", shard)
    assert (outcome.code, "is not a shard such as 1/3, 2/3 or 3/3" in outcome.err) == (2, True)


def test_unreadable_and_unwritable_files(emulator: Emulator) -> None:
    outcome = call("batch", "none.jsonl", OUT)
    assert (outcome.code, outcome.err) == (1, "error: none.jsonl: No such file or directory\n")
    outcome = call("batch", IN, "no/folder.jsonl")
    assert (outcome.code, "is a folder, or its folder does not exist" in outcome.err) == (2, True)


@pytest.mark.parametrize(("status", "text"), [(401, "Unauthorized"), (402, "Payment Required")])
def test_error_of_the_account_ends_the_batch(emulator: Emulator, status: int, text: str) -> None:
    write([run_line(str(number)) for number in range(100)])
    emulator.stubs.add(Stub("The end.", "The end.", Refused(status, text), model=GPT2))
    outcome = call("batch", IN, OUT, "--concurrency", "1")
    assert (outcome.code, f"error: {text}" in outcome.err) == (1, True)
    assert len(answers()) == len(entries()) == 2
    assert len(runs(emulator)) < 10


def test_rate_limit_is_retried(emulator: Emulator) -> None:
    write([run_line(str(number)) for number in range(20)])
    then = Then(status=429, error="Rate limit exceeded", retry_after=0)
    emulator.faults.add(Fault("busy", then, when=When(times=5)))
    assert call("batch", IN, OUT).code == 0
    assert (len(answers()), len(runs(emulator))) == (20, 25)
    emulator.faults.clear()


def test_write_error_ends_the_batch(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def append(log: BatchLog, line: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), OUT)

    write([run_line(str(number)) for number in range(100)])
    monkeypatch.setattr(BatchLog, "_append", append)
    outcome = call("batch", IN, OUT, "--concurrency", "2")
    assert (outcome.code, outcome.err) == (1, f"error: {OUT}: No space left on device\n")
    assert len(runs(emulator)) < 10


def test_short_write_continues(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    class Short:
        """Takes ten bytes at a time."""

        def __init__(self, file: Any) -> None:
            self.file = file

        def write(self, content: bytes) -> int:
            return int(self.file.write(content[:10]))

    with BatchLog(Path(OUT)) as log:
        log._file, whole = Short(log._file), log._file  # type: ignore[assignment]  # a stand-in
        log.add_response(b'{"id":"batch_req_1","custom_id":"a","response":{},"error":null}\n')
        log._file = whole
    assert answers() == {"a": {}}


def test_terminal_shows_progress(emulator: Emulator) -> None:
    write([run_line("a"), run_line("b")])
    call("batch", IN, OUT)
    write([run_line("a"), run_line("b"), run_line("c"), run_line("d", model="some/thing")])
    outcome = call("batch", IN, OUT, terminal=True)
    assert outcome.code == 1
    plain = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", outcome.err)
    assert "4/4" in plain
    assert "1 failed" in plain
    assert f"{OUT}: 1 completed, 2 completed before; 1 failed" in plain


class CountingAnswer:
    """Answers runs, and signals a number of them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.enough = threading.Event()
        self._waited_for = 0

    def wait_for(self, more: int) -> None:
        self.enough.clear()
        self._waited_for = len(self.texts) + more

    def __call__(self, run: RunCall) -> str:
        text = str(run.inputs["text"])
        self.texts.append(text)
        if len(self.texts) >= self._waited_for:
            self.enough.set()
        return f"{text}!"


def test_killed_batch_pays_for_no_answer_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, concurrency, count = CountingAnswer(), 8, 200
    write([run_line(f"name {number}", f"text {number}") for number in range(count)])
    kills: list[tuple[set[str], int]] = []
    with Emulator(keys=[KEY], stubs=[Stub(answer, model=GPT2)]) as emulator:
        use(monkeypatch, emulator.url)
        command = [COMMAND, "batch", IN, OUT, "--concurrency", str(concurrency)]
        for number in range(3):
            answer.wait_for(20 + 7 * number)
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            assert answer.enough.wait(4 * PATIENCE)
            process.kill()
            assert process.wait(PATIENCE) == -signal.SIGKILL
            kills.append((whole_answers(), len(answer.texts)))
        assert subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0
    for had, sent in kills:
        assert had
        assert had.isdisjoint(answer.texts[sent:])
    found = entries()
    assert Counter(it["custom_id"] for it in found) == {f"name {number}": 1 for number in range(count)}
    for it in found:
        assert it["response"]["body"]["output"] == it["custom_id"].replace("name", "text") + "!"
    assert count <= len(answer.texts) <= count + 3 * concurrency


def whole_answers() -> set[str]:
    """Return the texts of the complete lines."""
    lines = Path(OUT).read_bytes().split(b"\n")[:-1]
    return {json.loads(line)["custom_id"].replace("name", "text") for line in lines}


def test_interrupted_batch_keeps_its_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = CountingAnswer()
    write([run_line(f"name {number}", f"text {number}") for number in range(300)])
    with Emulator(keys=[KEY], stubs=[Stub(answer, model=GPT2)]) as emulator:
        use(monkeypatch, emulator.url)
        answer.wait_for(50)
        command = [COMMAND, "batch", IN, OUT]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        assert answer.enough.wait(4 * PATIENCE)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert len(answers()) == len(answer.texts) < 300
        assert subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0
    assert sorted(answer.texts) == sorted(f"text {number}" for number in range(300))
    assert len(entries()) == 300
