"""What became of each mutant; an interrupted run goes on from here, as long as nothing changed."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

from scripts.paths import ROOT
from tests.mutants.killed import Killer
from tests.mutants.mutant import CODE, DOCUMENT, FAULT

_FOLDER: Final = ROOT / "build" / "mutants"
_SUBJECTS: Final = (
    "emulator",
    "generated/bytezkit_openapi",
    "scripts/task_projection.py",
    "scripts/v1_task_projection.py",
    "tests/conftest.py",
    "tests/contract",
    "tests/emulator",
    "tests/end_to_end",
    "tests/oracle",
    "tests/wire",
    "tests/mutants/layers.py",
    "tests/mutants/server.py",
)
_MAKERS: Final = {
    FAULT: "tests/mutants/faults",
    DOCUMENT: "tests/mutants/documents.py",
    CODE: "tests/mutants/code.py",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What became of a mutant.

    Attributes:
        name: The mutant's name.
        killer: What killed it; None if nothing did.
        by_seed: How many requests the oracle needed with each seed that it was asked with; None where it
            noticed nothing.
    """

    name: str
    killer: Killer | None
    by_seed: tuple[int | None, ...] = ()


def read_judgement(name: str) -> Judgement | None:
    """Return an earlier judgement, if there is one that still holds."""
    path = _path(name)
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    killer = found["killer"] and Killer(**found["killer"])
    return Judgement(name=name, killer=killer, by_seed=tuple(found["by_seed"]))


def keep_judgement(judgement: Judgement) -> None:
    """Keep a judgement for later runs."""
    path = _path(judgement.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(judgement)), encoding="utf-8")


def _path(name: str) -> Path:
    digest = _digest(_MAKERS.get(name.partition(":")[0]))
    return _FOLDER / f"{hashlib.sha256(f'{name} {digest}'.encode()).hexdigest()[:32]}.json"


@cache
def _digest(maker: str | None) -> str:
    digest = hashlib.sha256()
    for path in _files([*_SUBJECTS, *filter(None, [maker])]):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        found = ROOT / name
        files = sorted(found.rglob("*")) if found.is_dir() else [found]
        yield from (it for it in files if it.suffix in (".py", ".json"))
