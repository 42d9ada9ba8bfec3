"""A picture of ratios, as SVG, which follows a reader's dark or light."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from benchmarks.emulator.spread import Spread

_NAMES: Final = 190
_PLOT: Final = 420
_VALUES: Final = 70
_BAR: Final = 18
_HEAD: Final = 34
_TICKS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_STYLE: Final = """\
.ground { fill: #ffffff } .text { fill: #1f2328 } .line { stroke: #d0d7de }
.one { stroke: #1f2328 } .other { fill: #8c959f } .ours { fill: #3f51b5 } .half { stroke: #1f2328 }
text { font: 12px system-ui, sans-serif } .title { font-weight: 600 }
.end { text-anchor: end } .middle { text-anchor: middle }
@media (prefers-color-scheme: dark) {
.ground { fill: #1e2129 } .text { fill: #e2e4e9 } .line { stroke: #444c56 }
.one { stroke: #e2e4e9 } .other { fill: #768390 } .ours { fill: #8c9eff } .half { stroke: #e2e4e9 }
}"""


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio.

    Attributes:
        name: Whose it is.
        ratio: It, above zero.
        is_ours: Whether it stands out.
    """

    name: str
    ratio: Spread
    is_ours: bool


def chart(title: str, groups: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """Draw bars from 1, to the right for more and to the left for less, on a logarithmic scale.

    Args:
        title: What is drawn, for those who do not see it as well.
        groups: The bars, each group under its heading.
    """
    edges = [edge for _, bars in groups for bar in bars for edge in (bar.ratio.low, bar.ratio.high)]
    low = max([tick for tick in _TICKS if tick <= min(edges, default=1)], default=_TICKS[0])
    high = min([tick for tick in _TICKS if tick >= max(edges, default=1)], default=_TICKS[-1])
    low, high = min(low, 0.5), max(high, 2)

    def at(ratio: float) -> float:
        share = math.log(min(max(ratio, low), high) / low) / math.log(high / low)
        return _NAMES + _PLOT * share

    parts, top = [], _HEAD
    for heading, bars in groups:
        parts.append(f'<text class="text title" x="12" y="{top + 14}">{escape(heading)}</text>')
        top += 22
        for bar in bars:
            parts += _bar(bar, top, at)
            top += _BAR + 4
        top += 10
    ticks = [
        f'<path class="{"one" if tick == 1 else "line"}" d="M{at(tick):.1f} {_HEAD}V{top}"/>'
        f'<text class="text middle" x="{at(tick):.1f}" y="{top + 16}">{tick:g}</text>'
        for tick in _TICKS
        if low <= tick <= high
    ]
    width, height = _NAMES + _PLOT + _VALUES, top + 28
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{_STYLE}\n</style>",
        f'<rect class="ground" width="{width}" height="{height}" rx="6"/>',
        f'<text class="text" x="12" y="20">{escape(title)}</text>',
        *ticks,
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _bar(bar: Bar, top: float, at: Callable[[float], float]) -> list[str]:
    left, right = sorted((at(1), at(bar.ratio.middle)))
    middle = top + _BAR / 2
    kind = "ours" if bar.is_ours else "other"
    return [
        f'<text class="text end" x="{_NAMES - 8}" y="{middle + 4:.1f}">{escape(bar.name)}</text>',
        f'<rect class="{kind}" x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{_BAR}"/>',
        f'<path class="half" d="M{at(bar.ratio.low):.1f} {middle:.1f}H{at(bar.ratio.high):.1f}"/>',
        f'<text class="text" x="{_NAMES + _PLOT + 8}" y="{middle + 4:.1f}">{bar.ratio.middle:.2f}</text>',
    ]
