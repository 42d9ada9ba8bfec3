"""Run mutation tests, write docs/kill-table.md, and fail if a rate is below its bound.

python -m tests.mutants [--part PART] [--sample N] [--seed N]

An interrupted run continues where it was.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeAlias

import bytezkit_contract
from scripts.paths import ROOT
from tests.mutants import behaviour, code, documents
from tests.mutants.page import BOUNDS, page, rate
from tests.mutants.store import BUILD, rank, read_result, remembered, write_result
from tests.mutants.trial import CONTRACT, LAYERS, STARTS

Row: TypeAlias = dict[str, Any]

# The document and the code have thousands of mutants; a run judges so many unless it is told otherwise.
_SAMPLES: Final = {"behaviour": None, "document": 120, "code": 300, "seeds": 20}
_READERS: Final = ("emulator", "tests")
_CONTROL: Final = "control"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts and return 1 if one is below its bound."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--part", choices=_SAMPLES, action="append", help="default: all parts")
    parser.add_argument("--sample", type=int, metavar="N", help="how many mutants of each part, or seeds")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="decides which; default: 1")
    options = parser.parse_args(arguments)
    failed = False
    for part in options.part or _SAMPLES:
        began = time.monotonic()
        rows, total = _PARTS[part](options.sample or _SAMPLES[part], options.seed)
        seconds = round(time.monotonic() - began)
        write_result(part, {"rows": rows, "total": total, "seed": options.seed, "seconds": seconds})
        _say(f"{part}: {rate(rows):.1f} % of {len(rows)} in {seconds} s")
        failed = failed or rate(rows) < BOUNDS[part]
    (ROOT / "docs" / "kill-table.md").write_text(page(read_result), encoding="utf-8")
    return int(failed)


def _behaviour(count: int | None, seed: int) -> tuple[list[Row], int]:
    if remembered(_CONTROL, lambda: _judge(["behaviour", _CONTROL]))[0] is not None:
        raise RuntimeError("a fault that changes nothing is detected: the trials say nothing")
    table = behaviour.read_table()

    def judge(fault: behaviour.Fault) -> Row:
        killer, test = remembered(repr(fault), lambda: _judge(["behaviour", fault.name]))
        row = {"name": fault.name, "group": fault.area, "says": fault.says, "killer": killer, "test": test}
        return _told(row)

    chosen = {it.name for it in _sample(table, lambda it: it.name, count, seed)}
    return _in_parallel(judge, [it for it in table if it.name in chosen]), len(table)


def _document(count: int | None, seed: int) -> tuple[list[Row], int]:
    changes = documents.read_changes()
    left_out: list[str] = []

    def detect(change: documents.Change) -> tuple[str | None, str | None]:
        calls = [["document", change.name, reader] for reader in _READERS]
        options = " ".join(shlex.quote(f"--deselect={test}") for test in left_out)
        # The cheapest tests come first: most changes are run twice.
        layers = ("wire", CONTRACT, "emulator")
        found: tuple[str | None, str | None] = remembered(
            f"document {change.name} {options}", lambda: _judge(*calls, layers=layers, PYTEST_ADDOPTS=options)
        )
        return found

    def judge(change: documents.Change) -> Row:
        killer, test = detect(change)
        return _told({"name": change.name, "group": change.kind, "killer": killer, "test": test})

    while test := detect(documents.CONTROL)[1]:
        left_out.append(test)
        _say(f"left out, since it compares documents: {test}")
    return _in_parallel(judge, _sample(changes, lambda it: it.name, count, seed)), len(changes)


def _code(count: int | None, seed: int) -> tuple[list[Row], int]:
    verdicts, total, left_out = code.run(count, seed)
    _say(f"left out: {len(left_out['modules'])} modules, {len(left_out['tests'])} tests")
    rows = [
        {"name": name, "group": name.partition(".")[0], "killer": "tests" if killed else None}
        for name, killed in verdicts.items()
    ]
    return rows, total


def _seeds(count: int | None, seed: int) -> tuple[list[Row], int]:
    """Run the contract tests with other random requests against the emulator as it is."""
    seeds = range(seed, seed + (count or 1))

    def judge(number: int) -> Row:
        killer, test = remembered(f"seed {number}", lambda: _with_seed(number))
        return _told({"name": f"seed {number}", "group": "seeds", "killer": killer, "test": test})

    return _in_parallel(judge, seeds), len(seeds)


_PARTS: Final[dict[str, Callable[[int | None, int], tuple[list[Row], int]]]] = {
    "behaviour": _behaviour,
    "document": _document,
    "code": _code,
    "seeds": _seeds,
}


def _sample(items: Sequence[Any], name: Callable[[Any], str], count: int | None, seed: int) -> list[Any]:
    return sorted(items, key=lambda it: rank(seed, name(it)))[:count]


def _in_parallel(judge: Callable[[Any], Row], items: Sequence[Any]) -> list[Row]:
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        return list(executor.map(judge, items))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _told(row: Row) -> Row:
    _say(f"{row['name']}: {row['test'] or 'nothing'}")
    return row


def _judge(
    *calls: Sequence[str], layers: Iterable[str] = LAYERS, **environment: str
) -> tuple[str | None, str | None]:
    """Return the first layer and test that detect a fault, in whichever of the ways it is applied."""
    for layer in layers:
        for call in calls:
            test = _trial([layer, *call], **environment)
            if test is not None:
                return layer, test
    return None, None


def _with_seed(number: int) -> tuple[str | None, str | None]:
    """Run the contract tests from a copy whose settings have another seed."""
    package = Path(bytezkit_contract.__path__[0])
    folder = BUILD / "seeds" / str(number)
    shutil.copytree(package, folder / package.name, dirs_exist_ok=True)
    settings = folder / package.name / "schemathesis.toml"
    text = settings.read_text(encoding="utf-8").replace("seed = 1\n", f"seed = {number}\n")
    settings.write_text(text.replace("deterministic = true", "deterministic = false"), encoding="utf-8")
    test = _trial([CONTRACT, "seed", str(number)], PYTHONPATH=str(folder))
    return (CONTRACT if test else None), test


def _trial(arguments: Sequence[str], **environment: str) -> str | None:
    """Run a trial and return the test that failed, if one did."""
    command = [sys.executable, "-m", "tests.mutants.trial", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return None
    tests = [line.removeprefix(STARTS) for line in done.stdout.splitlines() if line.startswith(STARTS)]
    return tests[-1] if tests else "(before the first test)"


if __name__ == "__main__":
    sys.exit(main())
