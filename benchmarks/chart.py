"""Bar chart of ratios, as SVG with a light and a dark colour scheme."""

import math
from collections.abc import Mapping
from html import escape
from typing import Final

from benchmarks.results import Spread

_NAME_WIDTH: Final = 150
_PLOT_WIDTH: Final = 460
_VALUE_X: Final = _NAME_WIDTH + _PLOT_WIDTH + 8
_WIDTH: Final = _NAME_WIDTH + _PLOT_WIDTH + 60
_TOP: Final = 34
_BAR_HEIGHT: Final = 18
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
    bars, y = [], _TOP
    for heading, ratios in groups.items():
        bars.append(_text("text heading", 12, y + 16, heading))
        y += 24
        for name, ratio in sorted(ratios.items(), key=lambda item: -item[1].median):
            left, right = sorted((_x(1), _x(ratio.median)))
            middle = y + _BAR_HEIGHT // 2
            kind = "ours" if name.startswith("bytezkit") else "other"
            bars += [
                _text("text end", _NAME_WIDTH - 8, middle + 4, name),
                f'<rect class="{kind}" x="{left}" y="{y}" width="{right - left}" height="{_BAR_HEIGHT}"/>',
                f'<path class="quartiles" d="M{_x(ratio.low)} {middle}H{_x(ratio.high)}"/>',
                _text("text", _VALUE_X, middle + 4, f"{ratio.median:.2f}"),
            ]
            y += 22
    ticks = [
        f'<path class="{"axis" if tick == 1 else "tick"}" d="M{_x(tick)} {_TOP}V{y}"/>'
        + _text("text middle", _x(tick), y + 16, f"{tick:g}")
        for tick in _TICKS
    ]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 28}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{_STYLE}\n</style>",
        f'<rect class="ground" width="{_WIDTH}" height="{y + 28}" rx="6"/>',
        *(_text("text", 12, 20, title), *ticks, *bars, "</svg>"),
    ]
    return "\n".join(lines) + "\n"


def _text(kind: str, x: int, y: int, text: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(text)}</text>'


def _x(ratio: float) -> int:
    """Return the position of a ratio; positions outside of the scale are clamped."""
    low, high = _TICKS[0], _TICKS[-1]
    share = math.log(min(max(ratio, low), high) / low) / math.log(high / low)
    return _NAME_WIDTH + round(_PLOT_WIDTH * share)
