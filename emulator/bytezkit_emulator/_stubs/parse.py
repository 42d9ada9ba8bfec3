"""Read stubs from plain data."""

from pathlib import Path
from typing import Final, NamedTuple, NotRequired, TypedDict, cast, get_args

from bytezkit_emulator._common.coercion import InvalidValueError
from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_emulator._openapi.validation import Schema
from bytezkit_emulator._stubs.stub import Refused, Stub, StubOutput, StubRepetition
from bytezkit_models.json_value import JsonValue

_RESPONSE_MEMBERS: Final = ("output", "file", "refusal")
_STUB_MEMBERS: Final = (*_RESPONSE_MEMBERS, "sequence")
_OPTIONS: Final = ("model", "task", "then")
_RESPONSE_PROPERTIES: Final[JsonObject] = {
    "output": True,
    "file": {"type": "string"},
    "refusal": {
        "type": "object",
        "required": ["status", "error"],
        "additionalProperties": False,
        "properties": {
            "status": {"type": "integer"},
            "error": {"type": "string"},
            "retry_after": {"type": "integer"},
        },
    },
}
# The schema does not demand exactly one response member: the message of a `oneOf` would list all of them.
_SCHEMA: Final[JsonObject] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "model": {"type": "string"},
        "task": {"type": "string"},
        "then": {"enum": list[JsonValue](get_args(StubRepetition))},
        **_RESPONSE_PROPERTIES,
        "sequence": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "additionalProperties": False, "properties": _RESPONSE_PROPERTIES},
        },
    },
}


class _Refusal(TypedDict):
    status: int
    error: str
    retry_after: NotRequired[int]


class _Options(TypedDict, total=False):
    model: str
    task: str
    then: StubRepetition


class PlacedStub(NamedTuple):
    """A stub, with the location of each response in the data that it was read from."""

    stub: Stub
    paths: list[tuple[str | int, ...]]


def read_stub(data: JsonValue, folder: Path) -> PlacedStub:
    """Read a stub from plain data.

    Args:
        data: `model`, `task` and `then` as for `Stub`, and exactly one of `output`; `file`, the name of a
            media file; `refusal`, with the members of `Refused`; or `sequence`, a list of objects with
            exactly one of these.
        folder: The folder that file names are relative to.

    Raises:
        InvalidValueError: The data does not have this form, or a file cannot be read.
    """
    problem = Schema(_SCHEMA).find_error(data)
    if problem is not None:
        path, reason = problem
        raise InvalidValueError(reason, path)
    members = as_object(data)
    _require_exactly_one(members, _STUB_MEMBERS)
    responses: list[StubOutput] = []
    paths: list[tuple[str | int, ...]] = []
    for path, response in _placed_responses(members):
        try:
            kind = _require_exactly_one(response, _RESPONSE_MEMBERS)
            responses.append(_read_response(kind, response[kind], folder))
        except InvalidValueError as error:
            raise error.prefixed(*path) from None
        paths.append((*path, kind))
    options = {name: value for name, value in members.items() if name in _OPTIONS}
    return PlacedStub(Stub(*responses, **cast("_Options", options)), paths)


def _placed_responses(members: JsonObject) -> list[tuple[tuple[str | int, ...], JsonObject]]:
    """Return each response with its path below the stub."""
    sequence = members.get("sequence")
    if not isinstance(sequence, list):
        return [((), members)]
    return [(("sequence", position), as_object(item)) for position, item in enumerate(sequence)]


def _require_exactly_one(members: JsonObject, names: tuple[str, ...]) -> str:
    found = [name for name in names if name in members]
    if len(found) != 1:
        raise InvalidValueError(
            f"must have exactly one of {', '.join(names)}, has {' and '.join(found) or 'none'}"
        )
    return found[0]


def _read_response(kind: str, value: JsonValue, folder: Path) -> StubOutput:
    if kind == "file":
        try:
            return (folder / str(value)).read_bytes()
        except OSError as error:
            raise InvalidValueError(f"{error.strerror}: {folder / str(value)}", ("file",)) from None
    return Refused(**cast("_Refusal", value)) if kind == "refusal" else value
