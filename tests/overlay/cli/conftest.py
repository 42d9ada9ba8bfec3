"""Calls of the command within this process, an emulator named by the environment, and a folder."""

import json
import shlex
import signal
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from bytezkit._cli.__main__ import main
from bytezkit_emulator import Emulator

COMMAND = str(Path(sys.executable).with_name("bytezkit"))
KEY = "the-key-that-nothing-prints-0123456789"
GPT2 = "openai-community/gpt2"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _interruptible_commands() -> Iterator[None]:
    """Let commands receive SIGINT, which processes that a shell starts in the background ignore."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator(keys=[KEY]) as emulator:
        yield emulator


@pytest.fixture
def emulator(shared_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """A reset emulator, because stopping a server takes longer than most tests."""
    use(monkeypatch, shared_emulator.url)
    yield shared_emulator
    shared_emulator.reset()


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BYTEZ_KEY", KEY)
    monkeypatch.setenv("BYTEZ_BASE_URL", url)
    monkeypatch.delenv("BYTEZ_PROVIDER_KEY", raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the files of the examples in the help."""
    monkeypatch.chdir(tmp_path)
    Path("cat.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    Path("story.txt").write_text("Ron went home.\n", encoding="utf-8")
    conversation = {"messages": [{"role": "user", "content": "Tell me a story"}]}
    Path("conversation.json").write_text(json.dumps(conversation), encoding="utf-8")
    request = {"custom_id": "request-1", "url": f"/models/v2/{GPT2}", "body": {"text": "Text 1"}}
    Path("requests.jsonl").write_text(f"{json.dumps(request)}\n", encoding="utf-8")
    return tmp_path


class Outcome(NamedTuple):
    code: object
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def rows(self) -> list[list[str]]:
        """The rows of a piped table, without its header."""
        return [line.split("\t") for line in self.text.splitlines()[1:]]


class Terminal(TextIOWrapper):
    def isatty(self) -> bool:
        return True


def call(
    *arguments: str,
    stdin: bytes | None = b"",
    terminal: bool = False,
    encoding: str = "utf-8",
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Call the command, with stdin, or None for a terminal without input, and with more variables."""
    kind = Terminal if terminal else TextIOWrapper
    out, err = BytesIO(), BytesIO()
    with (
        patch.object(sys, "stdin", Terminal(BytesIO()) if stdin is None else TextIOWrapper(BytesIO(stdin))),
        patch.object(sys, "stdout", kind(out, encoding)) as stdout,
        patch.object(sys, "stderr", kind(err, "utf-8")) as stderr,
        patch.dict("os.environ", environment or {}),
    ):
        code: object = 0
        try:
            main([*arguments])
        except SystemExit as end:
            code = end.code
        stdout.flush()
        stderr.flush()
    return Outcome(code, out.getvalue(), err.getvalue().decode())


def shell(line: str) -> Outcome:
    """Run a shell line of `echo`, `cat` and the command, with pipes and redirections."""
    content = b""
    outcome = Outcome(0, b"", "")
    for part in line.split(" | "):
        piped, _, target = part.partition(" > ")
        words, _, source = piped.partition(" < ")
        name, *arguments = shlex.split(words)
        if source:
            content = Path(source).read_bytes()
        if name == "echo":
            content = f"{' '.join(arguments)}\n".encode()
        elif name == "bytezkit":
            outcome = call(*arguments, stdin=content)
            content = outcome.out
        else:
            assert name == "cat"
        if target:
            Path(target).write_bytes(content)
    return outcome
