"""The code of the README runs as it stands, against the emulator."""

import re
from pathlib import Path

import pytest

from bytezkit_emulator import Emulator

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=range(len(BLOCKS)))
def test_block(code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cat.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with Emulator() as emulator:
        monkeypatch.setenv("BYTEZ_KEY", "test-key")
        monkeypatch.setenv("BYTEZ_BASE_URL", emulator.url)
        exec(compile(code, "README.md", "exec"), {})


def test_there_is_code() -> None:
    assert len(BLOCKS) >= 2
