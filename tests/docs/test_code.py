"""Each block of code in the README and the pages runs against the emulator.

- A block of Python runs unchanged, on a page of `docs/` after the blocks before it. A block with tests is run
  as a test file.
- A block of shell runs in a new folder, where stubs replace four commands.
- `make interop` runs the blocks for other clients of OpenAI's API, which have the client as their title.
- `make engines` runs the blocks of data engines, which have the name of the engine as their title.
- `test_command_line_page_is_current` checks `console`, `test_task_page.py` Python and JSON of the page of
  tasks, and the tests of their pages check `yaml`. `text` is not checked.
"""

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bytezkit_emulator import Emulator
from scripts.command_docs import command_docs
from scripts.paths import COMMAND_DOCS, ROOT, TASK_DOCS
from tests.docs.pages import BLOCKS, Block, blocks

README: Final = "README.md"
# The two generated pages indent their first block.
SHELL: Final = [*blocks("sh"), *blocks("", page=str(COMMAND_DOCS))]
TASK_PAGE: Final = str(TASK_DOCS)
PYTHON: Final = [it for it in blocks("python") if it.page != TASK_PAGE and not it.has_tests]
PYTHON.extend(blocks("", page=TASK_PAGE))
TESTS: Final = [it for it in blocks("python") if it.has_tests]
# A session has one namespace: all blocks of a page, or one block of the README.
SESSIONS: Final = [[it] for it in PYTHON if it.page == README]
SESSIONS.extend(
    [it for it in PYTHON if it.page == page] for page in sorted({it.page for it in PYTHON} - {README})
)
ADDRESS: Final = "http://127.0.0.1:8080"
BIN: Final = Path(sys.executable).parent
# They are not installed here.
ENGINES: Final = ("pandas", "datasets", "Ray Data", "Dask", "Spark")
OPENAI_PAGE: Final = "docs/guides/openai.md"
OPENAI_CLIENTS: Final = (
    *(f'python title="{client}"' for client in ("LangChain", "LiteLLM", "pydantic-ai")),
    'js title="Vercel AI SDK"',
)
STUBS: Final = {
    # Checks that the extras exist.
    "pip": f"""#!{sys.executable}
import re, sys, tomllib
project = tomllib.load(open({str(ROOT / "pyproject.toml")!r}, "rb"))["project"]
match sys.argv[1:]:
    case ["install", what] if found := re.fullmatch(r"\\.(?:\\[(.+)\\])?", what):
        unknown = set(filter(None, (found[1] or "").split(","))) - project["optional-dependencies"].keys()
        sys.exit(f"no such extra: {{unknown}}" if unknown else 0)
    case other:
        sys.exit(f"unexpected: pip {{other}}")
""",
    # Checks that the targets exist.
    "make": f"""#!/bin/sh
exec {os.environ.get("MAKE", "/usr/bin/make")} --dry-run --directory={ROOT} "$@" > targets.txt
""",
    # Serves on a free port, and ends when it accepts connections.
    "uvicorn": f"""#!/bin/sh
{BIN}/uvicorn "$@" --port 0 2> log & served=$!
until grep -q "running on" log; do kill -0 $served && sleep 0.1 || exit 1; done
kill $served
wait $served || [ $? -eq 143 ]
""",
    # Ends the emulator when it answers. Of a contract run it checks the arguments, before the budget of 0.
    "bytezkit": f"""#!/bin/sh
case "$1" in
    emulator)
        {BIN}/bytezkit "$@" --port 0 --port-file port & served=$!
        until [ -s port ]; do kill -0 $served && sleep 0.1 || exit 1; done
        kill $served
        wait $served ;;
    contract)
        {BIN}/bytezkit "$@" --max-requests 0 2>&1 | grep -e "-max-requests must be 20 or more" ;;
    *)
        exec {BIN}/bytezkit "$@" ;;
esac
""",
    "pytest": f"""#!/bin/sh
{BIN}/pytest -p no:cacheprovider "$@" --bytezkit-max-requests=0 2>&1 | grep -e "-max-requests must be 20"
""",
}


@pytest.fixture
def emulator(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> Iterator[Emulator]:
    """Emulator in the environment variables, and a new working folder."""
    monkeypatch.chdir(tmp_path)
    # Restores the level that a block sets.
    caplog.set_level(logging.WARNING, "bytezkit")
    with Emulator() as emulator:
        monkeypatch.setenv("BYTEZ_KEY", "test-key")
        monkeypatch.setenv("BYTEZ_BASE_URL", emulator.url)
        yield emulator


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: str(session[0]))
@pytest.mark.usefixtures("emulator")
def test_python_blocks_run(session: list[Block]) -> None:
    Path("cat.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    names: dict[str, object] = {}
    for block in session:
        # The empty lines give tracebacks the line numbers of the page.
        code = "\n" * block.line + block.code
        exec(compile(code, block.page, "exec"), names)


def test_test_blocks_pass(pytester: pytest.Pytester) -> None:
    [stubs] = blocks("yaml", page="docs/testing.md")
    pytester.makefile(".yaml", stubs=stubs.code)
    for number, block in enumerate(TESTS):
        pytester.makepyfile(**{f"test_{number}": block.code})

    # In a new process, where only the installed plugin provides the fixtures.
    result = pytester.runpytest_subprocess(
        "-n", "2", "-p", "no:schemathesis", "--strict-markers", "-W", "error"
    )

    tests = sum(len(re.findall(r"^ *(?:async )?def test_", it.code, flags=re.MULTILINE)) for it in TESTS)
    result.assert_outcomes(passed=tests)


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_shell_block_runs(block: Block, emulator: Emulator, tmp_path: Path) -> None:
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, script in STUBS.items():
        (commands / name).write_text(script, encoding="utf-8")
        (commands / name).chmod(0o755)

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.code.replace(ADDRESS, emulator.url)],
        env={**os.environ, "PATH": os.pathsep.join([str(commands), str(BIN), os.environ["PATH"]])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_each_block_is_checked() -> None:
    elsewhere = {("console", str(COMMAND_DOCS)), ("json", TASK_PAGE), ("python", TASK_PAGE)}
    elsewhere |= {(language, OPENAI_PAGE) for language in OPENAI_CLIENTS}
    elsewhere |= {(f'python title="{engine}"', "docs/bulk.md") for engine in ENGINES}
    rest = [
        it for it in BLOCKS if it not in [*PYTHON, *TESTS, *SHELL] and it.language not in ("text", "yaml")
    ]

    assert {(it.language, it.page) for it in rest} <= elsewhere
    assert {it.page for it in SHELL} >= {README, "docs/index.md"}


@pytest.mark.slow
def test_command_line_page_is_current() -> None:
    assert (ROOT / COMMAND_DOCS).read_text(encoding="utf-8") == command_docs(), "run `make screens`"


def test_faults_file_is_valid(tmp_path: Path) -> None:
    [block] = blocks("yaml", page="docs/faults.md")
    file = tmp_path / "faults.yaml"
    file.write_text(block.code, encoding="utf-8")
    assert len(Emulator(faults=file).faults.list()) == 3
