"""Run mutation tests, write docs/kill-table.md, and fail if a rate is below its bound.

python -m tests.mutants [--part PART] [--sample N]

An interrupted run continues where it was.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any, Final, TypeAlias

import bytezkit_openapi
from scripts.paths import ROOT
from tests.mutants import behaviour, code, documents
from tests.mutants.page import BOUNDS, page, rate
from tests.mutants.store import BUILD, Verdict, rank, read_result, remembered, write_result
from tests.mutants.trial import CONTRACT, LAYERS, STARTS

Row: TypeAlias = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts and return 1 if one is below its bound."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--part", choices=_PARTS, action="append", help="default: all parts")
    parser.add_argument("--sample", type=int, metavar="N", help="number of mutants of each part, or of seeds")
    options = parser.parse_args(arguments)
    failed = False
    for part in options.part or _PARTS:
        run, count = _PARTS[part]
        rows, total = run(options.sample or count)
        write_result(part, {"rows": rows, "total": total})
        _print(f"{part}: {rate(rows):.1f} % of {len(rows)}")
        failed = failed or rate(rows) < BOUNDS[part]
    (ROOT / "docs" / "kill-table.md").write_text(page(read_result), encoding="utf-8")
    return int(failed)


def _behaviour(count: int | None) -> tuple[list[Row], int]:
    table = behaviour.read_table()

    def detect(fault: behaviour.Fault) -> Verdict:
        return remembered(repr(fault), lambda: _judge(["behaviour", fault.name]))

    def judge(fault: behaviour.Fault) -> Row:
        return _row(fault.name, fault.area, detect(fault)) | {"says": fault.says}

    if detect(behaviour.CONTROL)[0] is not None:
        raise RuntimeError("a test detects the fault that changes nothing")
    chosen = _sample(table, count)
    return _in_parallel(judge, [it for it in table if it in chosen]), len(table)


def _document(count: int | None) -> tuple[list[Row], int]:
    changes = documents.read_changes()
    left_out: list[str] = []

    def detect(change: documents.Change) -> Verdict:
        calls = [["document", change.name, reader] for reader in ("emulator", "tests")]
        options = " ".join(shlex.quote(f"--deselect={test}") for test in left_out)
        # The cheapest tests come first: most changes are run twice.
        layers = ("wire", CONTRACT, "emulator")
        return remembered(
            f"document {change.name} {options}", lambda: _judge(*calls, layers=layers, PYTEST_ADDOPTS=options)
        )

    while test := detect(documents.CONTROL)[1]:
        left_out.append(test)
        _print(f"left out, since it compares documents: {test}")
    rows = _in_parallel(lambda it: _row(it.name, it.kind, detect(it)), _sample(changes, count))
    return rows, len(changes)


def _code(count: int | None) -> tuple[list[Row], int]:
    verdicts, total, left_out = code.run(count)
    _print(f"left out: {len(left_out['modules'])} modules, {len(left_out['tests'])} tests")
    rows = [
        {"name": name, "group": name.partition(".")[0], "killer": "tests" if killed else None}
        for name, killed in verdicts.items()
    ]
    return rows, total


def _seeds(count: int | None) -> tuple[list[Row], int]:
    """Run the contract tests with other random requests against the emulator as it is."""

    def judge(number: int) -> Row:
        name = f"seed {number}"
        return _row(name, "seeds", remembered(name, lambda: _judge_seed(number)))

    seeds = range(1, (count or 1) + 1)
    return _in_parallel(judge, seeds), len(seeds)


# The parts, and their default numbers of mutants: document and code have thousands.
_PARTS: Final[dict[str, tuple[Callable[[int | None], tuple[list[Row], int]], int | None]]] = {
    "behaviour": (_behaviour, None),
    "document": (_document, 120),
    "code": (_code, 300),
    "seeds": (_seeds, 20),
}


def _sample(items: Sequence[Any], count: int | None) -> list[Any]:
    return sorted(items, key=lambda it: rank(it.name))[:count]


def _in_parallel(judge: Callable[[Any], Row], items: Sequence[Any]) -> list[Row]:
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        return list(executor.map(judge, items))


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _row(name: str, group: str, verdict: Verdict) -> Row:
    killer, test = verdict
    _print(f"{name}: {test or 'nothing'}")
    return {"name": name, "group": group, "killer": killer, "test": test}


def _judge(*calls: Sequence[str], layers: Iterable[str] = LAYERS, **environment: str) -> Verdict:
    """Return the first layer and test that detect a fault, which each call applies in another way."""
    for layer, call in product(layers, calls):
        command = [sys.executable, "-m", "tests.mutants.trial", layer, *call]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            tests = [line for line in done.stdout.splitlines() if line.startswith(STARTS)]
            return layer, tests[-1].removeprefix(STARTS) if tests else "(before the first test)"
    return None, None


def _judge_seed(number: int) -> Verdict:
    """Run the contract tests from a copy whose settings have another seed."""
    package = Path(bytezkit_openapi.__path__[0])
    folder = BUILD / "seeds" / str(number)
    shutil.copytree(package, folder / package.name, dirs_exist_ok=True)
    settings = folder / package.name / "schemathesis.toml"
    text = settings.read_text(encoding="utf-8").replace("seed = 1\n", f"seed = {number}\n")
    settings.write_text(text.replace("deterministic = true", "deterministic = false"), encoding="utf-8")
    return _judge(["seed", str(number)], layers=(CONTRACT,), PYTHONPATH=str(folder))


if __name__ == "__main__":
    sys.exit(main())
