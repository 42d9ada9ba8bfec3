"""`batch` from stdin or a FIFO and to stdout, and files with a byte order mark."""

import json
import os
import threading
from codecs import BOM_UTF8
from pathlib import Path
from typing import Any, Final

import pytest

from bytezkit_emulator import Emulator, Stub
from tests.overlay.cli.conftest import GPT2, call

pytestmark = pytest.mark.usefixtures("folder")

OUT: Final = "out.jsonl"


def line(name: str, model: str = GPT2) -> bytes:
    return (
        json.dumps({"custom_id": name, "url": f"/models/v2/{model}", "body": {"text": name}}).encode() + b"\n"
    )


def entries(content: bytes) -> dict[str, Any]:
    return {entry["custom_id"]: entry for entry in map(json.loads, content.splitlines())}


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_stdin_and_stdout(emulator: Emulator, encoding: str) -> None:
    emulator.stubs.add(Stub("Grüße", model=GPT2))
    outcome = call(
        "batch", "-", "-", stdin=BOM_UTF8 + line("a") + line("b", "some/thing") + line("c"), encoding=encoding
    )
    assert (outcome.code, outcome.err) == (1, "stdout: 2 completed; 1 failed\n")
    found = entries(outcome.out)
    assert {name: entry["error"] is None for name, entry in found.items()} == {
        "a": True,
        "b": False,
        "c": True,
    }
    assert found["a"]["response"]["body"]["output"] == "Grüße"


def test_terminal_gets_no_control_characters(emulator: Emulator) -> None:
    emulator.stubs.add(Stub("a\x9bb\u202ec", model=GPT2))
    outcome = call("batch", "-", "-", stdin=line("a"), terminal=True)
    assert entries(outcome.out)["a"]["response"]["body"]["output"] == "abc"
    assert outcome.err == "stdout: 1 completed\n"


def test_duplicate_in_stdin_names_stdin(emulator: Emulator) -> None:
    outcome = call("batch", "-", OUT, stdin=line("a") * 2)
    assert outcome.err == "error: -, line 2: the custom_id 'a' is already used in line 1\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFO")
def test_fifo_is_read_once(emulator: Emulator, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)  # noqa: TID251 - skipped where it is missing
    writer = threading.Thread(target=fifo.write_bytes, args=[line("a")])
    writer.start()
    assert call("batch", str(fifo), OUT).code == 0
    writer.join()
    assert entries(Path(OUT).read_bytes()).keys() == {"a"}


def test_byte_order_mark_of_a_file_is_skipped(emulator: Emulator) -> None:
    Path("in.jsonl").write_bytes(BOM_UTF8 + line("a") + line("b"))
    assert call("batch", "in.jsonl", OUT).code == 0
    assert entries(Path(OUT).read_bytes()).keys() == {"a", "b"}
