"""The page docs/kill-table.md."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from scripts.markdown import markdown_table
from tests.mutants.trial import LAYERS

# Smallest allowed share in percent of detected mutants; of seeds, the share without a failure.
BOUNDS: Final = {"behaviour": 95, "gateway": 100, "document": 95, "code": 85, "seeds": 100}
_TITLES: Final = {
    "behaviour": "faults in behaviour",
    "gateway": "those that the contract tests detect, through a gateway",
    "document": "changes of the document",
    "code": "mutants of the code",
}
_HEAD: Final = """# Mutation testing

The share of injected faults that the tests detect. `make mutants` writes this page from the last run of each
part (`PART=behaviour`, `gateway`, `document`, `code` or `seeds`; `SAMPLE=50` for fewer mutants). A part that
was interrupted continues at the next mutant.

- Faults in behaviour are the rows of `tests/mutants/behaviour.yaml`. Each fault changes requests, responses
  or settings between the tests and the emulator.
- Changes of the document are made by rules, such as the removal of a pattern. The tests use the changed
  OpenAPI document and the emulator the correct one, or the other way round.
- mutmut changes the code of all hand-written functions of emulator and client. The results include equivalent
  mutants, which no test can detect; the bound allows for them.

For a fault in behaviour, the contract tests run first (`bytezkit contract run`), then the tests of documented
calls (`tests/wire`), then those of the emulator (`tests/emulator`), until a test fails. For a change of the
document, the tests of documented calls run first. mutmut runs the tests that execute the changed function,
and mypy checks the mutants that no test detects, since `make test` checks types too.

The part `gateway` runs the module of the contract test that detects a fault again, then all contract tests,
through a gateway with a path prefix, a header of its own, a private certification authority, a limit of 20
requests per second, and 501 for unknown methods. Without a fault, all contract tests pass there.
"""


def rate(rows: Sequence[Mapping[str, Any]]) -> float:
    """Return the share in percent of detected mutants, or of seeds without a failure."""
    is_seeds = bool(rows) and rows[0]["group"] == "seeds"
    good = sum((row["killer"] is None) == is_seeds for row in rows)
    return 100 * good / len(rows) if rows else 100.0


def page(read: Callable[[str], Any]) -> str:
    """Return the page for the results that a function reads by the names of the parts."""
    results = {part: result for part in BOUNDS if (result := read(part)) is not None}
    head = ("", "in all", "in the sample", "detected", "bound", *(f"by {it}" for it in LAYERS))
    scores = markdown_table(head, [_score(part, results.get(part)) for part in _TITLES])
    seeds = "other seeds: not run"
    if "seeds" in results:
        rows = results["seeds"]["rows"]
        failures = [row["test"] for row in rows if row["killer"]]
        seeds = f"{len(rows)} seeds: {', '.join(failures) or 'no failure'}"
    contract = f"The contract tests against the emulator as it is, with {seeds}.\n"
    return "\n".join([_HEAD, scores, contract, *_tables(results)])


def _score(part: str, result: Mapping[str, Any] | None) -> list[str]:
    bound = f"{BOUNDS[part]} %"
    if result is None:
        return [_TITLES[part], "", "not run", "", bound, *("" for _ in LAYERS)]
    rows = result["rows"]
    killers = Counter(row["killer"] for row in rows)
    by_layer = ["" if part == "code" else str(killers[layer]) for layer in LAYERS]
    return [_TITLES[part], str(result["total"]), str(len(rows)), f"{rate(rows):.1f} %", bound, *by_layer]


def _tables(results: Mapping[str, Any]) -> Iterator[str]:
    for part, killers in (("document", LAYERS), ("code", ("tests", "types"))):
        if part in results:
            counts = Counter((row["group"], row["killer"]) for row in results[part]["rows"])
            columns = (*killers, None)
            groups = sorted({group for group, _ in counts})
            cells = [(group, *(str(counts[group, it]) for it in columns)) for group in groups]
            head = ("group", *(f"by {it}" for it in killers), "not detected")
            yield f"## {_TITLES[part].capitalize()}\n\n{markdown_table(head, cells)}"
    if "behaviour" in results:
        faults = [
            (it["group"], it["name"], it["says"], it["killer"] or "**nothing**")
            for it in results["behaviour"]["rows"]
        ]
        yield f"## Faults in behaviour\n\n{markdown_table(('area', 'fault', '', 'detected by'), faults)}"
