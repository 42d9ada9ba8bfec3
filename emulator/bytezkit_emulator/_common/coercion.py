"""Convert Python values to JSON, and locate errors in user input."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, cast

from bytezkit_emulator._common.json import MAX_DEPTH, is_unicode
from bytezkit_models.json_value import JsonValue


class InvalidValueError(Exception):
    """A value is invalid. Callers turn it into a public error once they know where the value came from.

    Args:
        reason: Why the value is invalid.
        path: Location within the outermost value: member names and list positions.
    """

    def __init__(self, reason: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(reason)
        self.reason: Final = reason
        self.path: Final = path

    def prefixed(self, *parents: str | int) -> "InvalidValueError":
        """Return the same error with the location of the enclosing value before its path."""
        return InvalidValueError(self.reason, (*parents, *self.path))

    def __str__(self) -> str:
        return ": ".join(filter(None, ["/".join(map(str, self.path)), self.reason]))


def to_json(value: object) -> JsonValue:
    """Copy a value as JSON; tuples become lists.

    Raises:
        InvalidValueError: A part of the value has no JSON type, is a number that is not finite, is a string
            with an unpaired surrogate, or is nested deeper than 128 levels.
    """
    return _copy(value, ())


def _copy(value: object, path: tuple[str | int, ...]) -> JsonValue:
    # The limit also ends the recursion for a value that contains itself.
    if len(path) > MAX_DEPTH:
        raise InvalidValueError(f"nested deeper than {MAX_DEPTH} levels")
    match value:
        case None | bool() | int():
            return value
        case float() if math.isfinite(value):
            return value
        case str() if is_unicode(value):
            return value
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return [_copy(item, (*path, position)) for position, item in enumerate(items)]
        case Mapping():
            members = cast("Mapping[object, object]", value)
            return {_member_name(name, path): _copy(it, (*path, str(name))) for name, it in members.items()}
        case float() | str():
            raise InvalidValueError(f"{value!r} cannot be represented in JSON", path)
        case _:
            raise InvalidValueError(f"{type(value).__name__} cannot be represented in JSON", path)


def _member_name(name: object, path: tuple[str | int, ...]) -> str:
    if isinstance(name, str) and is_unicode(name):
        return name
    raise InvalidValueError(f"the name {name!r} is not a valid JSON string", path)
