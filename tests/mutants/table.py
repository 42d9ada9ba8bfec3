"""The kill table, in Markdown, and what is wrong with its numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from tests.mutants.campaign import CLEAN_SEEDS, FEW, MOST_REQUESTS, SEEDS
from tests.mutants.judgements import Judgement
from tests.mutants.killed import Killer
from tests.mutants.layers import LAYERS, Layer
from tests.mutants.mutant import CODE, DOCUMENT, FAULT, Mutant
from tests.mutants.survivors import reason_of

_ORIGINS: Final = {FAULT: "made by hand", DOCUMENT: "of the document", CODE: "of the code"}
# The least share that has to be killed, in percent.
_NEEDED: Final = {FAULT: 95, DOCUMENT: 95, CODE: 85}
_NOTHING: Final = "-"


@dataclass(frozen=True, slots=True)
class Results:
    """What a run found.

    Attributes:
        all: Every mutant there is, by its origin.
        chosen: Those of them that count.
        judgements: What became of them; equivalent ones have none.
        false_positives: What each layer has against the emulator as it is.
    """

    all: Mapping[str, Sequence[Mutant]]
    chosen: Sequence[Mutant]
    judgements: Sequence[Judgement]
    false_positives: Mapping[Layer, Sequence[str]]

    @property
    def survivors(self) -> list[str]:
        """The names of those that nothing killed."""
        return [it.name for it in self.judgements if it.killer is None]

    def of(self, origin: str, kind: str | None = None) -> list[tuple[Mutant, Judgement | None]]:
        """Return the chosen mutants of an origin, or of one kind, each with what became of it."""
        judgements = {it.name: it for it in self.judgements}
        return [
            (it, judgements.get(it.name))
            for it in self.chosen
            if it.origin == origin and kind in (None, it.kind)
        ]

    def complaints(self, formerly_killed: Mapping[str, Killer]) -> list[str]:
        """Say what is wrong, if anything."""
        return [
            *(f"{name} survives, without a reason" for name in self.survivors if reason_of(name) is None),
            *(f"{name} survives what killed it before" for name in self.survivors if name in formerly_killed),
            *(
                f"of the mutants {_ORIGINS[origin]}, only {score:.1f} % are killed"
                for origin, needed in _NEEDED.items()
                if (score := _Tally.of(self.of(origin)).score) < needed
            ),
            *(
                f"{layer.name}: {found}, and nothing is wrong"
                for layer, all_found in self.false_positives.items()
                for found in all_found
            ),
        ]


@dataclass(frozen=True, slots=True)
class _Tally:
    chosen: int
    judged: int
    killed: int

    @classmethod
    def of(cls, pairs: Sequence[tuple[Mutant, Judgement | None]]) -> "_Tally":
        judgements = [judgement for _, judgement in pairs if judgement is not None]
        killed = [it for it in judgements if it.killer is not None]
        return cls(len(pairs), len(judgements), len(killed))

    @property
    def score(self) -> float:
        return 100 * self.killed / self.judged if self.judged else 100.0

    @property
    def cells(self) -> list[object]:
        survived = self.judged - self.killed
        return [self.chosen, self.chosen - self.judged, self.killed, survived, f"{self.score:.1f} %"]


def table(results: Results) -> str:
    """Return the whole page."""
    return "\n".join(
        [*_introduction(), *_summary(results), *_faults(results), *_mechanical(results), *_survivors(results)]
    )


def _introduction() -> Iterator[str]:
    yield f"""# Kill table

Which tests notice when something is wrong. `make mutants` writes this page; nothing in it is written by hand
but the reasons, which stand in `tests/mutants/survivors.toml`.

A mutant is one thing that is wrong: a fault in behaviour that is made by hand (`tests/mutants/faults/`), a
change of the OpenAPI document, or a mechanical change of the emulator's code (mutmut's operators). A changed
document is read by the tests while the emulator keeps to the true one, or the other way round; in one of
the two ways they have to disagree. Each mutant is run against the layers of tests, the cheapest first, until
one kills it.

