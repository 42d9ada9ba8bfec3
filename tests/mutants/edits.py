"""Edits of views: plain data whose members JSON pointers address, with `*` for all members."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, TypeAlias

View: TypeAlias = dict[str, Any]
Edits: TypeAlias = Sequence[Sequence[Any]]
Conditions: TypeAlias = Mapping[str, Any]

_ABSENT: Final = object()


class Memory:
    """What an emulator has accepted and returned: authorizations, and values of answers by their place."""

    def __init__(self) -> None:
        self.accepted: list[str] = []
        self.returned: dict[tuple[str | None, ...], Any] = {}


@dataclass(frozen=True, slots=True)
class _Edit:
    """The edit that is being applied: what its operator may look at besides the value."""

    view: View
    pointer: str
    memory: Memory

    def look_up(self, pointer: str, otherwise: Any) -> Any:
        """Return another value of the view, or a default."""
        return next(iter(_values(self.view, pointer)), otherwise)


def _numbered(change: Callable[[float, float], float]) -> Callable[[_Edit, Any, float], Any]:
    """Make an operator of a change of numbers, which changes decimal texts too and keeps other values."""

    def changed(_: _Edit, value: Any, by: float) -> Any:
        if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value):
            return f"{change(float(value), by):g}"
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return value
        found = change(value, by)
        return int(found) if isinstance(value, int) else found

    return changed


def _first(it: _Edit, value: Any) -> Any:
    known = it.memory.accepted
    return known[0] if value in known else value


def _other(it: _Edit, value: Any) -> Any:
    return next((other for other in reversed(it.memory.accepted) if other != value), value)


def _stale(it: _Edit, value: Any) -> Any:
    request = it.view["request"]
    place = (request["path"], request["headers"].get("authorization"), it.pointer)
    before = it.memory.returned.get(place, value)
    it.memory.returned[place] = value
    return before


# Operators of edits: they return the new value, or `_ABSENT`. Only the first ones apply to absent members.
_FOR_ABSENT: Final = ("set", "default", "copy")
_OPERATORS: Final[Mapping[str, Callable[..., Any]]] = {
    "set": lambda it, value, new: new,
    "default": lambda it, value, new: new if value is _ABSENT else value,
    "copy": lambda it, value, source: it.look_up(source, value),
    "drop": lambda it, value: _ABSENT,
    "echo": lambda it, value, source: f"{value} {it.look_up(source, '')}",
    "add": _numbered(lambda value, by: value + by),
    "times": _numbered(lambda value, by: value * by),
    "sub": lambda it, value, old, new: re.sub(old, new, value) if isinstance(value, str) else value,
    "keep": lambda it, value, count: value[:count] if isinstance(value, list) else value,
    "only": lambda it, value, names: {name: value[name] for name in names if name in value},
    "reverse": lambda it, value: value[::-1] if isinstance(value, list) else value,
    "first": _first,
    "other": _other,
    "stale": _stale,
}


def edit(view: View, edits: Edits, memory: Memory) -> View:
    """Return a copy of a view with edits applied in their order."""
    edited = deepcopy(view)
    for operator, pointer, *arguments in edits:
        for parent, key in list(_places(edited, pointer)):
            before = parent[key] if isinstance(parent, list) else parent.get(key, _ABSENT)
            if before is _ABSENT and operator not in _FOR_ABSENT:
                continue
            after = _OPERATORS[operator](_Edit(edited, pointer, memory), before, *arguments)
            if after is not _ABSENT:
                parent[key] = deepcopy(after)
            elif before is not _ABSENT:
                del parent[key]
    return edited


def _places(view: Any, pointer: str) -> Iterator[tuple[Any, Any]]:
    """Yield the containers and keys that a pointer addresses; the last member of an object may be absent."""
    head, _, rest = pointer.removeprefix("/").partition("/")
    if isinstance(view, dict):
        keys: Sequence[Any] = list(view) if head == "*" else [head]
    elif isinstance(view, list):
        keys = range(len(view)) if head == "*" else [int(head)]
    else:
        return
    for key in keys:
        if not rest:
            yield view, key
        elif isinstance(view, list) or key in view:
            yield from _places(view[key], rest)


def _values(view: View, pointer: str) -> list[Any]:
    return [
        parent[key] for parent, key in _places(view, pointer) if isinstance(parent, list) or key in parent
    ]


def matches(view: View, conditions: Conditions) -> bool:
    """Return whether members fit their patterns: one of several texts, null for an absent member."""
    for pointer, patterns in conditions.items():
        values = [str(it) for it in _values(view, pointer)]
        if patterns is None:
            if values:
                return False
        elif not any(
            fnmatchcase(value, str(pattern))
            for value in values
            for pattern in (patterns if isinstance(patterns, list) else [patterns])
        ):
            return False
    return True
