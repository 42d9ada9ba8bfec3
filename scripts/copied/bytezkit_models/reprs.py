"""Representations of values that stay short, whatever the values contain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Final, cast

_MAX_LENGTH: Final = 900
_MAX_TEXT: Final = 200
# Within lists and mappings, so that several items fit.
_MAX_NESTED_TEXT: Final = 60
_MAX_LABEL: Final = 120
_MAX_ITEMS: Final = 4
_MAX_DEPTH: Final = 5


class ShortRepr:
    """Base class of dataclasses whose representation leaves out most of a long text, list or mapping."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # `dataclass` adds its own method to a class that only inherits one.
        if "__repr__" not in vars(cls):
            cls.__repr__ = ShortRepr.__repr__  # type: ignore[method-assign]  # see above

    def __repr__(self) -> str:
        return short_repr(self)


def short_repr(value: object, max_length: int = _MAX_LENGTH) -> str:
    """Return the representation of a value, with `...` for each part that is left out."""
    return shorten(_repr(value, _MAX_DEPTH), max_length)


def object_repr(value: object, *labels: str) -> str:
    """Return a representation from the class of an object and labels, each of at most 120 characters."""
    return f"<{' '.join([type(value).__name__, *(shorten(label, _MAX_LABEL) for label in labels)])}>"


def shorten(text: str, max_length: int) -> str:
    """Return the text, or its beginning and `...` if it is too long."""
    return text if len(text) <= max_length else f"{text[: max_length - 3]}..."


def _repr(value: object, depth: int) -> str:
    if isinstance(value, (str, bytes)):
        limit = _MAX_TEXT if depth == _MAX_DEPTH else _MAX_NESTED_TEXT
        rest = len(value) - limit
        return f"{value[:limit]!r}... {rest:,} more" if rest > 0 else repr(value)
    if isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
        shown: Iterable[str] = (_repr(item, depth - 1) for item in items)
        brackets = "[]" if isinstance(value, list) else "()"
        return _joined(shown, len(items), brackets, depth)
    if isinstance(value, dict):
        members = cast("Mapping[object, object]", value)
        shown = (f"{_repr(name, 1)}: {_repr(member, depth - 1)}" for name, member in members.items())
        return _joined(shown, len(members), "{}", depth)
    if isinstance(value, ShortRepr) and is_dataclass(value):
        shown = (f"{it.name}={_repr(getattr(value, it.name), depth)}" for it in fields(value) if it.repr)
        return f"{type(value).__name__}({', '.join(shown)})"
    return shorten(repr(value), _MAX_TEXT)


def _joined(shown: Iterable[str], length: int, brackets: str, depth: int) -> str:
    """Join the first items; the others are only counted."""
    count = _MAX_ITEMS if depth > 0 else 0
    rest = [f"... {length - count:,} more"] if length > count else []
    return f"{brackets[0]}{', '.join([*islice(shown, count), *rest])}{brackets[1]}"
