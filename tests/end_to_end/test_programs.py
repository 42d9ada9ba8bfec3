"""Programs that end, that are interrupted, and that are run in other ways than from source files."""

import asyncio
import signal
import subprocess
import sys
import zipapp
from collections.abc import Callable
from pathlib import Path
from shutil import copytree, ignore_patterns
from traceback import format_exception
from typing import Any, Final

import anyio.lowlevel
import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit_emulator import Emulator
from scripts.paths import ROOT
from tests.end_to_end.conftest import KEY
from tests.overlay.replies import MODEL

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


def run(*command: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)


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


def interrupt_map(url: str, *, ordered: bool) -> None:
    with Bytez(KEY, base_url=url) as client, client.model(MODEL).map(["a"] * 9, ordered=ordered) as outcomes:
        for _ in range(3):
            next(outcomes)
        raise KeyboardInterrupt


async def interrupt_async_map(url: str, *, ordered: bool) -> None:
    client = AsyncBytez(KEY, base_url=url)
    async with client, client.model(MODEL).map(["a"] * 9, ordered=ordered) as outcomes:
        for _ in range(3):
            await anext(outcomes)
        # As asyncio does at Ctrl-C, before it raises KeyboardInterrupt.
        signal.raise_signal(signal.SIGINT)
        await anyio.lowlevel.checkpoint()


@pytest.mark.parametrize(
    "interrupt", [interrupt_map, lambda *args, **options: asyncio.run(interrupt_async_map(*args, **options))]
)
@pytest.mark.parametrize("ordered", [True, False])
def test_interrupted_map_says_how_to_go_on(
    emulator: Emulator, interrupt: Callable[..., None], ordered: bool
) -> None:
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            interrupt(emulator.url, ordered=ordered)
    finally:
        signal.signal(signal.SIGINT, previous)
    rest = "from index 3 on" if ordered else "whose index had no outcome"
    note = f"map returned 3 outcomes before the interrupt: to go on, map the inputs {rest}"
    assert "".join(format_exception(caught.value)).count(note) == 1


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
PACKAGES: Final = [
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
    for package in PACKAGES:
        copytree(ROOT / package, source / Path(package).name, ignore=ignore_patterns("__pycache__"))
    (source / "__main__.py").write_text(FROZEN)
    zipapp.create_archive(source, tmp_path / "program.pyz")
    check_frozen([sys.executable, tmp_path / "program.pyz"], tmp_path)


@pytest.mark.slow
def test_pyinstaller(tmp_path: Path) -> None:
    python = tmp_path / "environment" / "bin" / "python"
    for arguments in (
        ["venv", "--python", sys.executable, str(python.parents[1])],
        ["pip", "install", "--python", str(python), f"{ROOT}[cli,emulator]", "pyinstaller"],
    ):
        subprocess.run([sys.executable, "-m", "uv", "--quiet", *arguments, "--no-config"], check=True)
    (tmp_path / "program.py").write_text(FROZEN)
    freeze = str(python.with_name("pyinstaller"))
    subprocess.run([freeze, "--onefile", "--log-level", "ERROR", "program.py"], cwd=tmp_path, check=True)
    check_frozen([tmp_path / "dist" / "program"], tmp_path)
