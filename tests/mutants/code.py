"""Faults in code: mutmut's mutants of emulator and client, run by mutmut's command line.

mutmut takes packages from the top of its folder and writes its own copy with all mutants, so it runs in a
copy of the tree. It finds the functions, chooses the tests that reach each of them, and keeps its verdicts.
mypy checks the copy too.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from scripts.paths import ROOT
from tests.mutants.store import BUILD, digest, rank

PACKAGES: Final = {"bytezkit": "overlay", "bytezkit_emulator": "emulator"}
_ALSO: Final = (
    *("generated/bytezkit_client", "generated/bytezkit_models", "generated/bytezkit_openapi"),
    *("contract/bytezkit_contract", "scripts", "tests"),
)
_TESTS: Final = ("tests/emulator", "tests/overlay", "tests/wire")  # Others measure memory or build packages.
# Verdicts of mutmut about mutants that tests detect, and about mutants without a verdict.
_KILLED: Final = ("killed", "timeout", "segfault", "suspicious")
_UNJUDGED: Final = "not checked"
_MUTMUT: Final = str(Path(sys.executable).with_name("mutmut"))
_NOTE: Final = "left_out.json"
# Kinds of errors of mypy that the copy has because all mutants of a method are methods of one class.
_ERRORS_OF_COPY: Final = {"misc", "no-redef", "unused-ignore"}
# Number of starts of mutmut; each leaves out the tests that failed before mutmut came to the mutants.
_ATTEMPTS: Final = 4
# Imports every module, and prints the file of a module that cannot be imported with its mutants.
_IMPORT_ALL: Final = """
import importlib, pkgutil, sys, traceback
for name in sys.argv[1:]:
    for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError:
                continue  # It needs a library that is not installed.
            except Exception as error:
                frames = [it.filename for it in traceback.extract_tb(error.__traceback__)]
                sys.exit([it for it in frames if any(f"/mutants/{name}/" in it for name in sys.argv[1:])][-1])
"""

# mutmut shuffles the tests, so that fixtures would see threads of other files. It collects the tests several
# times in one process, although some modules consume their parameters.
_CONFTEST: Final = """
import sys

for name in [name for name in sys.modules if name.startswith("tests.")]:
    del sys.modules[name]

