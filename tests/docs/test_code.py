"""Every block of code in the README and the pages runs, against the emulator.

- A block of Python runs as it stands; on a page of `docs/` those before it have run too. A block that holds
  tests is a file of tests, and these pass.
- A block of shell runs in a folder of its own, with what the environment offers; `STAND_INS` says what four
  of its commands do instead.
- `console` is checked by `test_command_page.py`, Python and JSON of the page of tasks by `test_task_page.py`,
  `yaml` where it is used. `text` is what somebody may see.
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
from scripts.paths import COMMAND_DOCS, ROOT, TASK_DOCS
from tests.docs.pages import BLOCKS, Block, blocks

README: Final = "README.md"
# The two generated pages indent what is to be done first.
SHELL: Final = [*blocks("sh"), *blocks("", page=str(COMMAND_DOCS))]
PYTHON: Final = [
    *(it for it in blocks("python") if it.page != str(TASK_DOCS) and not it.holds_tests),
    *blocks("", page=str(TASK_DOCS)),
]
TESTS: Final = [it for it in blocks("python") if it.holds_tests]
# A session is what is run in one namespace: a page, but a single block of the README.
SESSIONS: Final = [
    *([it] for it in PYTHON if it.page == README),
    *(
        [it for it in PYTHON if it.page == page]
        for page in dict.fromkeys(it.page for it in PYTHON if it.page != README)
    ),
]
ADDRESS: Final = "http://127.0.0.1:8080"
BIN: Final = Path(sys.executable).parent
STAND_INS: Final = {
    # Nothing is installed; the extras have to be there.
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
    # The targets have to be there.
    "make": f"""#!/bin/sh
exec {os.environ.get("MAKE", "/usr/bin/make")} --dry-run --directory={ROOT} "$@" > targets.txt
""",
    # It serves on a free port, and ends when it takes connections.
    "uvicorn": f"""#!/bin/sh
{BIN}/uvicorn "$@" --port 0 2> log & served=$!
until grep -q "running on" log; do kill -0 $served && sleep 0.1 || exit 1; done
kill $served
wait $served || [ $? -eq 143 ]
""",
    # The emulator is served on a free port and ended when it answers; of the contract, a part is run.
    "bytezkit": f"""#!/bin/sh
case "$1" in
    emulator)
        {BIN}/bytezkit "$@" --port 0 --port-file port & served=$!
        until [ -s port ]; do kill -0 $served && sleep 0.1 || exit 1; done
        kill $served
        wait $served ;;
    contract)
        {BIN}/bytezkit "$@" --max-requests 20 --without v1
        [ $? -eq 4 ] ;;
    *)
        exec {BIN}/bytezkit "$@" ;;
esac
""",
}


@pytest.fixture
def emulator(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> Iterator[Emulator]:
    """The emulator that the environment names, and a folder for what the code writes."""
    monkeypatch.chdir(tmp_path)
    # It puts the level back that a block sets.
    caplog.set_level(logging.WARNING, "bytezkit")
    with Emulator() as emulator:
        monkeypatch.setenv("BYTEZ_KEY", "test-key")
        monkeypatch.setenv("BYTEZ_BASE_URL", emulator.url)
        yield emulator


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: str(session[0]))
@pytest.mark.usefixtures("emulator")
def test_python(session: list[Block]) -> None:
    Path("cat.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    names: dict[str, object] = {}
    for block in session:
        # Empty lines before it make the line of a traceback that of the page.
        code = "\n" * block.line + block.code
        exec(compile(code, block.page, "exec"), names)


def test_files_of_tests(pytester: pytest.Pytester) -> None:
    [stubs] = blocks("yaml", page="docs/testing.md")
    pytester.makefile(".yaml", stubs=stubs.code)
    for number, block in enumerate(TESTS):
        pytester.makepyfile(**{f"test_{number}": block.code})

    # In a process of its own, where nothing but the installed plugin gives the fixtures; in parallel too.
    result = pytester.runpytest_subprocess(
        "-n", "2", "-p", "no:schemathesis", "--strict-markers", "-W", "error"
    )

    tests = sum(len(re.findall(r"^ *(?:async )?def test_", it.code, flags=re.MULTILINE)) for it in TESTS)
    result.assert_outcomes(passed=tests)


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_shell(block: Block, emulator: Emulator, tmp_path: Path) -> None:
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, script in STAND_INS.items():
        command = commands / name
        command.write_text(script, encoding="utf-8")
        command.chmod(0o755)

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.code.replace(ADDRESS, emulator.url)],
        env={
            **os.environ,
            "PATH": os.pathsep.join([str(commands), str(BIN), os.environ["PATH"]]),
            # Of the contract's tests, those of one law.
            "PYTEST_ADDOPTS": "-p no:cacheprovider -k deleted",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_no_block_is_left_out() -> None:
    elsewhere = {("console", str(COMMAND_DOCS)), ("json", str(TASK_DOCS)), ("python", str(TASK_DOCS))}
    data = {"text", "yaml"}
    rest = [it for it in BLOCKS if it not in [*PYTHON, *TESTS, *SHELL] and it.language not in data]

    assert [str(it) for it in rest if (it.language, it.page) not in elsewhere] == []
    assert {it.page for it in SHELL} >= {README, "docs/index.md"}
