"""Exit codes, error messages without keys, and the command without the extra `cli`."""

import os
import re
import subprocess
import sys
import threading
from contextlib import redirect_stdout
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from io import StringIO
from types import ModuleType
from typing import Any
from unittest.mock import Mock, patch

import pytest

import bytezkit
from bytezkit._cli import __main__ as entry_point
from bytezkit._cli.program import main
from bytezkit_emulator import Emulator, Fault, Interrupt, Then
from tests.overlay.cli.conftest import COMMAND, GPT2, KEY, Outcome, call, use
from tests.overlay.loopback import PATIENCE, Connection, serving

STREAM = ("stream", GPT2, "Once", "--task", "text-generation")


def test_status_error_prints_one_line_without_the_key(emulator: Emulator) -> None:
    then = Then(status=429, error=f"Rate limit\nexceeded by {KEY}", retry_after=7200)
    emulator.faults.add(Fault("limit", then))
    outcome = call("tasks")
    [request_id] = re.findall(r"\[request (\S+)\]", outcome.err)
    error = (
        f"error: Rate limit exceeded by *** (GET {emulator.url}/models/v2/list/tasks) [request {request_id}]"
    )
    assert outcome == (1, b"", f"{error}; try again in 7200 s\n")


def test_unreachable_service_exits_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:1")
    monkeypatch.setattr("bytezkit._core.clock.Clock.sleep", lambda *_: None)
    outcome = call("models")
    assert outcome.code == 3
    assert "Connection refused" in outcome.err
    assert KEY not in outcome.err


def test_interrupted_stream_exits_with_3_after_the_text(emulator: Emulator) -> None:
    emulator.faults.add(Fault("cut", Then(interrupt=Interrupt("close", after_bytes=4))))
    outcome = call(*STREAM)
    assert (outcome.code, outcome.out) == (3, b"Once")
    assert outcome.err.startswith("error: ")


def test_keyboard_interrupt_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:1")
    monkeypatch.setattr("bytezkit._api.resources.Models.list", Mock(side_effect=KeyboardInterrupt))
    assert call("models") == Outcome(130, b"", "\n")


def test_broken_pipe_exits_with_141_without_traceback() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(os.dup(write_end), "w") as stdout, patch.object(sys, "stdout", stdout):
        assert main(["spec"]) == 141
    with os.fdopen(write_end) as stdout:
        done = subprocess.run([COMMAND, "spec"], stdout=stdout, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_stream_is_written_chunk_by_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks = [b"Once ", b"upon ", b"a time"]
    was_read = threading.Semaphore(0)

    def answer(connection: Connection) -> None:
        connection.read_request()
        connection.start_text()
        for chunk in chunks:
            connection.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            # Sends the next chunk after the command wrote this chunk.
            assert was_read.acquire(timeout=PATIENCE)
        connection.send(b"0\r\n\r\n")

    with serving(answer) as service:
        use(monkeypatch, service.url)
        with subprocess.Popen([COMMAND, *STREAM], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for chunk in chunks:
                assert os.read(process.stdout.fileno(), 100) == chunk
                was_read.release()
            assert process.stdout.read() == b"\n"
    assert process.returncode == 0


def test_output_can_be_redirected() -> None:
    captured = StringIO()
    with redirect_stdout(captured):
        assert main(["spec", "--format", "json"]) == 0
    assert captured.getvalue().startswith("{")


def hide(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    def find(name: str) -> ModuleSpec | None:
        return None if name == package else find_spec(name)

    monkeypatch.setattr(entry_point, "find_spec", find)


@pytest.mark.parametrize("package", ["click", "rich", "ruamel"])
def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    hide(monkeypatch, package)
    with pytest.raises(SystemExit) as caught:
        entry_point.main(["models"])
    assert caught.value.code == f"{package} is missing: run pip install 'bytezkit[cli]'"


@pytest.mark.parametrize("command", ["contract", "emulator"])
@pytest.mark.parametrize("rest", [[], ["--help"], [""]])
def test_other_extra_gets_arguments(monkeypatch: pytest.MonkeyPatch, rest: list[str], command: str) -> None:
    hide(monkeypatch, "click")
    calls: list[list[str]] = []
    module = ModuleType(f"bytezkit_{command}.__main__")
    monkeypatch.setattr(module, "main", lambda argv, prog: calls.append([prog, *argv]), raising=False)
    monkeypatch.setitem(sys.modules, f"bytezkit_{command}", ModuleType(f"bytezkit_{command}"))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, "argv", ["bytezkit", command, *rest])
    entry_point.main(None)
    entry_point.main([command, *rest])
    assert calls == [[f"bytezkit {command}", *rest]] * 2


@pytest.mark.parametrize(
    "options",
    [
        ("emulator",),
        ("emulator", "--port=1", "--scale=2", "--stream-limit=60", "--engine=canned", "--stubs=a.yaml"),
        ("contract", "run", "--url=http://127.0.0.1", "--timeout=3"),
        ("contract", "run", "--header=a: b", "--header=c: d", "--accept-costs", "--without=v1", "--junit=a"),
    ],
)
def test_options_of_other_packages_are_those_of_their_programs(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    passed: list[dict[str, object]] = []
    program: Any = import_module(f"bytezkit_{options[0]}.__main__")
    monkeypatch.setattr(program, "run", lambda arguments: passed.append({**vars(arguments)}))
    assert call(*options) == Outcome(0, b"", "")
    program.main(options[1:])
    from_click, from_argparse = passed
    lists = {name: [*it] for name, it in from_click.items() if isinstance(it, tuple)}
    assert {**from_click, **lists} == from_argparse


def test_version_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    hide(monkeypatch, "click")
    entry_point.main(["--version"])
    assert capsys.readouterr().out == f"bytezkit {bytezkit.__version__}\n"
