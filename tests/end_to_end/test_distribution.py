"""Contents of the wheel and the source distribution, and the wheel in an empty environment."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Final

import pytest

from bytezkit_emulator import Emulator
from scripts.paths import ROOT

PACKAGES: Final = (
    *("bytezkit", "bytezkit_client", "bytezkit_contract", "bytezkit_emulator", "bytezkit_models"),
    "bytezkit_openapi",
)
# Packages that the client may depend on; all others belong to an extra.
BASE: Final = {
    *("anyio", "attrs", "bytezkit", "certifi", "h11", "httpcore", "httpx", "idna", "msgspec"),
    "typing-extensions",
}
CALLS: Final = """
import sys
from bytezkit import Bytez

with Bytez("any-key", base_url=sys.argv[1]) as client:
    model = client.model("openai-community/gpt2", task="text-generation")
    assert "openai-community/gpt2" in [it.model_id for it in client.models.list()]
    output = model.run("Once upon a time", params={"max_new_tokens": 3}).output
    with model.stream("Once upon a time", params={"max_new_tokens": 3}) as stream:
        assert stream.read() == output
    print(output)
"""


def build(source: Path, folder: Path) -> dict[str, Path]:
    """Build wheel and source distribution; return them by suffix."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return {file.name.rpartition(".")[2]: file for file in folder.iterdir()}


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build(ROOT, tmp_path_factory.mktemp("distributions"))


@pytest.fixture(scope="module")
def python(distributions: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel and its dependencies."""
    environment = tmp_path_factory.mktemp("environment")
    interpreter = environment / "bin" / "python"
    for arguments in (
        ("venv", "--python", sys.executable, str(environment)),
        ("pip", "install", "--python", str(interpreter), str(distributions["whl"])),
    ):
        subprocess.run([sys.executable, "-m", "uv", "--quiet", *arguments, "--no-config"], check=True)
    return interpreter


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_source_distribution_builds_the_same_wheel(distributions: dict[str, Path], tmp_path: Path) -> None:
    with tarfile.open(distributions["gz"]) as archive:
        archive.extractall(tmp_path, filter="data")
    [source] = tmp_path.iterdir()

    wheel = build(source, source / "dist")["whl"]
    assert wheel.read_bytes() == distributions["whl"].read_bytes()


def test_wheel_contains_only_typed_packages_and_licences(distributions: dict[str, Path]) -> None:
    with zipfile.ZipFile(distributions["whl"]) as archive:
        names = archive.namelist()
    information = {name.partition("/")[0] for name in names if ".dist-info/" in name}

    assert {name.partition("/")[0] for name in names} == {*PACKAGES, *information}
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert {Path(name).name for name in names if "/licenses/" in name} == {"LICENSE", "NOTICE"}
    assert [name for name in names if name.endswith((".pyc", ".orig"))] == []


def test_wheel_installs_only_base_dependencies(python: Path) -> None:
    listed = run(sys.executable, "-m", "uv", "pip", "list", "--python", python, "--format=freeze")

    assert {line.partition("==")[0] for line in listed.stdout.splitlines()} == BASE


def test_wheel_runs_and_streams_without_extras(python: Path) -> None:
    with Emulator() as emulator:
        # -I ignores the environment and the folder of this process.
        done = run(python, "-I", "-W", "error", "-c", CALLS, emulator.url)

    assert done.stderr == ""
    assert done.stdout.startswith("Once upon a time ")


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (("contract", "run", "--url", "http://127.0.0.1:8080"), "contract"),
        (("emulator",), "emulator"),
        (("models",), "cli"),
    ],
)
def test_command_without_its_extra_names_it(
    command: tuple[str, ...], extra: str, python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYTEZ_KEY", "test-key")

    done = run(python.with_name("bytezkit"), *command)

    assert done.returncode == 1
    assert f"run pip install 'bytezkit[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr
