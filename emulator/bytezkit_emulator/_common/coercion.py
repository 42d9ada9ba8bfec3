"""Python's values as JSON, and what is wrong with those that people wrote down."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

from bytezkit_emulator._common.json import JsonValue

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

_DEEPEST: Final = 128


class Misfit(Exception):  # noqa: N818  # becomes an error once it is known where it stands
    """A value is not what it has to be.

    Args:
        reason: Why.
        path: Where in the value: members and positions.
    """

    def __init__(self, reason: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path

    def below(self, *parents: str | int) -> "Misfit":
        """Return it as one of the value that holds this one."""
        return Misfit(self.reason, (*parents, *self.path))

    def __str__(self) -> str:
        return ": ".join(filter(None, ["/".join(map(str, self.path)), self.reason]))


def to_json(value: object) -> JsonValue:
    """Copy a value that JSON can spell.

    Raises:
        Misfit: A part of it is none of JSON's types, no finite number, half a surrogate pair, or deeper than
            128 levels.
    """
    return _copy(value, ())


def _copy(value: object, path: tuple[str | int, ...]) -> JsonValue:
    if len(path) > _DEEPEST:
        raise Misfit(f"nested deeper than {_DEEPEST} levels")
    match value:
        case None | bool() | int():
            return value
        case float() if math.isfinite(value):
            return value
        case str() if _is_unicode(value):
            return value
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return [_copy(item, (*path, position)) for position, item in enumerate(items)]
        case Mapping():
            members = cast("Mapping[object, object]", value)
            return {_name(name, path): _copy(item, (*path, str(name))) for name, item in members.items()}
        case float() | str():
            raise Misfit(f"{value!r} has no form in JSON", path)
        case _:
            raise Misfit(f"{type(value).__name__} has no form in JSON", path)


def _name(name: object, path: tuple[str | int, ...]) -> str:
    if isinstance(name, str) and _is_unicode(name):
        return name
    raise Misfit(f"the name {name!r} is not a string that JSON can spell", path)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
