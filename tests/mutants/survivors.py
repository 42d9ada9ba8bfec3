"""Why mutants may survive: reviewed by hand, in `survivors.toml`."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("survivors.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A reason for mutants to survive.

    Attributes:
        mutants: Patterns of their names.
        reason: Why no test notices them.
        is_equivalent: Whether nobody could notice them; then they are not run, and do not count.
    """

    mutants: tuple[str, ...]
    reason: str
    is_equivalent: bool


@cache
def survivors() -> tuple[Survivor, ...]:
    """Return all reasons."""
    found = tomllib.loads(_FILE.read_text(encoding="utf-8")).get("survivor", [])
    return tuple(
        Survivor(mutants=tuple(it["mutants"]), reason=it["reason"], is_equivalent=it.get("equivalent", False))
        for it in found
    )


def reason_of(name: str) -> Survivor | None:
    """Return why a mutant may survive, if there is a reason."""
    for survivor in survivors():
        if any(name == it or fnmatchcase(name, it) for it in survivor.mutants):
            return survivor
    return None
