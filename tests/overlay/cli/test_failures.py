"""Exit codes and error messages, which hold no key."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest

from bytezkit._cli.program import main
from bytezkit_emulator import Emulator
from tests.overlay.cli.commands import Outcome, call
from tests.overlay.cli.conftest import GPT2, KEY, use
from tests.overlay.loopback import PATIENCE, Connection, serving

COMMAND = str(Path(sys.executable).with_name("bytezkit"))


def refuse(connection: Connection) -> None:
    connection.read_request()
    body = f'{{"error": "Rate limit\\nexceeded by {KEY}"}}'.encode()
    connection.send(
        b"HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\nretry-after: 7200\r\n"
        b"x-request-id: req-7\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    )


def cut(connection: Connection) -> None:
    connection.read_request()
    connection.start_text(b"Once")


def test_refusal_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(refuse) as service:
        use(monkeypatch, service.url)
        outcome = call("tasks")
    assert outcome == Outcome(
        1,
        b"",
        f"error: Rate limit exceeded by *** (GET {service.url}/models/v2/list/tasks) [request req-7]"
        "; try again in 7200 s\n",
    )


def test_unknown_model(emulator: Emulator) -> None:
    outcome = call("run", "some/thing", "Hi")
    assert outcome.code == 1
    assert outcome.err.startswith("error: the catalog has no model some/thing (GET ")
    assert "[request " in outcome.err


def test_unreadable_file(emulator: Emulator, folder: Path) -> None:
    for arguments in (
        ("run", "facebook/detr-resnet-50", "none.jpg"),
        ("run", GPT2, "--input-json", "@none.jpg"),
    ):
        outcome = call(*arguments)
        assert outcome.code == 1
        assert outcome.err.startswith("error: none.jpg")
        assert outcome.err.endswith(": No such file or directory\n")


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["models", "--nothing"], ["run"], ["models", "a"], ["completion", "cmd"]]
)
def test_wrong_arguments(arguments: list[str]) -> None:
    outcome = call(*arguments)
    assert (outcome.code, outcome.out) == (2, b"")
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert "--help`)\n" in outcome.err


@pytest.mark.parametrize("key", [None, ""])
def test_missing_key(key: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BYTEZ_KEY", raising=False)
    outcome = call("models", environment={} if key is None else {"BYTEZ_KEY": key})
    assert outcome.code == 2
    assert "no key: set BYTEZ_KEY, or give --key-file FILE" in outcome.err


def test_unreachable_service(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:1")
    monkeypatch.setattr("bytezkit._core.clock.Clock.sleep", lambda *_: None)
    outcome = call("models")
    assert outcome.code == 3
    assert "Connection refused" in outcome.err


def test_cut_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(cut) as service:
        use(monkeypatch, service.url)
        outcome = call("stream", GPT2, "Once", "--task", "text-generation")
    assert (outcome.code, outcome.out) == (3, b"Once")
    assert outcome.err.startswith("error: ")


def test_timeout(emulator: Emulator) -> None:
    outcome = call("load", GPT2, "--timeout", "0s")
    assert outcome.code == 4
    assert outcome.err.startswith(f"error: {GPT2} is not running after 0:00:00")


def test_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    use(monkeypatch, "http://127.0.0.1:1")
    monkeypatch.setattr("bytezkit._api.resources.Models.list", interrupt)
    assert call("models") == Outcome(130, b"", "\n")


def test_broken_pipe() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w", encoding="utf-8") as stdout, patch.object(sys, "stdout", stdout):
        assert main(["spec"]) == 141


def test_broken_pipe_has_no_traceback() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end) as nobody:
        done = subprocess.run([COMMAND, "spec"], stdout=nobody, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_stream_is_written_chunk_by_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [b"Once ", b"upon ", b"a time"]
    was_read = threading.Semaphore(0)

    def tell(connection: Connection) -> None:
        connection.read_request()
        connection.start_text()
        for piece in pieces:
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            # Sends the next chunk after the command wrote this chunk.
            assert was_read.acquire(timeout=PATIENCE)
        connection.send(b"0\r\n\r\n")

    with serving(tell) as service:
        use(monkeypatch, service.url)
        arguments = [COMMAND, "stream", GPT2, "Once", "--task", "text-generation"]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for piece in pieces:
                assert os.read(process.stdout.fileno(), 100) == piece
                was_read.release()
            assert process.stdout.read() == b"\n"
    assert process.returncode == 0


def test_interrupted_wait_has_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator(clock="manual") as emulator:
        use(monkeypatch, emulator.url)
        process = subprocess.Popen([COMMAND, "load", GPT2], stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert process.stderr.readline().startswith(f"{GPT2}: booting instance")
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=20)
    assert (process.returncode, rest.strip()) == (130, "")


def test_output_can_be_redirected() -> None:
    captured = StringIO()
    with redirect_stdout(captured):
        assert main(["spec", "--format", "json"]) == 0
    assert captured.getvalue().startswith("{")


def outcomes(emulator: Emulator) -> Iterator[Outcome]:
    """Call the command in ways that could print a key."""
    for arguments in (
        ("models",),
        ("models", KEY),
        ("run", KEY, "Hi"),
        ("run", GPT2, "Hi", "--task", KEY),
        ("run", GPT2, "Hi", "--params", KEY),
        ("tasks", "--key-file", KEY),
        ("tasks", "--key", KEY),
        ("tasks", f"--key={KEY}"),
        (KEY,),
        ("--help",),
        ("load", "--help"),
        ("tasks", "--base-url", f"http://{KEY}@localhost"),
        ("tasks", "--base-url", "http://127.0.0.1:1"),
    ):
        yield call(*arguments)
    for key in (f"{KEY} ", f"{KEY}x"):
        yield call("tasks", environment={"BYTEZ_KEY": key})
        yield call("run", "openai/gpt-4o", "Hi", environment={"BYTEZ_PROVIDER_KEY": key})


def test_no_output_holds_a_key(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("bytezkit._core.clock.Clock.sleep", lambda *_: None)
    for outcome in outcomes(emulator):
        assert outcome.out or outcome.err
        assert KEY not in outcome.text
        assert KEY not in outcome.err
    file = tmp_path / "key"
    file.write_bytes(b"\xff")
    assert "cannot read the file of --key-file: not UTF-8 text" in call("tasks", "--key-file", str(file)).err
