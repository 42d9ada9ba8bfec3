"""Faults in code: mutmut's mutants of emulator and client, run by mutmut's command line.

mutmut runs in a copy of the tree, since it takes packages from the top of its folder and writes its own copy
with all mutants in it. It finds the functions, chooses the tests that reach each of them, and keeps its
verdicts.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from scripts.paths import ROOT
from tests.mutants.store import BUILD, digest, rank

PACKAGES: Final = {"bytezkit": "overlay", "bytezkit_emulator": "emulator"}
_ALSO: Final = (
    *("generated/bytezkit_client", "generated/bytezkit_models", "generated/bytezkit_openapi"),
    *("contract/bytezkit_contract", "scripts", "tests"),
)
_TESTS: Final = tuple(f"tests/{it}" for it in ("command_line", "emulator", "end_to_end", "unit", "wire"))
# What mutmut says of mutants that tests detect.
_KILLED: Final = ("killed", "timeout", "segfault", "suspicious", "caught by type check")
_UNJUDGED: Final = "not checked"
# Imports every module, and prints the file of the mutants that can not be imported.
_IMPORT_ALL: Final = """
import importlib, pkgutil, sys, traceback
for name in sys.argv[1:]:
    for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except Exception as error:
                frames = [it.filename for it in traceback.extract_tb(error.__traceback__)]
                sys.exit([it for it in frames if any(f"/mutants/{name}/" in it for name in sys.argv[1:])][-1])
"""


def run(count: int | None, seed: int) -> tuple[dict[str, bool], int, dict[str, int]]:
    """Run a sample of the mutants.

    Args:
        count: How many mutants; None for all.
        seed: Decides which.

    Returns:
        Whether each mutant of the sample was killed, by its name; how many mutants there are; and how many
        modules and tests were left out.
    """
    folder = BUILD / "code" / digest()
    left_out = _prepare(folder)
    statuses = _statuses(folder)
    chosen = sorted(statuses, key=lambda name: rank(seed, name))[:count]
    if pending := [name for name in chosen if statuses[name] == _UNJUDGED]:
        _mutmut(folder, "run", *pending, output=None)
        statuses = _statuses(folder)
    return {name: statuses[name] in _KILLED for name in chosen}, len(statuses), left_out


def _prepare(folder: Path) -> dict[str, int]:
    """Make the copy of the tree, and leave out what does not work with mutmut's way of keeping mutants."""
    note = folder / "left_out.json"
    if not note.exists():
        shutil.rmtree(folder, ignore_errors=True)
        ignored = shutil.ignore_patterns("__pycache__")
        for source in (*(f"{parent}/{name}" for name, parent in PACKAGES.items()), *_ALSO):
            shutil.copytree(ROOT / source, folder / Path(source).name, ignore=ignored)
        shutil.rmtree(folder / "tests" / "mutants")
        nothing = folder / "tests" / "test_nothing.py"
        nothing.write_text("def test_nothing() -> None: ...\n", encoding="utf-8")
        modules = _generated()
        _configure(folder, modules, tests=["tests/test_nothing.py"], failing=[])
        # mutmut writes its copy before it complains that no mutant has this name.
        _mutmut(folder, "run", "nothing", may_fail=True)
        while module := _broken_module(folder):
            modules.append(module)
            shutil.copy(folder / module, folder / "mutants" / module)
        failing = _failing_tests(folder)
        _configure(folder, modules, tests=_TESTS, failing=failing)
        left_out = {"modules": len(modules) - len(_generated()), "tests": len(failing)}
        note.write_text(json.dumps(left_out), encoding="utf-8")
    found: dict[str, int] = json.loads(note.read_text(encoding="utf-8"))
    return found


def _generated() -> list[str]:
    """Return the generated modules of the packages, by the attributes that git knows."""
    lines = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    patterns = [line.split()[0] for line in lines if "linguist-generated" in line]
    return [
        str(path.relative_to(ROOT / parent))
        for name, parent in PACKAGES.items()
        for path in sorted((ROOT / parent / name).rglob("*.py"))
        if any(fnmatchcase(str(path.relative_to(ROOT)), pattern) for pattern in patterns)
    ]


def _configure(folder: Path, modules: Sequence[str], *, tests: Iterable[str], failing: Iterable[str]) -> None:
    settings = {
        "source_paths": list(PACKAGES),
        "also_copy": [Path(it).name for it in _ALSO],
        "do_not_mutate": modules,
        "pytest_add_cli_args_test_selection": list(tests),
        "pytest_add_cli_args": [f"--deselect={it}" for it in failing],
        "process_isolation": "forkserver",
        "use_git_change_detection": False,
    }
    lines = [
        "[tool.pytest.ini_options]",
        "addopts = '-p no:bytezkit'",
        "filterwarnings = ['error']",
        "[tool.mutmut]",
        *(f"{name} = {json.dumps(value)}" for name, value in settings.items()),
    ]
    (folder / "pyproject.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _broken_module(folder: Path) -> str | None:
    """Return a module that can not be imported with its mutants, if there is one."""
    command = [sys.executable, "-c", _IMPORT_ALL, *PACKAGES]
    done = subprocess.run(
        command, cwd=folder / "mutants", env=_environment(folder), capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return None
    return str(Path(done.stderr.splitlines()[-1]).relative_to(folder / "mutants"))


def _failing_tests(folder: Path) -> list[str]:
    """Return the tests that fail in mutmut's copy though no mutant is active, since they look at the code."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist=loadfile", "--tb=no", *_TESTS]
    subprocess.run(
        command,
        cwd=folder / "mutants",
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    failed = folder / "mutants" / ".pytest_cache" / "v" / "cache" / "lastfailed"
    return sorted(json.loads(failed.read_text(encoding="utf-8"))) if failed.exists() else []


def _environment(folder: Path) -> Mapping[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder / "mutants"), "MUTANT_UNDER_TEST": ""}


def _statuses(folder: Path) -> dict[str, str]:
    found = re.findall(r"^    (\S+): (.+)$", _mutmut(folder, "results", "--all", "true"), flags=re.MULTILINE)
    return dict(found)


def _mutmut(
    folder: Path, *arguments: str, may_fail: bool = False, output: int | None = subprocess.PIPE
) -> str:
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    done = subprocess.run(
        command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode and not may_fail:
        raise RuntimeError(f"mutmut {arguments[0]} failed:\n{(done.stdout or '')[-2000:]}")
    return done.stdout or ""
