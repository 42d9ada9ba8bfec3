"""Which test killed which mutant when `make mutants` ran last: it is asked first, and has to do it again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("killed.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Killer:
    """What killed a mutant.

    Attributes:
        applied: The name of the mutant as it was applied, `served:` for a document that the emulator read.
        layer: The layer's name.
        test: The test that failed, or how its run ended without one.
        requests: How many requests that took.
    """

    applied: str
    layer: str
    test: str
    requests: int

    @property
    def file(self) -> str:
        """Where the test stands."""
        return self.test.partition("::")[0]

    @property
    def is_test(self) -> bool:
        """Whether it is a test that can be run again."""
        return "::" in self.test


@cache
def killed() -> Mapping[str, Killer]:
    """Return what killed each mutant, by the mutant's name."""
    found = json.loads(_FILE.read_text(encoding="utf-8")) if _FILE.exists() else {}
    return {name: Killer(**killer) for name, killer in found.items()}


def write_killed(killers: Mapping[str, Killer]) -> None:
    """Keep what killed each mutant."""
    lines = (f"{json.dumps(name)}: {json.dumps(asdict(killers[name]))}" for name in sorted(killers))
    _FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
