"""The page docs/kill-table.md."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from tests.mutants.trial import LAYERS

# The least share in percent that has to be detected; of seeds, the share without a failure.
BOUNDS: Final = {"behaviour": 95, "document": 95, "code": 85, "seeds": 100}
_TITLES: Final = {
    "behaviour": "faults in behaviour",
    "document": "changes of the document",
    "code": "mutants of the code",
}
_HEAD: Final = """# Kill table

How many faults the tests detect. `make mutants` writes this page, from the last run of each part
(`PART=behaviour`, `document`, `code` or `seeds`; `SAMPLE=50` for fewer mutants). A part that was interrupted
continues where it was.

- Faults in behaviour are the rows of `tests/mutants/behaviour.yaml`. Each edits requests, answers or settings
  between the tests and the emulator.
- Changes of the document are mechanical. The tests read the changed OpenAPI document while the emulator reads
  the true one, or the other way round.
- Mutants of the code are mutmut's, of all functions of emulator and client that are written by hand.
  Equivalent mutants are not excluded: the bound allows for them.

A fault in behaviour is tried with the contract tests (`bytezkit contract run`), then with the tests of
documented calls (`tests/wire`), then with those of the emulator (`tests/emulator`), until a test fails. A
change of the document is tried with the documented calls first. mutmut runs the tests that reach the changed
function.
"""


def rate(rows: Sequence[Mapping[str, Any]]) -> float:
    """Return the share in percent of detected mutants, or of seeds without a failure."""
    is_seeds = bool(rows) and rows[0]["group"] == "seeds"
    good = sum((row["killer"] is None) == is_seeds for row in rows)
    return 100 * good / len(rows) if rows else 100.0


def page(read: Callable[[str], Any]) -> str:
    """Return the page for the results that a function reads by the names of the parts."""
    results = {part: result for part in BOUNDS if (result := read(part)) is not None}
    return "\n".join([_HEAD, *_scores(results), *_groups(results), *_faults(results)])


def _scores(results: Mapping[str, Any]) -> Iterator[str]:
    rows: list[Sequence[object]] = []
    for part, title in _TITLES.items():
        if part not in results:
            rows.append([title, "", "not run", "", f"{BOUNDS[part]} %", *("" for _ in LAYERS)])
            continue
        result = results[part]
        killers = Counter(row["killer"] for row in result["rows"])
        by_layer = ["" if part == "code" else killers[layer] for layer in LAYERS]
        score = f"{rate(result['rows']):.1f} %"
        rows.append([title, result["total"], len(result["rows"]), score, f"{BOUNDS[part]} %", *by_layer])
    yield from _table(
        ["", "in all", "in the sample", "detected", "bound", *(f"by {it}" for it in LAYERS)], rows
    )
    if seeds := results.get("seeds"):
        failures = [row["test"] for row in seeds["rows"] if row["killer"]]
        told = ", ".join(failures) or "no failure"
        yield f"The contract tests against the emulator as it is, with {len(seeds['rows'])} seeds: {told}.\n"
    else:
        yield "The contract tests against the emulator as it is, with other seeds: not run.\n"


def _groups(results: Mapping[str, Any]) -> Iterator[str]:
    for part in ("document", "code"):
        if part in results:
            rows = results[part]["rows"]
            groups = Counter(row["group"] for row in rows)
            killed = Counter(row["group"] for row in rows if row["killer"])
            yield f"## {_TITLES[part].capitalize()}\n"
            yield from _table(
                ["group", "in the sample", "detected"],
                ([it, groups[it], killed[it]] for it in sorted(groups)),
            )


def _faults(results: Mapping[str, Any]) -> Iterator[str]:
    if "behaviour" in results:
        yield "## Faults in behaviour\n"
        rows = results["behaviour"]["rows"]
        yield from _table(
            ["area", "fault", "", "detected by"],
            ([it["group"], it["name"], it["says"], it["killer"] or "**nothing**"] for it in rows),
        )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(str(it).replace('|', chr(92) + '|') for it in row)} |"
    yield ""
