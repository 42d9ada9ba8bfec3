"""What a mutant is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Final, TypeAlias
from zlib import crc32

Change: TypeAlias = AbstractContextManager[object]

# The names of mutants begin with where they come from. A changed document is read by the tests (`document`)
# or by the emulator (`served`).
FAULT: Final = "fault"
DOCUMENT: Final = "document"
SERVED: Final = "served"
CODE: Final = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One thing that is wrong.

    Attributes:
        name: Its name, which begins with `fault:`, `document:`, `served:` or `code:`.
        kind: What it is about.
        what: What is wrong, in one line.
        apply: Makes it so in this process, until the context ends.
        knows_oracle: Whether its author had read the oracle.
    """

    name: str
    kind: str
    what: str
    apply: Callable[[], Change]
    knows_oracle: bool = False

    @property
    def origin(self) -> str:
        """Where it comes from."""
        return self.name.partition(":")[0]


def fault(kind: str, what: str, *, knows_oracle: bool = False) -> Callable[[Callable[[], Change]], Mutant]:
    """Make a mutant of a function that returns what changes; the function's name becomes its own."""

    def mutant(apply: Callable[[], Change]) -> Mutant:
        name = f"{FAULT}:{apply.__name__.replace('_', '-')}"
        return Mutant(name=name, kind=kind, what=what, apply=apply, knows_oracle=knows_oracle)

    return mutant


def mutants_of(modules: Iterable[ModuleType]) -> tuple[Mutant, ...]:
    """Return the mutants that modules define, in their order."""
    return tuple(it for module in modules for it in vars(module).values() if isinstance(it, Mutant))


def one_in(every: int, mutants: Sequence[Mutant]) -> list[Mutant]:
    """Choose one in so many of each kind, and at least one; one that is added moves at most one other."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for it in mutants:
        by_kind[it.kind].append(it.name)
    chosen = {
        name
        for names in by_kind.values()
        for name in sorted(names, key=lambda name: crc32(name.encode()))[: -(-len(names) // every)]
    }
    return [it for it in mutants if it.name in chosen]


@contextmanager
def together(*changes: Change) -> Iterator[None]:
    """Make several changes at once."""
    with ExitStack() as stack:
        for change in changes:
            stack.enter_context(change)
        yield
