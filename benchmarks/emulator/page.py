"""Write `docs/benchmarks.md`."""

import os
import platform

from benchmarks.emulator import beside_prism, prism, state
from benchmarks.emulator.beside_prism import LEAST_RATE, MOST_START, Runs
from benchmarks.emulator.crowd import Crowd
from benchmarks.emulator.load import CONNECTIONS
from benchmarks.emulator.spread import Spread
from scripts.markdown import markdown_table


def page(beside: tuple[Runs, Runs], why_alone: str, times: state.Times, crowd: Crowd) -> str:
    """Write the page.

    Args:
        beside: What was measured of the emulator and of Prism.
        why_alone: Why Prism was not there; empty if it was.
        times: What was measured of the state.
        crowd: What was measured of a crowd.
    """
    parts = [_header(), _beside(*beside, why_alone), _state(times), _crowd(crowd)]
    return "\n".join(parts)


def _header() -> str:
    cores, version = os.cpu_count(), platform.python_version()
    return f"""\
<!-- Written by `make bench`; do not edit. -->
# What the emulator costs, and what it bears

One run of `make bench` on a machine with {cores} cores, which servers and load share, and Python {version}.
Each number is the median of its rounds; in brackets is the middle half of them. Machines differ and are
noisy, so that the ratios, each of a round's pair, say more than the numbers.
"""


def _beside(ours: Runs, theirs: Runs, why_alone: str) -> str:
    starts, rates = Spread.of(ours.starts), Spread.of(ours.rates)
    if why_alone:
        table = markdown_table(
            ("", "Emulator"),
            [("Start to first answer, s", starts.text(2)), ("Requests per second", rates.text(0))],
        )
        return f"## Beside Prism\n\nPrism was not there: {why_alone}.\n\n{table}"
    start_ratio = Spread.of_ratios(ours.starts, theirs.starts)
    rate_ratio = Spread.of_ratios(ours.rates, theirs.rates)
    rows = [
        (
            "Start to first answer, s",
            starts.text(2),
            Spread.of(theirs.starts).text(2),
            start_ratio.text(2),
            f"at most {MOST_START}: {_met(start_ratio.middle <= MOST_START)}",
        ),
        (
            "Requests per second",
            rates.text(0),
            Spread.of(theirs.rates).text(0),
            rate_ratio.text(2),
            f"at least {LEAST_RATE}: {_met(rate_ratio.middle >= LEAST_RATE)}",
        ),
    ]
    return f"""\
## Beside Prism

Both serve the same document with validation on: the emulator by `python -m bytezkit_emulator --clock auto`,
Prism {prism.VERSION} on Node {prism.NODE} by `prism mock --errors --verboseLevel silent`. Prism answers with
an example; the emulator makes a text for the input, and keeps clusters, money spent and a journal.

The request is a run of a text model, {beside_prism.REQUESTS:,} times on {CONNECTIONS} connections that are
kept, after {beside_prism.WARM_UP:,} times for warming up. Anything but a success ends the benchmark. There
are {beside_prism.ROUNDS} rounds of both.

{markdown_table(("", "Emulator", "Prism", "Ratio", "Aim"), rows)}"""


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
## State

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
## A crowd

{crowd.streams:,} streams were open at once over HTTP, each with a key of its own, on a clock that stood until
all had begun; that took {crowd.stream_seconds:.1f} s. Then came {crowd.requests:,} short requests, runs and
reads, in {crowd.request_seconds:.1f} s. None failed. This is what the process of the emulator held before,
after a first crowd with as many streams and fewer requests, and what it held in the end.

{markdown_table(("", "Before", "After"), rows)}"""


def _met(is_met: bool) -> str:
    return "met" if is_met else "not met"
