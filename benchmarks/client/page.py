"""What is told of the client."""

from textwrap import fill
from typing import Final

from benchmarks.client.aims import AIMS
from benchmarks.client.answers import TEXT
from benchmarks.client.results import Results, ratios, text
from benchmarks.client.stages import (
    BARE,
    CALLS,
    CONTENDERS,
    CPU,
    FLOOR,
    OURS,
    OURS_FAST,
    RUN,
    RUNS_1,
    RUNS_100,
    STAGES,
    Measure,
    Quantity,
    Stage,
    shown,
)
from benchmarks.emulator.spread import Spread
from scripts.markdown import markdown_table

# What carries the requests of the contenders.
_CARRIERS: Final = ("aiohttp", "h11", "httpcore", "httpcore2", "httpx", "httpx2", "requests", "urllib3")


def sections(results: Results) -> str:
    """Write what was measured."""
    return "\n".join(
        [_aims(results), _contenders(results), _own_cost(results), *(_stage(it, results) for it in STAGES)]
    )


def _aims(results: Results) -> str:
    table = markdown_table(("", "Aim", "Measured", ""), [aim.row(results) for aim in AIMS])
    obstacles = [
        fill(f"- **{aim.what}**: {aim.obstacle}", 110, subsequent_indent="  ", break_on_hyphens=False)
        for aim in AIMS
        if aim.obstacle and not aim.is_met(results)
    ]
    if obstacles:
        obstacles = ["What stands in the way, by profiles of the worker processes:\n", *obstacles, ""]
    return "\n".join(["## What the client is to reach\n", table, *obstacles])


def _contenders(results: Results) -> str:
    rows = [
        (shown(name), _version(results, name), _carriers(results, name))
        for name in CONTENDERS
        if name != FLOOR
    ]
    return f"""\
## Who is compared

Each package stands in an environment of its own and runs in a process of its own, which is told what to do.
In a round, everyone does everything once, in an order that is drawn; ratios are taken within a round. Each
measurement sets a client up, warms it up, and measures for half a second or so.

The stub is a bare ASGI application on uvicorn with uvloop and httptools, which answers what it has ready: a
run gives a text of {len(TEXT)} characters. The clients that speak another API get the same text in its form.
The emulator looks at the request, writes a text and keeps a journal.

{markdown_table(("", "Version", "Sends with"), rows)}"""


def _version(results: Results, name: str) -> str:
    environment = CONTENDERS[name].environment
    if environment in results.absent:
        return f"not there: {results.absent[environment]}"
    versions = results.versions[environment]
    return versions[CONTENDERS[name].module.replace("_", "-")]


def _carriers(results: Results, name: str) -> str:
    versions = results.versions.get(CONTENDERS[name].environment, {})
    return ", ".join(f"{it} {versions[it]}" for it in _CARRIERS if it in versions and it != name)


def _own_cost(results: Results) -> str:
    rows = []
    for measure in (RUN, RUNS_1, RUNS_100):
        for ours in (OURS, OURS_FAST):
            taken = [
                (1e6 / our_rate - 1e6 / their_rate, our_cpu - their_cpu)
                for our_rate, their_rate, our_cpu, their_cpu in zip(
                    *(results.values(measure, name, CALLS) for name in (ours, BARE)),
                    *(results.values(measure, name, CPU) for name in (ours, BARE)),
                    strict=False,
                )
            ]
            cells = [Spread.of(values).text(0) for values in zip(*taken, strict=True)]
            rows.append((measure.name, shown(ours), *(cells or ["", ""])))
    table = markdown_table(("", "", "µs per call", "of these, µs of CPU in the process"), rows)
    return f"""\
## What it costs more than bare httpx

The time of a call less that of bare httpx in the same round; below zero, it costs less.

{table}"""


def _stage(stage: Stage, results: Results) -> str:
    tables = [_table(measure, quantity, results) for measure in stage.measures for quantity in measure.shown]
    return "\n".join([f"## {stage.title}\n", *tables])


def _table(measure: Measure, quantity: Quantity, results: Results) -> str:
    rows = [_row(measure, quantity, name, results) for name in measure.contenders]
    head = ("", quantity.unit, f"`{OURS}` to it", f"`{OURS_FAST}` to it")
    note = f"{measure.note}\n\n" if measure.note and quantity is measure.shown[0] else ""
    return f"### {measure.name}: {quantity.unit}\n\n{note}{markdown_table(head, rows)}"


def _row(measure: Measure, quantity: Quantity, name: str, results: Results) -> list[str]:
    failed = results.failed.get(measure.name, {}).get(name)
    values = results.values(measure, name, quantity)
    if failed or not values:
        return [shown(name), f"failed: {failed}" if failed else "not there", "", ""]
    cells = [
        ratios(results.values(measure, it, quantity), values) if it != name else []
        for it in (OURS, OURS_FAST)
    ]
    return [
        shown(name),
        text(values, quantity.digits),
        *(text(it, 2) if it else "" for it in cells),
    ]
