"""Generator: its output is deterministic, and the check names each file that differs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import openapi_python_client
import pytest

from scripts import generate as program
from scripts.generate import differences
from scripts.paths import CODEGEN, GENERATED, ROOT, TASK_OVERLOADS

GENERATE: Final = (
    "import sys, pathlib; from scripts.generate import generate; generate(pathlib.Path(sys.argv[1]))"
)


@pytest.fixture
def build() -> Iterator[Path]:
    """A folder inside the repository, as the check uses one: formatters look for settings above."""
    parent = ROOT / "build"
    parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=parent) as folder:
        yield Path(folder)


def write(root: Path, **texts: str) -> Path:
    for name, text in texts.items():
        file = root / GENERATED / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


@pytest.mark.slow
def test_output_is_independent_of_hash_seed(build: Path) -> None:
    roots = [build / seed for seed in ("1", "2")]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", GENERATE, str(root)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": root.name},
        )
        for root in roots
    ]

    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    assert (roots[0] / TASK_OVERLOADS).is_file()
    assert (roots[0] / GENERATED / "GENERATION.lock").is_file()
    assert differences(*roots) == []


def test_differences_name_changed_missing_and_extra_files(tmp_path: Path) -> None:
    fresh = write(tmp_path / "fresh", changed="a = 1\n", missing="b = 1\n", same="c = 1\n")
    committed = write(tmp_path / "committed", changed="a = 2\n", extra="", same="c = 1\n")
    (fresh / TASK_OVERLOADS).parent.mkdir(parents=True)
    (fresh / TASK_OVERLOADS).touch()
    cache = committed / GENERATED / "__pycache__"
    cache.mkdir()
    (cache / "same.pyc").write_bytes(b"\xff")

    assert differences(fresh, committed) == [
        *("--- committed/generated/changed.py", "+++ generated/generated/changed.py"),
        *("@@ -1 +1 @@", "-a = 2", "+a = 1"),
        "generated/extra.py: not generated",
        "generated/missing.py: not committed",
        *("--- committed/generated/missing.py", "+++ generated/generated/missing.py"),
        *("@@ -0,0 +1 @@", "+b = 1"),
        f"{TASK_OVERLOADS.as_posix()}: not committed",
    ]


def test_check_fails_and_prints_differences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(tmp_path, extra="")
    monkeypatch.setattr(program, "ROOT", tmp_path)
    monkeypatch.setattr(program, "generate", lambda root: None)
    monkeypatch.setattr(sys, "argv", ["generate", "--check"])

    with pytest.raises(SystemExit, match="run `make generate`"):
        program.main()

    assert capsys.readouterr().out == "generated/extra.py: not generated\n"


def test_failed_generator_is_named() -> None:
    with pytest.raises(SystemExit, match=r"no_such_generator failed:\n.*No module named"):
        program._run("no_such_generator")


def test_templates_are_derived_from_the_installed_stock_templates() -> None:
    """A new version of the generator can need other templates: compare them and mend the digest."""
    stock = Path(openapi_python_client.__file__).parent / "templates"
    names = sorted(
        path.relative_to(CODEGEN / "templates").as_posix()
        for path in (CODEGEN / "templates").rglob("*.jinja")
    )

    assert sha256(b"".join((stock / name).read_bytes() for name in names)).hexdigest() == (
        "f255d5c7de75ee0fad04c9ad65b291bb5a58da49a47d7413f6cc390f6809bc0b"
    )
