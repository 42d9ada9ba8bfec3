"""`batch`: each line is answered and paid for once, even if the command is killed."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from unittest.mock import Mock

import pytest

from bytezkit._bulk.log import LogWriter
from bytezkit._cli.batch_log import BatchLog
from bytezkit_emulator import Emulator, Refused, RunCall, Stub
from tests.overlay.cli.conftest import COMMAND, GPT2, KEY, call, use
from tests.overlay.loopback import PATIENCE

CHAT: Final = "Qwen/Qwen3-4B"
EMBEDDINGS: Final = "nomic-ai/nomic-embed-text-v1.5"
CHAT_URL: Final = "/v1/chat/completions"
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


def responses(path: str = OUT) -> dict[str, Any]:
    return {it["custom_id"]: it["response"] for it in entries(path) if it["response"] is not None}


def received_bodies(emulator: Emulator) -> list[Any]:
    bodies = [it.body for it in emulator.journal.entries(operation="runModelV2")]
    emulator.journal.clear()
    return bodies


def test_lines_are_sent_to_the_route_of_their_url(emulator: Emulator) -> None:
    chat = {"model": CHAT, "messages": [{"role": "user", "content": "Hallo\u2028wörld"}], "max_tokens": 4}
    bodies: dict[str, dict[str, object]] = {
        "/v1/chat/completions": chat,
        "/models/v2/openai/v1/chat/completions": chat,
        "/v1/completions": {"model": GPT2, "prompt": ["Once", "Twice"], "max_tokens": 2},
        "/models/v2/openai/v1/responses": {"model": "openai/gpt-5.1", "input": "Hello"},
        "/v1/embeddings": {"model": EMBEDDINGS, "input": ["Once", "Twice"], "encoding_format": "base64"},
    }
    write([run_line("a"), *({"custom_id": url, "url": url, "body": body} for url, body in bodies.items())])
    emulator.stubs.add(Stub("The end.", model=GPT2))
    outcome = call("batch", IN, OUT, "--concurrency", "1")
    assert outcome == (0, b"", f"{OUT}: 6 completed\n")
    assert [it["id"] for it in entries()] == [f"batch_req_{number}" for number in range(1, 7)]
    found = responses()
    for response in found.values():
        assert (response["status_code"], response["request_id"][:4]) == (200, "req-")
        assert Decimal(response["inference_cost"]) > 0
    assert found.pop("a")["body"] == {"error": None, "output": "The end."}
    kinds = ["chat.completion", "chat.completion", "text_completion", "response", "list"]
    assert [it["body"]["object"] for it in found.values()] == kinds
    sent = [(it.path, it.body) for it in emulator.journal.entries() if it.operation != "runModelV2"]
    assert sent == [
        (f"/models/v2/openai{url.removeprefix('/models/v2/openai')}", body) for url, body in bodies.items()
    ]


def test_invalid_or_refused_lines_become_errors(emulator: Emulator) -> None:
    url = (
        "/models/v2/{organization}/{name} or one of "
        "/v1/chat/completions, /v1/completions, /v1/responses, /v1/embeddings"
    )
    unknown = {"model": "some/thing", "messages": [{"role": "user", "content": "Hello"}]}
    # Member `custom_id`, other members of a valid line, and the class and the start of the error.
    table: list[tuple[str | None, object, str, str]] = [
        (None, "nonsense", "ValueError", "line 1: JSON is malformed"),
        (None, {"custom_id": 5}, "ValueError", "line 2: Expected `str`, got `int` - at `$.cu"),
        ("c", {"method": "GET"}, "ValueError", "line 3: method must be POST, not 'GET'"),
        ("d", {"url": "/v1/images"}, "ValueError", f"line 4: url must be {url}, not '/v1/images'"),
        ("e", {"url": CHAT_URL}, "ValueError", "line 5: Object missing required field `model`"),
        ("f", {"body": {"stream": True}}, "ValueError", "line 6: the input asks for a stream"),
        ("g", {"url": "/models/v2/some/thing"}, "NotFoundError", "Model does not exist"),
        (None, "[" * 100_000, "ValueError", "line 8: "),
        ("i", {"url": CHAT_URL, "body": {"model": CHAT, "stream": True}}, "ValueError", "line 9: the input"),
        ("j", {"url": CHAT_URL, "body": unknown}, "NotFoundError", "Model does not exist"),
        ("k", {"url": CHAT_URL, "body": {"model": CHAT, "messages": 1}}, "BadRequestError", "body/messages"),
    ]
    lines = [{**run_line(f"{name}"), **it} if isinstance(it, dict) else it for name, it, _, _ in table]
    write([*lines, "", run_line("valid")])
    outcome = call("batch", IN, OUT)
    message = f"{OUT}: 1 completed; 11 failed; run the same command again to retry them\n"
    assert (outcome.code, outcome.err) == (1, message)
    assert responses().keys() == {"valid"}
    failed = {it["id"]: it for it in entries() if it["error"]}
    assert len(failed) == len(table)
    for number, (custom_id, _, code, start) in enumerate(table, 1):
        entry = failed[f"batch_req_{number}"]
        assert (entry["custom_id"], entry["error"]["code"]) == (custom_id, code)
        assert entry["error"]["message"].startswith(start)


def test_second_call_sends_only_the_incomplete_lines(emulator: Emulator) -> None:
    write([run_line("a"), run_line("b", model="some/thing"), run_line("c")])
    assert call("batch", IN, OUT).code == 1
    assert len(received_bodies(emulator)) == 3
    before = responses()
    write([run_line("a"), run_line("b"), run_line("c"), run_line("d")])
    for completed, earlier in ((2, 2), (0, 4)):
        outcome = call("batch", IN, OUT)
        message = f"{OUT}: {completed} completed, {earlier} completed before\n"
        assert (outcome.code, outcome.err) == (0, message)
        assert len(received_bodies(emulator)) == completed
    assert [it["error"] for it in entries()] == [None] * 4
    assert responses().keys() == {"a", "b", "c", "d"}
    assert responses().items() >= before.items()


@pytest.mark.parametrize("cut", [1, 60, -1])
def test_truncated_output_line_is_sent_again(emulator: Emulator, cut: int) -> None:
    write([run_line("a"), run_line("b")])
    call("batch", IN, OUT, "--concurrency", "1")
    first, second = Path(OUT).read_bytes().splitlines(keepends=True)
    received_bodies(emulator)
    Path(OUT).write_bytes(first + second[:cut])
    assert call("batch", IN, OUT).code == 0
    # In the last case only the line feed is missing.
    assert len(received_bodies(emulator)) == (0 if cut == -1 else 1)
    assert [it["custom_id"] for it in entries()] == ["a", "b"]


def test_output_lines_of_other_programs_are_kept(emulator: Emulator) -> None:
    write([run_line("a"), run_line("b")])
    lines = [
        {"id": "x", "custom_id": "a", "response": None, "error": {"code": "batch_expired"}},
        {"id": "y", "custom_id": None, "response": None, "error": {}},
        {"id": "z", "custom_id": "b", "response": {}, "error": None},
    ]
    write(lines, OUT)
    assert call("batch", IN, OUT).err == f"{OUT}: 0 completed, 2 completed before\n"
    assert entries() == lines


@pytest.mark.parametrize("content", ["notes", '{"custom_id": "a"}\n', "\n", "[]\n", None])
def test_file_that_is_no_batch_output_is_not_changed(emulator: Emulator, content: str | None) -> None:
    write([run_line("a")])
    path = Path(OUT if content is not None else IN)
    if content is not None:
        path.write_text(content, encoding="utf-8")
    before = path.read_bytes()
    outcome = call("batch", IN, str(path))
    assert outcome.code == 2
    assert f"error: {path}, line 1: not the output of a batch" in outcome.err
    assert path.read_bytes() == before
    assert received_bodies(emulator) == []


@pytest.mark.parametrize("source", [IN, "-"])
def test_duplicate_custom_id_sends_nothing(emulator: Emulator, source: str) -> None:
    write([run_line("a"), "nonsense", run_line("b"), run_line("a")])
    message = f"error: {source}, line 4: the custom_id 'a' is already used in line 1\n"
    outcome = call("batch", source, OUT, stdin=Path(IN).read_bytes())
    assert (outcome.code, outcome.err) == (2, message)
    assert not Path(OUT).exists()
    assert received_bodies(emulator) == []


def test_output_file_is_locked(emulator: Emulator) -> None:
    write([run_line("a")])
    with BatchLog(Path(OUT)):
        message = f"error: {OUT}: another process is writing to the file\n"
        assert call("batch", IN, OUT) == (2, b"", message)
    assert call("batch", IN, OUT).code == 0


def test_shards_partition_the_lines(emulator: Emulator) -> None:
    write([run_line(str(number)) for number in range(1, 11)])
    for shard in (1, 2, 3):
        assert call("batch", IN, f"out-{shard}.jsonl", "--shard", f"{shard}/3").code == 0
    found = [sorted(map(int, responses(f"out-{shard}.jsonl"))) for shard in (1, 2, 3)]
    assert found == [[1, 4, 7, 10], [2, 5, 8], [3, 6, 9]]
    assert len(received_bodies(emulator)) == 10


@pytest.mark.parametrize(("status", "text"), [(401, "Unauthorized"), (402, "Payment Required")])
def test_account_error_ends_the_batch(emulator: Emulator, status: int, text: str) -> None:
    write([run_line(str(number)) for number in range(100)])
    emulator.stubs.add(Stub("The end.", "The end.", Refused(status, text), model=GPT2))
    outcome = call("batch", IN, OUT, "--concurrency", "1")
    assert (outcome.code, f"error: {text}" in outcome.err) == (1, True)
    assert len(responses()) == len(entries()) == 2
    assert len(received_bodies(emulator)) < 10


def test_write_error_ends_the_batch(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    write([run_line(str(number)) for number in range(100)])
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), OUT)
    monkeypatch.setattr(LogWriter, "append", Mock(side_effect=full))
    outcome = call("batch", IN, OUT, "--concurrency", "2")
    assert outcome == (1, b"", f"error: {OUT}: No space left on device\n")
    assert len(received_bodies(emulator)) < 10


def test_short_write_is_continued() -> None:
    line = b'{"id":"batch_req_1","custom_id":"a","response":{},"error":null}\n'
    with BatchLog(Path(OUT)) as log:
        file = log._file
        log._writer._file = Mock(write=lambda content: file.write(content[:10]))
        log.add_response(line)
    assert Path(OUT).read_bytes() == line


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_stdin_and_stdout(emulator: Emulator, encoding: str) -> None:
    emulator.stubs.add(Stub("Grüße", model=GPT2))
    write([run_line("a"), run_line("b", model="some/thing"), run_line("c")])
    outcome = call("batch", "-", "-", stdin=BOM_UTF8 + Path(IN).read_bytes(), encoding=encoding)
    assert (outcome.code, outcome.err) == (1, "stdout: 2 completed; 1 failed\n")
    Path(OUT).write_bytes(outcome.out)
    assert responses().keys() == {"a", "c"}
    assert responses()["a"]["body"]["output"] == "Grüße"


def test_terminal_gets_no_control_characters(emulator: Emulator) -> None:
    emulator.stubs.add(Stub("a\x9bb\u202ec", model=GPT2))
    write([run_line("a")])
    outcome = call("batch", "-", "-", stdin=Path(IN).read_bytes(), terminal=True)
    assert json.loads(outcome.out)["response"]["body"]["output"] == "abc"
    assert outcome.err == "stdout: 1 completed\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFO")
def test_fifo_is_read_once(emulator: Emulator) -> None:
    write([run_line("a")])
    os.mkfifo("fifo")  # noqa: TID251 - skipped where it is missing
    writer = threading.Thread(target=Path("fifo").write_bytes, args=[Path(IN).read_bytes()])
    writer.start()
    assert call("batch", "fifo", OUT).code == 0
    writer.join()
    assert responses().keys() == {"a"}


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


@dataclass
class CountingStub:
    """Records the texts of the runs, and blocks from a number of runs on until the test resumes."""

    limit: int
    texts: list[str] = field(default_factory=list[str])
    reached: threading.Event = field(default_factory=threading.Event)
    resumed: threading.Event = field(default_factory=threading.Event)

    def __call__(self, run: RunCall) -> str:
        text = str(run.inputs["text"])
        self.texts.append(text)
        if len(self.texts) >= self.limit:
            self.reached.set()
            assert self.resumed.wait(PATIENCE)
        return f"{text}!"


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(("name", "code", "lost"), [("SIGKILL", -9, 8), ("SIGINT", 130, 0)])
def test_interrupted_batch_resumes(monkeypatch: pytest.MonkeyPatch, name: str, code: int, lost: int) -> None:
    stub, count = CountingStub(limit=30), 60
    write([run_line(f"name {it}", f"text {it}") for it in range(count)])
    command = [COMMAND, "batch", IN, OUT, "--concurrency", "8"]
    with Emulator(keys=[KEY], stubs=[Stub(stub, model=GPT2)]) as emulator:
        use(monkeypatch, emulator.url)
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        assert stub.reached.wait(4 * PATIENCE)
        process.send_signal(signal.Signals[name])
        stub.resumed.set()
        _, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, b"Traceback" in errors) == (code, False)
        assert (b"run the same command again to resume" in errors) == (name == "SIGINT")
        complete = Path(OUT).read_bytes().split(b"\n")[:-1]
        written = {json.loads(line)["custom_id"].replace("name", "text") for line in complete}
        sent = len(stub.texts)
        assert subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0
    assert written
    assert written.isdisjoint(stub.texts[sent:])
    assert sent - len(written) <= lost
    assert count <= len(stub.texts) <= count + lost
    assert Counter(it["custom_id"] for it in entries()) == {f"name {it}": 1 for it in range(count)}
    for it in entries():
        assert it["response"]["body"]["output"] == it["custom_id"].replace("name", "text") + "!"
