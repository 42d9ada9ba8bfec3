"""Edits of views: plain data whose members JSON pointers address, with `*` for all members."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple, TypeAlias

View: TypeAlias = dict[str, Any]
Edits: TypeAlias = Sequence[Sequence[Any]]
Conditions: TypeAlias = Mapping[str, Any]

_ABSENT: Final = object()


@dataclass
class Memory:
    """Authorizations that an emulator has accepted, and values of its responses by their place."""

    accepted: list[str] = field(default_factory=list[str])
    returned: dict[tuple[str | None, ...], Any] = field(default_factory=dict[tuple[str | None, ...], Any])


class _Context(NamedTuple):
    """Input of an operator besides the value."""

    view: View
    pointer: str
    memory: Memory


def _number(value: Any, change: Callable[[float], float]) -> Any:
    """Change a number or the decimal text of a number; return any other value unchanged."""
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value):
        return f"{change(float(value)):g}"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return type(value)(change(value))


def _other(it: _Context, value: Any) -> Any:
    return next((other for other in reversed(it.memory.accepted) if other != value), value)


def _stale(it: _Context, value: Any) -> Any:
    request = it.view["request"]
    place = (request["path"], request["headers"].get("authorization"), it.pointer)
    before = it.memory.returned.get(place, value)
    it.memory.returned[place] = value
    return before


# Operators return the new value, or `_ABSENT`. Only the first three apply to absent members.
_OPERATORS: Final[Mapping[str, Callable[..., Any]]] = {
    "set": lambda it, value, new: new,
    "default": lambda it, value, new: new if value is _ABSENT else value,
    "copy": lambda it, value, source: next(_values(it.view, source), value),
    "drop": lambda it, value: _ABSENT,
    "echo": lambda it, value, source: f"{value} {next(_values(it.view, source), '')}",
    "add": lambda it, value, by: _number(value, lambda number: number + by),
    "times": lambda it, value, by: _number(value, lambda number: number * by),
    "sub": lambda it, value, old, new: re.sub(old, new, value) if isinstance(value, str) else value,
    "keep": lambda it, value, count: value[:count] if isinstance(value, list) else value,
    "only": lambda it, value, names: {name: value[name] for name in names if name in value},
    "reverse": lambda it, value: value[::-1] if isinstance(value, list) else value,
    "first": lambda it, value: it.memory.accepted[0] if value in it.memory.accepted else value,
    "other": _other,
    "stale": _stale,
}


def edit(view: View, edits: Edits, memory: Memory) -> View:
    """Return a copy of a view with edits applied in their order."""
    edited = deepcopy(view)
    for operator, pointer, *arguments in edits:
        for parent, key in list(_places(edited, pointer)):
            before = parent[key] if isinstance(parent, list) else parent.get(key, _ABSENT)
            if before is _ABSENT and operator not in ("set", "default", "copy"):
                continue
            after = _OPERATORS[operator](_Context(edited, pointer, memory), before, *arguments)
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
        keys = [it for it in range(len(view)) if head in ("*", str(it))]
    else:
        return
    for key in keys:
        if not rest:
            yield view, key
        elif isinstance(view, list) or key in view:
            yield from _places(view[key], rest)


def _values(view: View, pointer: str) -> Iterator[Any]:
    for parent, key in _places(view, pointer):
        if isinstance(parent, list) or key in parent:
            yield parent[key]


def matches(view: View, conditions: Conditions) -> bool:
    """Return whether members match their patterns: one of several texts, null for an absent member."""
    for pointer, patterns in conditions.items():
        values = [str(it) for it in _values(view, pointer)]
        alternatives = [str(it) for it in (patterns if isinstance(patterns, list) else [patterns])]
        is_match = any(fnmatchcase(value, pattern) for value in values for pattern in alternatives)
        if bool(values) if patterns is None else not is_match:
            return False
    return True