Requests to kill are those that the killing test had sent by then. The oracle is asked about each fault that
is made by hand in any case, with up to {MOST_REQUESTS:,} random requests of each of {len(SEEDS)} seeds, or of
{FEW} if none of those notices anything; the median is over those that noticed.
"""


def _summary(results: Results) -> Iterator[str]:
    yield "## Scores\n"
    rows: list[Sequence[object]] = []
    for origin, label in _ORIGINS.items():
        tally = _Tally.of(results.of(origin))
        rows.append([label, len(results.all[origin]), *tally.cells, f"{_NEEDED[origin]} %"])
    yield from _rows(
        ["mutants", "in all", "chosen", "equivalent", "killed", "survived", "score", "needed"], rows
    )
    blind = sum(not mutant.knows_oracle for mutant, _ in results.of(FAULT))
    yield f"Authors who had not read the oracle made {blind} of the faults; the others have a *.\n"
    yield "## Killed by\n"
    killers = {
        origin: Counter(it.killer.layer for _, it in results.of(origin) if it is not None and it.killer)
        for origin in _ORIGINS
    }
    yield from _rows(
        ["layer", "tests", *_ORIGINS.values()],
        ([it.name, f"`{it.tests}`", *(killers[origin][it.name] for origin in _ORIGINS)] for it in LAYERS),
    )
    yield "## False positives\n"
    yield from _rows(
        ["layer", "runs of the emulator as it is", "failures"],
        (
            [layer.name, len(CLEAN_SEEDS) if layer.random_tests else 1, ", ".join(found) or "none"]
            for layer, found in results.false_positives.items()
        ),
    )


def _faults(results: Results) -> Iterator[str]:
    yield "## Faults made by hand\n"
    for kind in _kinds(results, FAULT):
        yield f"### {kind}\n"
        yield from _rows(
            ["fault", "what is wrong", "killed by", "requests", "oracle", "median"],
            (_fault(mutant, judgement) for mutant, judgement in results.of(FAULT, kind)),
        )


def _fault(mutant: Mutant, judgement: Judgement | None) -> list[object]:
    name = mutant.name.partition(":")[2] + ("*" if mutant.knows_oracle else "")
    if judgement is None:
        return [name, mutant.what, "equivalent", _NOTHING, _NOTHING, _NOTHING]
    killer = judgement.killer
    requests = [it for it in judgement.by_seed if it is not None]
    return [
        name,
        mutant.what,
        killer.layer if killer else "**nothing**",
        killer.requests if killer else _NOTHING,
        f"{len(requests)} of {len(judgement.by_seed)}",
        f"{median(requests):g}" if requests else _NOTHING,
    ]


def _mechanical(results: Results) -> Iterator[str]:
    for origin, title in ((DOCUMENT, "Mutants of the document"), (CODE, "Mutants of the code")):
        yield f"## {title}\n"
        yield from _rows(
            ["module" if origin == CODE else "change", "chosen", "equivalent", "killed", "survived", "score"],
            ([it, *_Tally.of(results.of(origin, it)).cells] for it in _kinds(results, origin)),
        )


def _survivors(results: Results) -> Iterator[str]:
    yield "## Survivors\n"
    for origin in _ORIGINS:
        for mutant, judgement in results.of(origin):
            if judgement is None or judgement.killer is None:
                reason = reason_of(mutant.name)
                told = "**no reason**" if reason is None else reason.reason
                is_equivalent = reason is not None and reason.is_equivalent
                yield f"- {mutant.name}{' (equivalent)' if is_equivalent else ''}: {told}"
    yield ""


def _kinds(results: Results, origin: str) -> list[str]:
    return list(dict.fromkeys(it.kind for it, _ in results.of(origin)))


def _rows(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield _row(head)
    yield _row(["---"] * len(head))
    for row in rows:
        yield _row(row)
    yield ""


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(it).replace('|', chr(92) + '|') for it in cells)} |"
