"""What is told of the emulator."""

from collections.abc import Mapping
from typing import Final

from benchmarks.emulator import beside_prism, growth, prism, state
from benchmarks.emulator.beside_prism import (
    EMULATOR,
    FLOOR,
    LEAST_RATE,
    MOST_START,
    PRISM,
    SILENT_PRISM,
    Runs,
)
from benchmarks.emulator.crowd import Crowd
from benchmarks.emulator.load import CONNECTIONS
from benchmarks.emulator.results import Results
from benchmarks.emulator.spread import Spread
from scripts.markdown import markdown_table

_SERVERS: Final = {
    EMULATOR: "the emulator",
    FLOOR: "the floor",
    PRISM: "Prism",
    SILENT_PRISM: "Prism that writes no lines",
}


def sections(results: Results) -> str:
    """Write what was measured."""
    times = {(act, count): seconds for act, count, seconds in results.times}
    rates = {(name, count): rounds for name, count, rounds in results.growth}
    parts = [_beside(results.beside, results.why_alone), _growth(rates), _state(times), _crowd(results.crowd)]
    return "\n".join(parts)


def _beside(runs: Mapping[str, Runs], why_alone: str) -> str:
    ours = runs[EMULATOR]
    rows = [
        (
            _SERVERS[name],
            Spread.of(its.starts).text(2),
            Spread.of_ratios(ours.starts, its.starts).text(2),
            Spread.of(its.rates).text(0),
            Spread.of_ratios(ours.rates, its.rates).text(2),
        )
        for name, its in runs.items()
    ]
    head = (
        "",
        "Start to first answer, s",
        "The emulator's to it",
        "Requests per second",
        "The emulator's to it",
    )
    aims = _aims(ours, runs[PRISM]) if PRISM in runs else f"Prism was not there: {why_alone}.\n"
    return f"""\
## The emulator beside Prism

All serve the same document, the emulator by `python -m bytezkit_emulator --clock auto`, and Prism
{prism.VERSION} on Node {prism.NODE} by `prism mock --errors`, where it validates as the emulator does. Prism
answers with an example; the emulator makes a text for the input, and keeps clusters, money spent and a
journal. The floor is the emulator's server with one answer for everything.

The request is a run of a text model, {beside_prism.REQUESTS:,} times on {CONNECTIONS} connections that are
kept, after {beside_prism.WARM_UP:,} times for warming up. Anything but a success ends the benchmark. There
are {beside_prism.ROUNDS} rounds of each.

{markdown_table(head, rows)}
{aims}"""


def _aims(ours: Runs, theirs: Runs) -> str:
    starts, rates = Spread.of_ratios(ours.starts, theirs.starts), Spread.of_ratios(ours.rates, theirs.rates)
    rows = [
        ("Start, to Prism's", f"at most {MOST_START}", starts.text(2), _met(starts.middle <= MOST_START)),
        ("Requests per second", f"at least {LEAST_RATE}", rates.text(2), _met(rates.middle >= LEAST_RATE)),
    ]
    return f"""\
{markdown_table(("", "Aim", "Measured", ""), rows)}
Where the time goes, by a profile: the server and the system take what the floor takes. The rest is Python
that makes the answer, and it is spread evenly over reading and validating the request, the text, the money,
the journal and the headers: no function takes more than a twentieth. One process does not become as much
faster again as the second aim asks for; several would not share one world. A start is imports: six tenths
are the interpreter and the standard library, half of that asyncio, an eighth are the libraries that read
HTTP, JSON Schema and saved state, and a quarter are the emulator's own modules.
"""


def _growth(rates: growth.Rates) -> str:
    rows = [
        (
            f"{name}: {', '.join(f'{count:,}' for count in kind.counts)}",
            *(Spread.of(rates[name, count]).text(0) for count in kind.counts),
            Spread.of_ratios(rates[name, kind.counts[-1]], rates[name, kind.counts[0]]).text(2),
        )
        for name, kind in growth.GROWTHS.items()
    ]
    return f"""\
## The emulator with much beside

In process, {growth.REQUESTS} requests in a round, with so much beside them. {growth.ROUNDS} rounds, in turn.

{markdown_table(("", "Few, per second", "More", "Many", "Ratio of many to few"), rows)}"""


def _state(times: state.Times) -> str:
    rows = [
        (
            f"`{act}`",
            *(Spread.of([1000 * it for it in times[act, count]]).text(2) for count in state.TENANTS),
            Spread.of_ratios(times[act, state.TENANTS[-1]], times[act, state.TENANTS[0]]).text(1),
        )
        for act in state.ACTS
    ]
    heads = [f"{count} {'key' if count == 1 else 'keys'}, ms" for count in state.TENANTS]
    return f"""\
## State of the emulator

In process, `emulator.state` with so many keys, each with a cluster that runs, a job and money spent.
{state.ROUNDS} rounds, in turn.

{markdown_table(("", *heads, f"Ratio of {state.TENANTS[-1]} to {state.TENANTS[0]}"), rows)}"""


def _crowd(crowd: Crowd) -> str:
    rows = [
        ("Tasks of asyncio", str(crowd.before.tasks), str(crowd.after.tasks)),
        ("Threads", str(crowd.before.threads), str(crowd.after.threads)),
        ("Open files and sockets", str(crowd.before.files), str(crowd.after.files)),
        ("Most memory so far, MB", f"{crowd.peak_before / 1e6:.1f}", f"{crowd.peak_after / 1e6:.1f}"),
    ]
    return f"""\
## A crowd at the emulator

{crowd.streams:,} streams were open at once over HTTP, each with a key of its own, on a clock that stood until
all had begun; that took {crowd.stream_seconds:.1f} s. Then came {crowd.requests:,} short requests, runs and
reads, in {crowd.request_seconds:.1f} s. None failed. This is what the process of the emulator held before,
after a first crowd with as many streams and fewer requests, and what it held in the end.

{markdown_table(("", "Before", "After"), rows)}"""


def _met(is_met: bool) -> str:
    return "met" if is_met else "**not met**"
