"""The distribution, and programs: with it alone, at their end, and in other forms than source files."""

import subprocess
import sys
import tarfile
import zipapp
import zipfile
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any, Final

import pytest

from bytezkit_emulator import Emulator
from scripts.paths import ROOT
from tests.end_to_end.conftest import KEY

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


def make_environment(folder: Path, *packages: str) -> Path:
    """Make an environment with packages and their dependencies, and return its interpreter."""
    interpreter = folder / "bin" / "python"
    for arguments in (
        ("venv", "--python", sys.executable, str(folder)),
        ("pip", "install", "--python", str(interpreter), *packages),
    ):
        subprocess.run([sys.executable, "-m", "uv", "--quiet", *arguments, "--no-config"], check=True)
    return interpreter


@pytest.fixture(scope="module")
def python(distributions: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel."""
    return make_environment(tmp_path_factory.mktemp("environment"), str(distributions["whl"]))


def run(*command: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)


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


START: Final = """
import asyncio, atexit, sys
from bytezkit import AsyncBytez, Bytez
url, model = sys.argv[1], "openai-community/gpt2"
"""
SYNC: Final = f'{START}client = Bytez("key", base_url=url)\n'
ASYNC: Final = f"""{START}
async def main(http_client):
    global client, stream
    client = AsyncBytez("key", base_url=url, http_client=http_client)
    stream = client.model(model, task="text-generation").stream("a")
    print(len(await anext(stream)) > 0)
"""
# Programs, and what they print. Their clients exist until the interpreter ends.
PROGRAMS: Final = {
    "call": f"{SYNC}print(len(client.tasks.list()) > 9)",
    "call at exit": f"{SYNC}atexit.register(lambda: print(len(client.tasks.list()) > 9))",
    "open stream": f'{SYNC}stream = client.model(model).stream("a"); print(len(next(stream)) > 0)',
    "unfinished map": f'{SYNC}outcomes = client.model(model).map(["a"] * 30); '
    "print(next(outcomes).index == 0)",
    "close while the interpreter ends": f"""{SYNC}
class Owner:
    def __del__(self):
        client.close()
client.owner = Owner()
print(len(client.tasks.list()) > 9)
""",
    "stream of the vendor's interface": f"""{START}from bytezkit.compat import Bytez
print(len("".join(Bytez("key", base_url=url).model(model).run("a", stream=True))) > 0)
""",
    "async stream": f"{ASYNC}asyncio.run(main(None))",
    "aiohttp stream": f'{ASYNC}asyncio.run(main("aiohttp"))',
}


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, *arguments)


@pytest.mark.parametrize("name", PROGRAMS)
def test_end_of_the_interpreter_is_silent(emulator: Emulator, name: str) -> None:
    # A name in place of an address: a connection then needs a thread, which cannot start at exit.
    url = emulator.url.replace("127.0.0.1", "localhost")
    ended = run_python("-c", PROGRAMS[name].replace('"key"', f'"{KEY}"'), url)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("True\n", "", 0)


HELP: Final = "from bytezkit._cli.__main__ import main; import sys; main([*sys.argv[1:], '--help'])"


@pytest.mark.parametrize("command", ["batch", "clusters", "emulator"])
def test_help_is_the_same_without_docstrings(command: str) -> None:
    plain, optimized = (run_python(*options, "-c", HELP, command) for options in ([], ["-OO"]))
    assert len(plain.stdout) > 500
    assert optimized.stdout == plain.stdout


@pytest.mark.parametrize("option", ["-O", "-OO"])
def test_calls_without_assertions_and_docstrings(emulator: Emulator, option: str) -> None:
    ended = run_python(option, "-c", PROGRAMS["open stream"].replace('"key"', f'"{KEY}"'), emulator.url)
    assert (ended.stdout, ended.stderr) == ("True\n", "")


# In a new process, because msgspec resolves the annotations of a type once, at the first use.
TIMES: Final = """
import asyncio, sys
from bytezkit import AsyncBytez, Bytez
from bytezkit_emulator import Emulator

async def created(url, **options):
    async with AsyncBytez("k" * 20, base_url=url, **options) as client:
        return (await client.model("openai-community/gpt2").cluster.get()).created

def read(url):
    with Bytez("k" * 20, base_url=url) as client:
        times = [client.model("openai-community/gpt2").cluster.get().created]
    return times + [asyncio.run(created(url)), asyncio.run(created(url, http_client="aiohttp"))]

if sys.argv[1] == "freezegun":
    from freezegun import freeze_time
    frozen = freeze_time("2025-01-01")
else:
    import time_machine
    frozen = time_machine.travel("2025-01-01", tick=False)
with Emulator() as emulator:
    with Bytez("k" * 20, base_url=emulator.url) as client:
        client.model("openai-community/gpt2").cluster.create()
    with frozen:
        first = read(emulator.url)
    assert None not in first and read(emulator.url) == first
"""


@pytest.mark.parametrize("library", ["freezegun", "time_machine"])
def test_times_are_decoded_while_the_time_is_frozen_and_afterwards(library: str) -> None:
    pytest.importorskip(library)
    ended = run_python("-c", TIMES, library)
    assert ended.returncode == 0, ended.stderr


FROZEN: Final = """
import sys
from bytezkit import Bytez
from bytezkit._cli.__main__ import main
from bytezkit_emulator import Emulator

with Emulator() as emulator, Bytez("any-key", base_url=emulator.url) as client:
    print(len(client.tasks.list()) > 9)
main(["spec", "--format", "json", "--out", sys.argv[1]])
"""
FROZEN_PACKAGES: Final = [
    *("overlay/bytezkit", "emulator/bytezkit_emulator"),
    *("generated/bytezkit_models", "generated/bytezkit_openapi", "generated/bytezkit_client"),
]


def check_frozen(program: list[str | Path], folder: Path) -> None:
    document = folder / "openapi.json"
    ended = run(*program, document, cwd=folder)
    assert ended.stdout == "True\n", ended.stderr
    assert document.stat().st_size > 100_000


@pytest.mark.slow
def test_zipapp(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for package in FROZEN_PACKAGES:
        copytree(ROOT / package, source / Path(package).name, ignore=ignore_patterns("__pycache__"))
    (source / "__main__.py").write_text(FROZEN)
    zipapp.create_archive(source, tmp_path / "program.pyz")
    check_frozen([sys.executable, tmp_path / "program.pyz"], tmp_path)


@pytest.mark.slow
def test_pyinstaller(tmp_path: Path) -> None:
    python = make_environment(tmp_path / "environment", f"{ROOT}[cli,emulator]", "pyinstaller")
    (tmp_path / "program.py").write_text(FROZEN)
    freeze = str(python.with_name("pyinstaller"))
    subprocess.run([freeze, "--onefile", "--log-level", "ERROR", "program.py"], cwd=tmp_path, check=True)
    check_frozen([tmp_path / "dist" / "program"], tmp_path)