def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.location[:2])
"""


def run(count: int | None) -> tuple[dict[str, str | None], int, dict[str, list[str]]]:
    """Run `count` mutants, or all.

    Returns:
        What detected each mutant ("tests", "types" or None), by its name; the number of all mutants; the
        modules and tests left out.
    """
    folder = BUILD / "code" / digest()
    left_out = _prepare(folder)
    statuses = _statuses(folder)
    chosen = sorted(statuses, key=rank)[:count]
    for _ in range(_ATTEMPTS):
        if pending := [name for name in chosen if statuses[name] == _UNJUDGED]:
            shutil.rmtree(_cache(folder), ignore_errors=True)
            if not _run_mutmut(folder, *pending):
                # mutmut runs the tests without a mutant first, in an order of its own.
                left_out["tests"] += _last_failed(folder)
                _leave_out(folder, left_out)
            statuses = _statuses(folder)
    if any(statuses[name] == _UNJUDGED for name in chosen):
        raise RuntimeError(f"mutmut failed: see {_log(folder)}")
    refused = _refused_by_mypy(folder)
    by_types = {name: "types" if name in refused else None for name in chosen}
    by_tests = {name: "tests" for name in chosen if statuses[name] in _KILLED}
    return {**by_types, **by_tests}, len(statuses), left_out


def _refused_by_mypy(folder: Path) -> set[str]:
    """Return the mutants with a kind of error that their function has not without a mutant."""
    options = (f"--config-file={ROOT / 'pyproject.toml'}", "--output=json", *(f"-p{it}" for it in PACKAGES))
    lines = _run(folder, "-m", "mypy", *options, stdout=subprocess.PIPE).stdout.splitlines()
    errors = defaultdict(list)
    for error in map(json.loads, lines):
        errors[error["file"]].append(error)
    found = {}
    for file, errors_of_file in errors.items():
        module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for node in ast.walk(ast.parse((folder / "mutants" / file).read_bytes())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "__mutmut_" in node.name:
                inside = range(node.lineno, (node.end_lineno or 0) + 1)
                kinds = {it["code"] for it in errors_of_file if it["line"] in inside}
                found[f"{module}.{node.name}"] = kinds - _ERRORS_OF_COPY
    return {name for name, kinds in found.items() if kinds - found[re.sub(r"\d+$", "orig", name)]}


def _prepare(folder: Path) -> dict[str, list[str]]:
    """Copy the tree, and leave out modules and tests that fail in the copy with all mutants."""
    note = folder / _NOTE
    if not note.exists():
        shutil.rmtree(folder, ignore_errors=True)
        ignored = shutil.ignore_patterns("__pycache__")
        for source in (*(f"{parent}/{name}" for name, parent in PACKAGES.items()), *_ALSO):
            shutil.copytree(ROOT / source, folder / Path(source).name, ignore=ignored)
        shutil.rmtree(folder / "tests" / "mutants")
        (folder / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
        (folder / "tests" / "test_nothing.py").write_text("def test_nothing(): ...\n", encoding="utf-8")
        left_out: dict[str, list[str]] = {"modules": [], "tests": []}
        _configure(folder, left_out, ["tests/test_nothing.py"])
        # mutmut writes its copy before it complains that no mutant has this name.
        _run_mutmut(folder, "nothing")
        while module := _broken_module(folder):
            if module in left_out["modules"]:
                raise RuntimeError(f"{module} cannot be imported without mutants either")
            left_out["modules"].append(module)
            shutil.copy(folder / module, folder / "mutants" / module)
        _run_without_mutants(folder)
        left_out["tests"] = _last_failed(folder)
        _leave_out(folder, left_out)
    found: dict[str, list[str]] = json.loads(note.read_text(encoding="utf-8"))
    return found


def _leave_out(folder: Path, left_out: Mapping[str, Sequence[str]]) -> None:
    _configure(folder, left_out, _TESTS)
    (folder / _NOTE).write_text(json.dumps(left_out), encoding="utf-8")


def _generated() -> list[str]:
    """Return the modules that `.gitattributes` marks as generated."""
    lines = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    patterns = [line.split()[0] for line in lines if "linguist-generated" in line]
    files = [(parent, it) for name, parent in PACKAGES.items() for it in (ROOT / parent / name).rglob("*.py")]
    return sorted(
        str(it.relative_to(ROOT / parent))
        for parent, it in files
        if any(fnmatchcase(str(it.relative_to(ROOT)), pattern) for pattern in patterns)
    )


def _configure(folder: Path, left_out: Mapping[str, Sequence[str]], tests: Iterable[str]) -> None:
    settings = {
        "source_paths": list(PACKAGES),
        "also_copy": ["conftest.py", *(Path(it).name for it in _ALSO)],
        "do_not_mutate": [*_generated(), *left_out["modules"]],
        "pytest_add_cli_args_test_selection": list(tests),
        "process_isolation": "forkserver",
        "use_git_change_detection": False,
    }
    # These tests read tracebacks: mutmut's frames make some fail, after minutes, and others end the process.
    ignored = ("tests/overlay/fuzzing", "tests/overlay/test_key_secrecy.py")
    addopts = ["-p", "no:bytezkit", *(f"--ignore={it}" for it in ignored)]
    # A file among the tests is one that pytest cannot collect.
    addopts += [f"--{'deselect' if '::' in it else 'ignore'}={it}" for it in left_out["tests"]]
    lines = [
        "[tool.pytest.ini_options]",
        f"addopts = {json.dumps(addopts)}",
        "[tool.mutmut]",
        *(f"{name} = {json.dumps(value)}" for name, value in settings.items()),
    ]
    (folder / "pyproject.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _broken_module(folder: Path) -> str | None:
    """Return a module that cannot be imported with its mutants, if there is one."""
    done = _run(folder, "-c", _IMPORT_ALL, *PACKAGES, stderr=subprocess.PIPE)
    if done.returncode == 0:
        return None
    return str(Path(done.stderr.splitlines()[-1]).relative_to(folder / "mutants"))


def _run_without_mutants(folder: Path) -> None:
    """Run the tests in mutmut's copy, where tests that read the code fail."""
    options = ("-q", "-n", "2", "--dist=loadfile", "--tb=no")
    with _log(folder).open("w", encoding="utf-8") as log:
        _run(folder, "-m", "pytest", *options, *_TESTS, stdout=log, stderr=log)


def _run(folder: Path, *arguments: str, **streams: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "mutants"), "MUTANT_UNDER_TEST": ""}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder / "mutants", env=environment, text=True, check=False, **streams)


def _last_failed(folder: Path) -> list[str]:
    failed = _cache(folder) / "v" / "cache" / "lastfailed"
    return sorted(json.loads(failed.read_text(encoding="utf-8"))) if failed.exists() else []


def _cache(folder: Path) -> Path:
    return folder / "mutants" / ".pytest_cache"


def _log(folder: Path) -> Path:
    return folder.with_suffix(".log")


def _statuses(folder: Path) -> dict[str, str]:
    command = [_MUTMUT, "results", "--all", "true"]
    lines = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=True).stdout
    return dict(re.findall(r"^    (\S+): (.+)$", lines, flags=re.MULTILINE))


def _run_mutmut(folder: Path, *mutants: str) -> bool:
    """Run mutants, with a log beside the copy of the tree, and return whether mutmut succeeded."""
    with _log(folder).open("w", encoding="utf-8") as log:
        command = [_MUTMUT, "run", *mutants]
        return not subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=False).returncode
