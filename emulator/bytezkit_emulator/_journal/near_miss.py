"""Find the routes that are most similar to a request for an unknown path."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final, TypeAlias
from urllib.parse import unquote

Routes: TypeAlias = Sequence[tuple[str, str]]

_MAX_ROUTES: Final = 3
# On the scale of `SequenceMatcher.ratio`, which is 1 for equal strings.
_MIN_SIMILARITY: Final = 0.75
# Characters. A longer path is like no route, and a comparison takes time by the square of the length.
_MAX_LENGTH: Final = 256
# Ranks a route with the method of the request above other methods of the same path.
_OTHER_METHOD_PENALTY: Final = 0.05


def nearest_routes(method: str, path: str, routes: Routes) -> tuple[str, ...]:
    """Return up to three routes, `<method> <template>`, that are similar to a request, the best first.

    Each path template occurs once, with its most similar method. A path of more than 256 characters has none.

    Args:
        method: The method of the request.
        path: The path of the request, percent-encoded.
        routes: Methods and path templates of all routes.
    """
    decoded = unquote(path)
    if len(decoded) > _MAX_LENGTH:
        return ()
    ranked = sorted((-_similarity(method, decoded, *route), *route) for route in routes)
    similar: dict[str, str] = {}
    for negative_similarity, allowed, template in ranked:
        # An identical route matched, and refused a path parameter: it is no suggestion.
        if _MIN_SIMILARITY <= -negative_similarity < 1:
            similar.setdefault(template, f"{allowed} {template}")
    return tuple(similar.values())[:_MAX_ROUTES]


def _similarity(method: str, path: str, allowed: str, template: str) -> float:
    """Compare a path with a template after inserting the segments of the path for its parameters."""
    expected, parts = template.split("/"), path.split("/")
    pairs = zip_longest(expected, parts[: len(expected)], fillvalue="")
    filled = "/".join(part if name.startswith("{") and part else name for name, part in pairs)
    ratio = SequenceMatcher(None, f"{method} {filled}", f"{method} {path}", autojunk=False).ratio()
    return ratio - (0 if method == allowed else _OTHER_METHOD_PENALTY)
