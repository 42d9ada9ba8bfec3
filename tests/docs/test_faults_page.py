"""The file in `docs/faults.md` is one of faults."""

from pathlib import Path

from bytezkit_emulator import Emulator
from tests.docs.pages import blocks


def test_the_file(tmp_path: Path) -> None:
    [block] = blocks("yaml", page="docs/faults.md")
    file = tmp_path / "faults.yaml"
    file.write_text(block.code, encoding="utf-8")
    assert [fault.name for fault in Emulator(faults=file).faults.list()] == [
        "second-run-is-reset",
        "busy",
        "slow-media",
    ]
