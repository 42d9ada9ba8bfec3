"""Which routes are nearest to a request that found none."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final, TypeAlias
from urllib.parse import unquote

Routes: TypeAlias = Sequence[tuple[str, str]]

_AT_MOST: Final = 3
_LEAST_LIKENESS: Final = 0.75


def nearest_routes(method: str, path: str, routes: Routes) -> tuple[str, ...]:
    """Return up to three routes, `<method> <template>`, that look like a request, the nearest first.

    Of one path only the nearest method is among them.

    Args:
        method: The method of the request.
        path: Its path, percent-encoded.
        routes: Method and path template of what is served.
    """
    asked = unquote(path)
    ranked = sorted((-_likeness(method, asked, *route), *route) for route in routes)
    near: dict[str, str] = {}
    for unlikeness, allowed, template in ranked:
        # One that is the same was found, and refused what stands in its place.
        if _LEAST_LIKENESS <= -unlikeness < 1:
            near.setdefault(template, f"{allowed} {template}")
    return tuple(near.values())[:_AT_MOST]


def _likeness(method: str, path: str, allowed: str, template: str) -> float:
    """Compare with a template whose parameters are what the path has in their places."""
    expected, parts = template.split("/"), path.split("/")
    pairs = zip_longest(expected, parts[: len(expected)], fillvalue="")
    filled = "/".join(part if name.startswith("{") and part else name for name, part in pairs)
    ratio = SequenceMatcher(None, f"{method} {filled}", f"{method} {path}", autojunk=False).ratio()
    return ratio - (0 if method == allowed else 0.05)
