"""The notebook runs from the first to the last cell against the emulator."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from bytezkit_emulator import Emulator

NOTEBOOK = Path(__file__).with_name("stories.ipynb")


def test_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)
    with Emulator() as emulator:
        monkeypatch.setenv("BYTEZ_KEY", "any-key")
        monkeypatch.setenv("BYTEZ_BASE_URL", emulator.url)
        NotebookClient(notebook, timeout=120).execute()
    story, picture, moods, end = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"][1:]
    assert len("".join(it.text for it in story)) > 20
    assert picture[-1].data["image/png"]
    assert "It came in a box" in moods[-1].data["text/plain"]
    assert end == []
