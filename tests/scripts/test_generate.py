"""The drift check names each file that differs."""

import hashlib
import sys
from pathlib import Path

import pytest

from scripts import generate as program
from scripts.generate import drift
from scripts.paths import GENERATED, OVERLOADS, ROOT


def write(root: Path, **texts: str) -> Path:
    for name, text in texts.items():
        file = root / GENERATED / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def test_equal_trees_have_no_drift(tmp_path: Path) -> None:
    fresh, committed = (write(tmp_path / name, same="a = 1\n") for name in ("fresh", "committed"))
    cache = committed / GENERATED / "__pycache__"
    cache.mkdir()
    (cache / "same.pyc").write_bytes(b"\xff")

    assert drift(fresh, committed) == []


def test_drift_names_changed_missing_and_extra_files(tmp_path: Path) -> None:
    fresh = write(tmp_path / "fresh", changed="a = 1\n", missing="b = 1\n")
    committed = write(tmp_path / "committed", changed="a = 2\n", extra="")

    assert drift(fresh, committed) == [
        "--- committed/generated/changed.py",
        "+++ generated/generated/changed.py",
        "@@ -1 +1 @@",
        "-a = 2",
        "+a = 1",
        "generated/extra.py: not generated",
        "generated/missing.py: not committed",
        "--- committed/generated/missing.py",
        "+++ generated/generated/missing.py",
        "@@ -0,0 +1 @@",
        "+b = 1",
    ]


def test_drift_covers_the_overload_table(tmp_path: Path) -> None:
    fresh, committed = (write(tmp_path / name, same="a = 1\n") for name in ("fresh", "committed"))
    (fresh / OVERLOADS).parent.mkdir(parents=True)
    (fresh / OVERLOADS).touch()

    assert drift(fresh, committed) == [f"{OVERLOADS.as_posix()}: not committed"]


def test_check_fails_and_shows_the_drift(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(tmp_path, extra="")
    monkeypatch.setattr(program, "ROOT", tmp_path)
    monkeypatch.setattr(program, "generate", lambda root: None)
    monkeypatch.setattr(sys, "argv", ["generate", "--check"])

    with pytest.raises(SystemExit, match="run `make generate`"):
        program.main()

    assert capsys.readouterr().out == "generated/extra.py: not generated\n"


def test_each_document_has_a_digest_file() -> None:
    folder = ROOT / GENERATED / "bytezkit_openapi"
    documents = [file for file in folder.iterdir() if file.suffix in (".json", ".yaml")]

    assert len(documents) > 1
    for document in documents:
        digest = hashlib.sha256(document.read_bytes()).hexdigest()
        assert (folder / f"{document.name}.sha256").read_text() == f"{digest}  {document.name}\n"


def test_failing_generator_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(program, "CODEGEN", tmp_path)

    with pytest.raises(SystemExit, match="openapi_python_client failed"):
        program.generate(tmp_path)
