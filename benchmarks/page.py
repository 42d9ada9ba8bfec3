"""Write `docs/benchmarks.md`, and its picture."""

import os
import platform
from typing import Final

from benchmarks import imports, parts
from benchmarks.chart import Bar, chart
from benchmarks.client import page as client
from benchmarks.client.results import Results, ratios
from benchmarks.client.stages import BARE, OURS, OURS_FAST, READ_ASYNC, RUN, RUNS_100, Measure
from benchmarks.emulator import page as emulator
from benchmarks.emulator import results as emulator_results
from benchmarks.emulator.spread import Spread
from scripts.paths import ROOT

_PAGE: Final = ROOT / "docs" / "benchmarks.md"
_PICTURE: Final = _PAGE.with_suffix(".svg")
_DRAWN: Final = (RUN, RUNS_100, READ_ASYNC)
_TITLE: Final = f"How many times as much as bare {BARE} does in a second"


def write() -> None:
    """Write both from the results that are kept.

    Raises:
        SystemExit: A part was never measured.
    """
    measured = parts.kept("client", Results)
    sections = [
        _header(),
        client.sections(measured),
        imports.sections(parts.kept("imports", imports.Results)),
        emulator.sections(parts.kept("emulator", emulator_results.Results)),
    ]
    _PAGE.write_text("\n".join(sections), encoding="utf-8")
    _PICTURE.write_text(picture(measured), encoding="utf-8")


def picture(results: Results) -> str:
    """Draw the rates of everyone, as ratios to bare httpx."""
    return chart(_TITLE, [(measure.name, _bars(measure, results)) for measure in _DRAWN])


def _bars(measure: Measure, results: Results) -> list[Bar]:
    rate = measure.shown[0]
    bare = results.values(measure, BARE, rate)
    bars = [
        Bar(name, Spread.of(found), is_ours=name in {OURS, OURS_FAST})
        for name in measure.contenders
        if name != BARE and (found := ratios(results.values(measure, name, rate), bare))
    ]
    return sorted(bars, key=lambda bar: bar.ratio.middle, reverse=True)


def _header() -> str:
    cores, version = os.cpu_count(), platform.python_version()
    return f"""\
<!-- Written by `make bench`; do not edit. -->
# What it costs, beside others

One run of `make bench` on a machine with {cores} cores, which servers and clients share, with Python
{version}. Each number is the median of its rounds; in brackets is the middle half of them. Machines differ
and are noisy, so that the ratios, each of a round's pair, say more than the numbers.

![{_TITLE}: bars for each client]({_PICTURE.name})
"""
