"""Verdicts in `build/mutants`, which are valid for one state of the tree and outlive an interrupted run."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from scripts.paths import ROOT

# Layer and test that detect a mutant.
Verdict: TypeAlias = tuple[str | None, str | None]

BUILD: Final = ROOT / "build" / "mutants"
_SUBJECTS: Final = ("contract", "emulator", "generated/bytezkit_openapi", "overlay", "scripts", "tests")
_SUFFIXES: Final = (".py", ".json", ".toml", ".yaml")


@cache
def digest() -> str:
    """Return a digest of the code and its tests."""
    paths = [path for folder in _SUBJECTS for path in sorted((ROOT / folder).rglob("*"))]
    texts = [f"{it.relative_to(ROOT)}\0".encode() + it.read_bytes() for it in paths if it.suffix in _SUFFIXES]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:16]


def rank(name: str) -> str:
    """Return the sort key of a mutant in a random order, of which a sample is the beginning."""
    return hashlib.sha256(f"1 {name}".encode()).hexdigest()


def remembered(key: str, judge: Callable[[], Verdict]) -> Verdict:
    """Return the stored verdict for a key and this tree, or judge and store it."""
    path = _path("verdicts", hashlib.sha256(f"{key} {digest()}".encode()).hexdigest()[:32])
    if not path.exists():
        path.write_text(json.dumps(judge()), encoding="utf-8")
    layer, test = json.loads(path.read_text(encoding="utf-8"))
    return layer, test


def write_result(part: str, result: Any) -> None:
    """Store the result of a part for the page."""
    _path("results", part).write_text(json.dumps(result, indent=1), encoding="utf-8")


def read_result(part: str) -> Any:
    """Return the last result of a part, or None."""
    path = _path("results", part)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _path(folder: str, name: str) -> Path:
    path = BUILD / folder / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
