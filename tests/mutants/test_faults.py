"""The faults: each changes the emulator, and leaves it as it was."""

import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

import pytest

import bytezkit_emulator
from scripts.paths import ROOT
from tests.mutants.faults import FAULTS
from tests.mutants.mutant import Mutant

KINDS: Final = {"accounts", "auth", "header", "lifecycle", "request", "streaming", "tenants", "v1"}
# Every module of what is published, by the way in which it gets there.
IMPORT_ALL: Final = """
import importlib, importlib.util, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
reached = sorted(name for name in sys.modules if name.partition(".")[0] in ("tests", "mutmut", "libcst"))
print(reached, importlib.util.find_spec("tests"))
"""


def state() -> dict[tuple[str, ...], Any]:
    """Return what a fault can put something else in place of: members of modules, classes and tables."""
    found: dict[tuple[str, ...], Any] = {}
    for module_name, module in list(sys.modules.items()):
        if module_name.partition(".")[0] == bytezkit_emulator.__name__ and isinstance(module, ModuleType):
            for name, value in vars(module).items():
                found[module_name, name] = value
                members = vars(value) if isinstance(value, type) else value if isinstance(value, dict) else {}
                found |= {(module_name, name, str(key)): member for key, member in members.items()}
                if isinstance(value, FunctionType):
                    found |= {
                        (module_name, name, key): it for key, it in (value.__kwdefaults__ or {}).items()
                    }
    return found


def changes(before: dict[tuple[str, ...], Any], after: dict[tuple[str, ...], Any]) -> list[tuple[str, ...]]:
    return [key for key in before.keys() | after.keys() if before.get(key) is not after.get(key)]


@pytest.mark.parametrize("mutant", FAULTS, ids=lambda mutant: mutant.name)
def test_a_fault_is_made_and_undone(mutant: Mutant) -> None:
    before = state()
    with mutant.apply():
        during = state()
    assert changes(before, during)
    assert not changes(before, state())


def test_the_faults_are_many_and_of_all_kinds() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert {fault.kind for fault in FAULTS} == KINDS
    by_readers = Counter(fault.knows_oracle for fault in FAULTS)
    assert by_readers[True] >= 20
    assert by_readers[False] >= 40
    assert len(FAULTS) >= 60


def test_what_is_published_can_not_reach_them(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    packages = [Path(folder).name for folder in folders]
    command = [sys.executable, "-I", "-c", IMPORT_ALL, *packages]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[] None"
