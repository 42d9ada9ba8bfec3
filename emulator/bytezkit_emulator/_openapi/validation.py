"""Checks of values against JSON Schema, and words for what does not fit."""

from functools import cached_property
from typing import TYPE_CHECKING, Final

from jsonschema_rs import ValidationError, ValidationErrorKind, validator_for

from bytezkit_emulator._common.json import JsonObject, JsonValue

if TYPE_CHECKING:
    from jsonschema_rs import Validator

_LONGEST_REASON: Final = 300


class Schema:
    """A schema.

    Args:
        schema: The schema, with everything that it refers to.
        is_secret: Whether reasons leave out the values that they are about.
    """

    def __init__(self, schema: JsonObject, *, is_secret: bool = False) -> None:
        self._schema = schema
        self._mask = "value" if is_secret else None

    @cached_property
    def _validator(self) -> "Validator":
        """Compiled when it is first needed: most are not."""
        return validator_for(self._schema, validate_formats=True, mask=self._mask)

    def admits(self, value: JsonValue) -> bool:
        """Say whether `value` fits."""
        return self._validator.is_valid(value)

    def why_not(self, value: JsonValue, where: str) -> str | None:
        """Return `<where and JSON pointer>: <reason>` for the first thing that does not fit, if any."""
        problem = self.problem(value)
        if problem is None:
            return None
        path, reason = problem
        pointer = "/".join([where, *(_escaped(part) for part in path)])
        return f"{pointer}: {reason}"

    def problem(self, value: JsonValue) -> tuple[tuple[str | int, ...], str] | None:
        """Return the path to the first thing that does not fit and the reason, if any."""
        if self.admits(value):
            return None
        error = _first(list(self._validator.iter_errors(value)))
        return tuple(error.instance_path), _shortened(_reason(error))


def _first(errors: list[ValidationError]) -> ValidationError:
    """Choose the error to tell, and go into a union where one of its members fits further."""
    error = min(errors, key=lambda it: ([str(part) for part in it.instance_path], it.message))
    if isinstance(error.kind, (ValidationErrorKind.OneOfNotValid, ValidationErrorKind.AnyOf)):
        inner = [_first(branch) for branch in error.kind.context if branch]
        deepest = max(inner, key=lambda it: len(it.instance_path))
        if len(deepest.instance_path) > len(error.instance_path):
            return deepest
    return error


def _reason(error: ValidationError) -> str:
    match error.kind:
        case ValidationErrorKind.PropertyNames(error=inner):
            return _reason(inner)
        case ValidationErrorKind.Not(schema={"enum": _}):
            return f"{error.instance!r} is reserved"
        case (
            ValidationErrorKind.OneOfNotValid(context=branches) | ValidationErrorKind.AnyOf(context=branches)
        ):
            return " or ".join(dict.fromkeys(inner.message for branch in branches for inner in branch))
        case _:
            return error.message


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_REASON:
        return text
    half = _LONGEST_REASON // 2
    return f"{text[:half]} ... {text[-half:]}"
