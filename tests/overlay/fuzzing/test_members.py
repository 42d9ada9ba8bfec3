"""The error of a wrong value names its path, and unknown members are ignored."""

from copy import deepcopy
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytezkit import errors
from tests.overlay.fuzzing.driving import Clients
from tests.overlay.fuzzing.histories import Attempt, Path, at, paths, replaced, written
from tests.overlay.fuzzing.operations import OPERATIONS, Operation
from tests.overlay.scripted_service import ClientKind

# An untyped run returns any JSON.
TYPED: Final = [
    operation
    for operation in OPERATIONS
    if not isinstance(operation.valid, str) and operation.name not in {"run", "v1 run"}
]
CLIENT_KINDS: Final[list[ClientKind]] = ["sync", "async"]
SAMPLE_OF_TYPE: Final[dict[type, object]] = {
    str: "other",
    float: 0.5,
    bool: True,
    list: [[None]],
    dict: {"other": {}},
}

json_values: st.SearchStrategy[object] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda children: (
        st.lists(children, max_size=2) | st.dictionaries(st.text(max_size=3), children, max_size=2)
    ),
    max_leaves=4,
)


def answered(body: object) -> list[Attempt]:
    return [Attempt(status=200, chunks=(written(body),))]


def kind(value: object) -> type:
    return float if type(value) is int else type(value)


def spelt(place: Path) -> str:
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)


def with_members(body: object, place: Path, members: dict[str, object]) -> object:
    """Return a copy with more members in the object at a path."""
    copy = deepcopy(body)
    at(copy, place).update(members)
    return copy


@pytest.mark.parametrize("operation", TYPED, ids=str)
@settings(max_examples=settings().max_examples // 10)
@given(data=st.data())
def test_error_names_the_path_of_a_wrong_type(
    clients: Clients, operation: Operation, data: st.DataObject
) -> None:
    # `error` may have any type, and members that are null may be null.
    places = [
        place
        for place in paths(operation.valid)
        if place[:1] != ("error",) and at(operation.valid, place) is not None
    ]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(
        st.sampled_from([*SAMPLE_OF_TYPE]).filter(lambda one: one is not kind(at(operation.valid, place)))
    )
    body = replaced(operation.valid, place, SAMPLE_OF_TYPE[wrong])
    for client_kind in CLIENT_KINDS:
        outcome = clients.do(client_kind, operation, answered(body))
        assert isinstance(outcome.error, errors.DecodeError), outcome
        assert not place or f"`{spelt(place)}`" in outcome.error.message
        assert outcome.error.status == 200


@pytest.mark.parametrize("operation", TYPED, ids=str)
@settings(max_examples=settings().max_examples // 10)
@given(data=st.data())
def test_unknown_members_are_ignored(clients: Clients, operation: Operation, data: st.DataObject) -> None:
    places = [place for place in paths(operation.valid) if isinstance(at(operation.valid, place), dict)]
    body: Any = operation.valid
    for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        names = st.text(max_size=5).map(lambda name: f"x-{name}")
        body = with_members(
            body, place, data.draw(st.dictionaries(names, json_values, min_size=1, max_size=2))
        )
    for client_kind in CLIENT_KINDS:
        outcome = clients.do(client_kind, operation, answered(body))
        assert outcome.error is None
        assert outcome.plain == clients.do(client_kind, operation, answered(operation.valid)).plain
