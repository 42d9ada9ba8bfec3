"""Run each engine with kills of its workers, and the blocks of docs/bulk.md: `make engines`.

The environments are in `build/engines`: one with all engines, and one with pandas 2, in which the tests of
batches run.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import Final

from bytezkit_emulator import Emulator, RunCall, Stub
from scripts.markdown import markdown_table
from scripts.paths import ROOT
from tests.engines.programs import CONCURRENCY, ENGINES, MODEL

_REQUIREMENTS: Final = str(ROOT / "tests" / "engines" / "requirements.txt")
_UV: Final = (sys.executable, "-m", "uv")
_KEY: Final = "test-key"
_ROWS: Final = 400
_LATENCY_SECONDS: Final = 0.1
_TIMEOUT_SECONDS: Final = 600
_BLOCK: Final = '```python title="'
_TABLE: Final = """\
import pyarrow as pa, pyarrow.parquet as pq
rows = pa.table({"id": range(40), "text": [f"text {number}" for number in range(40)]})
pq.write_table(rows, "texts.parquet")
"""


class Service:
    """Counts the runs of each text, and takes its time for them."""

    def __init__(self) -> None:
        self.texts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def answer(self, call: RunCall) -> str:
        """Answer a run, as a function of a stub."""
        with self._lock:
            self.texts[str(call.inputs["text"])] += 1
        time.sleep(_LATENCY_SECONDS)
        return "The end."


def main() -> None:
    """Run all engines.

    Raises:
        SystemExit: An engine cannot be installed, lost a row, or paid too much twice.
    """
    python = _environment("all", "-r", _REQUIREMENTS, "--editable", ".")
    rows: list[tuple[str, ...]] = []
    failures: list[str] = []
    for engine in ENGINES:
        texts, kills, ids = _run_engine(python, engine)
        twice = texts.total() - len(texts)
        bound = kills * CONCURRENCY
        rows.append((engine, f"{len(ids)}", f"{kills}", f"{twice}", f"{bound}"))
        if sorted(ids) != [*range(_ROWS)] or not kills or twice > bound:
            failures.append(engine)
    print(markdown_table(("Engine", "Rows", "Killed", "Paid twice", "At most"), rows), flush=True)
    failures += _run_blocks(python)
    older = _environment("pandas-2", "pandas<3", "--editable", ".[cli,emulator,fast]", "--group=test")
    tests = (older, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/overlay/bulk")
    if subprocess.run(tests, cwd=ROOT, check=False).returncode:
        failures.append("pandas 2")
    if failures:
        raise SystemExit(f"failed: {', '.join(failures)}")


def _environment(name: str, *requirements: str) -> str:
    """Return the interpreter of an environment with packages."""
    folder = str(ROOT / "build" / "engines" / name)
    python = f"{folder}/bin/python"
    _run(*_UV, "venv", "--quiet", "--allow-existing", f"--python={sys.executable}", folder)
    _run(*_UV, "pip", "install", "--quiet", f"--python={python}", *requirements)
    return python


def _run(*command: str) -> None:
    if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SystemExit(code)


def _run_engine(python: str, engine: str) -> tuple[Counter[str], int, list[int]]:
    """Return the runs of each text, the number of killed workers and the ids of the rows of the result."""
    service = Service()
    stub = Stub(service.answer, model=MODEL)
    with TemporaryDirectory() as folder, Emulator(keys=[_KEY], stubs=[stub]) as emulator:
        done = subprocess.run(
            [python, "-m", "tests.engines.programs", engine, str(_ROWS), folder],
            cwd=ROOT,
            env=_variables(python, emulator.url),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            timeout=_TIMEOUT_SECONDS,
        )
    if done.returncode:
        print(f"{done.stdout}{engine}: exit status {done.returncode}", flush=True)
        return service.texts, 0, []
    result = json.loads(done.stdout.splitlines()[-1])
    return service.texts, result["kills"], result["ids"]


def _run_blocks(python: str) -> list[str]:
    """Run the blocks of the documentation, and return those that failed."""
    _, *blocks = (ROOT / "docs" / "bulk.md").read_text(encoding="utf-8").split(_BLOCK)
    failures: list[str] = []
    with Emulator(keys=[_KEY]) as emulator:
        for block in blocks:
            engine, _, rest = block.partition('"\n')
            code, _, _ = rest.partition("```")
            with TemporaryDirectory() as folder:
                # Workers that are spawned import the program.
                program = "if __name__ == '__main__':\n" + indent(code, "    ")
                Path(folder, "program.py").write_text(program, encoding="utf-8")
                for arguments in (["-c", _TABLE], ["program.py"]):
                    done = subprocess.run(
                        [python, *arguments],
                        cwd=folder,
                        env=_variables(python, emulator.url),
                        check=False,
                        timeout=_TIMEOUT_SECONDS,
                    )
                    if done.returncode:
                        failures.append(f"block of {engine}")
    return failures


def _variables(python: str, url: str) -> Mapping[str, str]:
    return {
        **os.environ,
        "BYTEZ_KEY": _KEY,
        "BYTEZ_BASE_URL": url,
        "PYSPARK_PYTHON": python,
        # Not a cluster that an earlier run left behind.
        "RAY_ADDRESS": "local",
        "RAY_USAGE_STATS_ENABLED": "0",
        # On a busy machine, its processes take longer to start than the default of 30 seconds.
        "RAY_raylet_start_wait_time_s": "180",
    }


if __name__ == "__main__":
    main()
