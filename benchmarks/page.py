"""Text of `docs/benchmarks.md` from the stored results."""

from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.results import ComparisonResult, Spread, StageResult, code_digest
from benchmarks.stage import Comparison, Stage
from benchmarks.targets import TARGETS
from scripts.markdown import markdown_table
from scripts.paths import ROOT

PAGE: Final = ROOT / "docs" / "benchmarks.md"


def page(stages: Sequence[Stage], results: Mapping[str, StageResult]) -> str:
    """Return the page."""
    targets = markdown_table(("", "Target", "Measured", ""), [target.row(results) for target in TARGETS])
    header = f"""\
<!-- Written by `make bench`; do not edit. -->
# Benchmarks

Each number is the median of several rounds, with the quartiles in brackets. A round measures every subject
once, in random order, and a ratio is taken within a round. The speed of a machine changes, so that ratios
are more reliable than rates. Clients and servers share the processors of one machine.

Each client has an environment of its own, and each of its measurements runs in a new process.
`bytezkit+aiohttp` is `AsyncBytez(http_client="aiohttp")`. Unless stated otherwise, the server is a bare ASGI
application with constant responses; `openai` and `huggingface_hub` get the same text in the format of the
OpenAI API.

`make bench` measures all stages, and `make bench STAGE=sync-run` one of them.

## Targets

{targets}"""
    return "\n".join([header, *(_section(stage, results.get(stage.name)) for stage in stages)])


def _section(stage: Stage, result: StageResult | None) -> str:
    head = f"## {stage.title}\n\n{stage.note}\n"
    if result is None:
        return f"{head}\nNot measured yet.\n"
    age = "" if result.code == code_digest() else " The code has changed since then."
    setup = ", ".join([f"{result.cores} cores", f"Python {result.python}", *result.packages])
    measured = f"measured on {result.date} in {result.rounds} rounds with {setup}.{age}\n"
    tables = [_table(it, result.comparisons[it.title]) for it in stage.comparisons]
    return "\n".join([head, f"Stage `{stage.name}`, {measured}", *tables])


def _table(comparison: Comparison, result: ComparisonResult) -> str:
    baseline = comparison.baseline
    columns = list(dict.fromkeys(column for values in result.values.values() for column in values))
    head = [comparison.title]
    for column in columns:
        head += [column, f"relative to {baseline}"] if baseline else [column]
    rows = []
    for subject in comparison.subjects:
        row = [subject]
        for column in columns:
            row.append(_cell(result.column(subject, column)))
            if baseline:
                row.append("" if subject == baseline else _cell(result.ratios(subject, baseline, column)))
        if subject in result.failures:
            row[1:2] = [f"not measured: {result.failures[subject]}"]
        rows.append(row)
    return markdown_table(head, rows)


def _cell(values: Sequence[float]) -> str:
    return str(Spread.of(values)) if values else ""
