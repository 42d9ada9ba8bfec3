"""Rules as plain data."""

from pathlib import Path
from typing import Final, NamedTuple, NotRequired, TypedDict, cast, get_args

from bytezkit_emulator._common.coercion import Misfit
from bytezkit_emulator._common.json import JsonObject, JsonValue, as_object
from bytezkit_emulator._openapi.validation import Schema
from bytezkit_emulator._stubs.rule import Refused, Stub, StubOutput, StubRepetition

_ANSWER: Final = ("output", "file", "refusal")
_RULE: Final = (*_ANSWER, "sequence")
_CHOICES: Final = ("model", "task", "then")
_ANSWER_MEMBERS: Final[JsonObject] = {
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
_SCHEMA: Final[JsonObject] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "model": {"type": "string"},
        "task": {"type": "string"},
        "then": {"enum": list[JsonValue](get_args(StubRepetition))},
        **_ANSWER_MEMBERS,
        "sequence": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "additionalProperties": False, "properties": _ANSWER_MEMBERS},
        },
    },
}


class _Refusal(TypedDict):
    status: int
    error: str
    retry_after: NotRequired[int]


class _Choices(TypedDict, total=False):
    model: str
    task: str
    then: StubRepetition


class PlacedStub(NamedTuple):
    """A rule, and where each of its answers was written down."""

    rule: Stub
    paths: list[tuple[str | int, ...]]


def read_plain(data: JsonValue, folder: Path) -> PlacedStub:
    """Read a rule.

    Args:
        data: `model`, `task` and `then` as for `Stub`, and one of `output`; `file`, a file with the media;
            `refusal`, with the members of `Refused`; or `sequence`, a list of objects with one of these.
        folder: Where files are.

    Raises:
        Misfit: It is against that form, or a file can not be read.
    """
    problem = Schema(_SCHEMA).find_error(data)
    if problem is not None:
        path, reason = problem
        raise Misfit(reason, path)
    members = as_object(data)
    _only(members, _RULE)
    answers: list[StubOutput] = []
    paths: list[tuple[str | int, ...]] = []
    for path, answer in _answers(members):
        try:
            kind = _only(answer, _ANSWER)
            answers.append(_answer(kind, answer[kind], folder))
        except Misfit as misfit:
            raise misfit.below(*path) from None
        paths.append((*path, kind))
    choices = {name: value for name, value in members.items() if name in _CHOICES}
    return PlacedStub(Stub(*answers, **cast("_Choices", choices)), paths)


def _answers(members: JsonObject) -> list[tuple[tuple[str | int, ...], JsonObject]]:
    sequence = members.get("sequence")
    if not isinstance(sequence, list):
        return [((), members)]
    return [(("sequence", position), as_object(item)) for position, item in enumerate(sequence)]


def _only(members: JsonObject, kinds: tuple[str, ...]) -> str:
    found = [name for name in kinds if name in members]
    if len(found) != 1:
        raise Misfit(f"needs one of {', '.join(kinds)}, and has {' and '.join(found) or 'none'}")
    return found[0]


def _answer(kind: str, value: JsonValue, folder: Path) -> StubOutput:
    if kind == "file":
        try:
            return (folder / str(value)).read_bytes()
        except OSError as error:
            raise Misfit(f"{error.strerror}: {folder / str(value)}", ("file",)) from None
    return Refused(**cast("_Refusal", value)) if kind == "refusal" else value
