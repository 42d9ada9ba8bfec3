"""Bar chart of ratios, as SVG with a light and a dark colour scheme."""

import math
from collections.abc import Mapping
from html import escape
from typing import Final

from benchmarks.results import Spread

_NAME_WIDTH: Final = 150
_PLOT_WIDTH: Final = 460
_VALUE_WIDTH: Final = 60
_TOP: Final = 34
_HEADING_HEIGHT: Final = 24
_BAR_HEIGHT: Final = 18
_ROW_HEIGHT: Final = 22
_TICKS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_STYLE: Final = """\
.ground { fill: #ffffff } .text { fill: #1f2328 } .tick { stroke: #d0d7de }
.axis, .quartiles { stroke: #1f2328 }
.other { fill: #8c959f } .ours { fill: #3f51b5 }
text { font: 12px system-ui, sans-serif } .heading { font-weight: 600 }
.end { text-anchor: end } .middle { text-anchor: middle }
@media (prefers-color-scheme: dark) {
.ground { fill: #1e2129 } .text { fill: #e2e4e9 } .tick { stroke: #444c56 }
.axis, .quartiles { stroke: #e2e4e9 }
.other { fill: #768390 } .ours { fill: #8c9eff }
}"""


def chart(title: str, groups: Mapping[str, Mapping[str, Spread]]) -> str:
    """Draw bars that start at 1, on a logarithmic scale.

    Args:
        title: Title.
        groups: Ratios by name, in groups by heading. Names that begin with `bytezkit` are highlighted.
    """
    parts, y = [], _TOP
    for heading, bars in groups.items():
        parts.append(f'<text class="text heading" x="12" y="{y + 16}">{escape(heading)}</text>')
        y += _HEADING_HEIGHT
        for name, ratio in sorted(bars.items(), key=lambda bar: -bar[1].median):
            parts += _bar(name, ratio, y)
            y += _ROW_HEIGHT
    ticks = [
        f'<path class="{"axis" if tick == 1 else "tick"}" d="M{_x(tick)} {_TOP}V{y}"/>'
        f'<text class="text middle" x="{_x(tick)}" y="{y + 16}">{tick:g}</text>'
        for tick in _TICKS
    ]
    width, height = _NAME_WIDTH + _PLOT_WIDTH + _VALUE_WIDTH, y + 28
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


def _x(ratio: float) -> int:
    """Return the position of a ratio; positions outside of the scale are clamped."""
    low, high = _TICKS[0], _TICKS[-1]
    share = math.log(min(max(ratio, low), high) / low) / math.log(high / low)
    return _NAME_WIDTH + round(_PLOT_WIDTH * share)


def _bar(name: str, ratio: Spread, y: int) -> list[str]:
    value_x = _NAME_WIDTH + _PLOT_WIDTH + 8
    left, right = sorted((_x(1), _x(ratio.median)))
    middle = y + _BAR_HEIGHT // 2
    kind = "ours" if name.startswith("bytezkit") else "other"
    return [
        f'<text class="text end" x="{_NAME_WIDTH - 8}" y="{middle + 4}">{escape(name)}</text>',
        f'<rect class="{kind}" x="{left}" y="{y}" width="{right - left}" height="{_BAR_HEIGHT}"/>',
        f'<path class="quartiles" d="M{_x(ratio.low)} {middle}H{_x(ratio.high)}"/>',
        f'<text class="text" x="{value_x}" y="{middle + 4}">{ratio.median:.2f}</text>',
    ]
