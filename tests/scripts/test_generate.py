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


def test_failed_generator_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(program, "CODEGEN", tmp_path)

    with pytest.raises(SystemExit, match="openapi_python_client failed"):
        program.generate(tmp_path)


# SHA-256 of the stock templates in openapi-python-client from which ours are derived.
STOCK: Final = {
    "client.py.jinja": "4eac65762f21014a7fbf59e730f1be6d28c9c85ddc1c40b458b6ff5f67a64c9e",
    "endpoint_module.py.jinja": "c1b2628053eb4875ba59566baa5ae907666f9cbfafa308d93f970a4404b7cd52",
    "errors.py.jinja": "b6ba7ea79aa7d7f24b47119985d1ed20268d3da0ab70309ee138088a106b6af9",
    "models_init.py.jinja": "4f64a3d6e1b15a561be5573c1b7702eb928c0e4fa6b67107d20e57a74c44d51a",
    "property_templates/file_property.py.jinja": (
        "c7e4a756b15108885ae3dac10c330a8d093bf42215f80cefb012fa5f75dba0aa"
    ),
    "property_templates/list_property.py.jinja": (
        "4390b5f673fdb10d1ae7f47fd2720a88dce53a4c64a6137549559566f9107a2c"
    ),
    "property_templates/model_property.py.jinja": (
        "9f6efdbfb6212ee4cbaf25149c275d04b262cb03dc69c31bc301282a58167f68"
    ),
    "types.py.jinja": "93df9d75883a4eafac77dd21bc6907f3ef612e3f7841e08656618dcf6c4ce494",
}


def test_templates_are_derived_from_the_installed_stock_templates() -> None:
    """A new version of the generator can need other templates: compare them and mend the digests."""
    stock = Path(openapi_python_client.__file__).parent / "templates"
    templates = CODEGEN / "templates"

    assert {path.relative_to(templates).as_posix() for path in templates.rglob("*.jinja")} == STOCK.keys()
    assert {name: sha256((stock / name).read_bytes()).hexdigest() for name in STOCK} == STOCK
