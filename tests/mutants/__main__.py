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
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, product
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import bytezkit_emulator
import bytezkit_openapi
from scripts.paths import ROOT
from tests.mutants import behaviour, code, documents
from tests.mutants.page import BOUNDS, page, rate
from tests.mutants.store import BUILD, Verdict, rank, read_result, remembered, write_result
from tests.mutants.trial import CONTRACT, GATEWAY, LAYERS, STARTS

T = TypeVar("T")
Row: TypeAlias = dict[str, Any]
# Areas of faults in the emulator's own API and process, which the contract does not describe.
_UNDOCUMENTED: Final = ("control", "process")


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

    def judge(fault: behaviour.Fault) -> Row:
        return _row(fault.name, fault.area, _detect(fault)) | {"says": fault.says}

    if _detect(behaviour.CONTROL)[0] is not None:
        raise RuntimeError("a test detects the fault that changes nothing")
    chosen = _sample(table, count)
    return _in_parallel(judge, [it for it in table if it in chosen]), len(table)


def _gateway(count: int | None) -> tuple[list[Row], int]:
    """Run the module of each contract test that detects a fault again, through a gateway."""

    def judge(fault: behaviour.Fault) -> list[Row]:
        test = _detect(fault, CONTRACT)[1]
        return [] if test is None else [_row(fault.name, fault.area, _detect_through_gateway(fault, test))]

    if _detect_through_gateway(behaviour.CONTROL)[0] is not None:
        raise RuntimeError("a test detects the gateway")
    table = [it for it in behaviour.read_table() if it.area not in _UNDOCUMENTED]
    rows = [*chain.from_iterable(_in_parallel(judge, _sample(table, count)))]
    return rows, len(rows)


def _detect(fault: behaviour.Fault, *layers: str) -> Verdict:
    environment = {"PYTHONPATH": str(_copy_with_fault(fault))} if fault.code else {}
    return _judge(repr(fault), ["behaviour", fault.name], layers=layers or LAYERS, **environment)


def _copy_with_fault(fault: behaviour.Fault) -> Path:
    """Return a folder with a copy of the emulator that has the fault in its code."""
    package = Path(bytezkit_emulator.__path__[0])
    folder = BUILD / "faulty" / fault.name
    copy = folder / package.name
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    for file, text in behaviour.changed_modules(fault, copy).items():
        file.write_text(text, encoding="utf-8")
    return folder


def _detect_through_gateway(fault: behaviour.Fault, *tests: str) -> Verdict:
    # The module alone is cheaper, but some faults show only after other tests.
    calls = [["behaviour", fault.name, test] for test in tests]
    return _judge(repr(fault), *calls, ["behaviour", fault.name], layers=(GATEWAY,))


def _document(count: int | None) -> tuple[list[Row], int]:
    changes = documents.read_changes()
    left_out: list[str] = []

    def detect(change: documents.Change) -> Verdict:
        calls = [["document", change.name, reader] for reader in ("emulator", "tests")]
        options = " ".join(shlex.quote(f"--deselect={test}") for test in left_out)
        # The cheapest tests come first: most changes are run twice.
        layers = ("wire", CONTRACT, "emulator")
        return _judge(f"document {options}", *calls, layers=layers, PYTEST_ADDOPTS=options)

    while test := detect(documents.CONTROL)[1]:
        left_out.append(test)
        _print(f"left out, since it compares documents: {test}")
    rows = _in_parallel(lambda it: _row(it.name, it.kind, detect(it)), _sample(changes, count))
    return rows, len(changes)


def _code(count: int | None) -> tuple[list[Row], int]:
    killers, total, left_out = code.run(count)
    _print(f"left out: {len(left_out['modules'])} modules, {len(left_out['tests'])} tests")
    rows = [
        {"name": name, "group": name.partition(".")[0], "killer": killer} for name, killer in killers.items()
    ]
    return rows, total


def _seeds(count: int | None) -> tuple[list[Row], int]:
    """Run the contract tests with other random requests against the emulator as it is."""

    def judge(number: int) -> Row:
        name = f"seed {number}"
        return _row(name, "seeds", _judge_seed(number))

    seeds = range(1, (count or 1) + 1)
    return _in_parallel(judge, seeds), len(seeds)


# The parts, and their default numbers of mutants: document and code have thousands.
_PARTS: Final[dict[str, tuple[Callable[[int | None], tuple[list[Row], int]], int | None]]] = {
    "behaviour": (_behaviour, None),
    "gateway": (_gateway, None),
    "document": (_document, 120),
    "code": (_code, 300),
    "seeds": (_seeds, 20),
}


def _sample(items: Sequence[Any], count: int | None) -> list[Any]:
    return sorted(items, key=lambda it: rank(it.name))[:count]


def _in_parallel(judge: Callable[[Any], T], items: Sequence[Any]) -> list[T]:
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        return list(executor.map(judge, items))


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _row(name: str, group: str, verdict: Verdict) -> Row:
    killer, test = verdict
    _print(f"{name}: {test or 'nothing'}")
    return {"name": name, "group": group, "killer": killer, "test": test}


def _judge(key: str, *calls: Sequence[str], layers: Iterable[str] = LAYERS, **environment: str) -> Verdict:
    """Return the first layer and test that detect a fault, which each call applies in another way."""
    for layer, call in product(layers, calls):
        verdict = remembered(f"{key} {layer} {call}", partial(_try, layer, call, environment))
        if verdict[0] is not None:
            return verdict
    return None, None


def _try(layer: str, call: Sequence[str], environment: Mapping[str, str]) -> Verdict:
    command = [sys.executable, "-m", "tests.mutants.trial", layer, *call]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return None, None
    tests = [line for line in done.stdout.splitlines() if line.startswith(STARTS)]
    return layer, tests[-1].removeprefix(STARTS) if tests else "(before the first test)"


def _judge_seed(number: int) -> Verdict:
    """Run the contract tests from a copy whose settings have another seed."""
    package = Path(bytezkit_openapi.__path__[0])
    folder = BUILD / "seeds" / str(number)
    shutil.copytree(package, folder / package.name, dirs_exist_ok=True)
    settings = folder / package.name / "schemathesis.toml"
    text = settings.read_text(encoding="utf-8").replace("seed = 1\n", f"seed = {number}\n")
    settings.write_text(text.replace("deterministic = true", "deterministic = false"), encoding="utf-8")
    return _judge("", ["seed", str(number)], layers=(CONTRACT,), PYTHONPATH=str(folder))


if __name__ == "__main__":
    sys.exit(main())
