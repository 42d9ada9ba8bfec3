"""Validates values against JSON Schema and describes the first error."""

from functools import cached_property
from typing import TYPE_CHECKING, Final, Never

from jsonschema_rs import ValidationError, ValidationErrorKind, validator_for

from bytezkit_emulator._common.json import JsonObject
from bytezkit_models.json_value import JsonValue

if TYPE_CHECKING:
    from jsonschema_rs import Validator

_MAX_REASON_LENGTH: Final = 300


class Schema:
    """A compiled JSON Schema.

    Args:
        schema: The schema, with everything that it refers to; it may be invalid if it comes from a client.
        is_secret: Whether error messages omit the invalid value.
    """

    def __init__(self, schema: JsonObject, *, is_secret: bool = False) -> None:
        self._schema = schema
        self._mask = "value" if is_secret else None

    @cached_property
    def _validator(self) -> "Validator":
        """The validator, compiled at first use, since most schemas are never used."""
        return validator_for(
            self._schema, validate_formats=True, mask=self._mask, retriever=_refuse_retrieval
        )

    def definition_error(self, where: str) -> str | None:
        """Return `<where and JSON pointer>: <reason>` if the schema itself is invalid, else None."""
        try:
            _ = self._validator
        except ValidationError as error:
            return located(tuple(error.instance_path), _truncate(_describe(error)), where)
        return None

    def is_valid(self, value: JsonValue) -> bool:
        """Return whether a value is valid."""
        return self._validator.is_valid(value)

    def error_message(self, value: JsonValue, where: str) -> str | None:
        """Return `<where and JSON pointer>: <reason>` for the first error, or None if the value is valid."""
        problem = self.find_error(value)
        if problem is None:
            return None
        return located(*problem, where)

    def find_error(self, value: JsonValue) -> tuple[tuple[str | int, ...], str] | None:
        """Return path and reason of the first error, or None if the value is valid."""
        # The check alone is much faster than the list of errors, and most values are valid.
        if self.is_valid(value):
            return None
        error = _select_error(list(self._validator.iter_errors(value)))
        return tuple(error.instance_path), _truncate(_describe(error))


def _refuse_retrieval(uri: str) -> Never:
    # By default, the validator would read files and fetch URLs that a schema refers to.
    raise ValueError(f"references must lead to the schema's own parts, not to {uri}")


def located(path: tuple[str | int, ...], reason: str, where: str) -> str:
    """Return an error message that begins with a JSON pointer.

    Args:
        path: Members and indices that lead to the value.
        reason: What is wrong with it.
        where: Where the path begins.
    """
    return f"{'/'.join([where, *map(_escape, path)])}: {reason}"


def _select_error(errors: list[ValidationError]) -> ValidationError:
    """Return the first error by path; of a union, the error of the branch that matches deepest."""
    # The validator does not guarantee an order, so the message is made deterministic here.
    error = min(errors, key=lambda it: ([str(part) for part in it.instance_path], it.message))
    if isinstance(error.kind, (ValidationErrorKind.OneOfNotValid, ValidationErrorKind.AnyOf)):
        # "Matches no branch" says less than the error inside the branch that the client probably meant.
        inner = [_select_error(branch) for branch in error.kind.context if branch]
        deepest = max(inner, key=lambda it: len(it.instance_path))
        if len(deepest.instance_path) > len(error.instance_path):
            return deepest
    return error


def _describe(error: ValidationError) -> str:
    match error.kind:
        case ValidationErrorKind.PropertyNames(error=inner):
            return _describe(inner)
        case ValidationErrorKind.Not(schema={"enum": _}):
            return f"{error.instance!r} is reserved"
        case (
            ValidationErrorKind.OneOfNotValid(context=branches) | ValidationErrorKind.AnyOf(context=branches)
        ):
            return " or ".join(dict.fromkeys(inner.message for branch in branches for inner in branch))
        case _:
            return error.message


def _escape(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _truncate(text: str) -> str:
    if len(text) <= _MAX_REASON_LENGTH:
        return text
    half = _MAX_REASON_LENGTH // 2
    return f"{text[:half]} ... {text[-half:]}"
