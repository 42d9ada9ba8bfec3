"""Fixtures: an emulator named by the environment, and a folder with files."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bytezkit_emulator import Emulator

COMMAND = str(Path(sys.executable).with_name("bytezkit"))
KEY = "the-key-that-nothing-prints-0123456789"
GPT2 = "openai-community/gpt2"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator(keys=[KEY]) as emulator:
        yield emulator


@pytest.fixture
def emulator(shared_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """A reset emulator, because stopping a server takes longer than most tests."""
    use(monkeypatch, shared_emulator.url)
    yield shared_emulator
    shared_emulator.stubs.clear()
    shared_emulator.faults.clear()
    shared_emulator.state.reset()
    shared_emulator.journal.clear()


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Set the environment for a server."""
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
