"""What is wrong deep inside an answer is named by its place, and what is unknown there passes."""

from copy import deepcopy
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytezkit import errors
from tests.adversity.driving import Faces
from tests.adversity.histories import Attempt, Path, at, paths, replaced, written
from tests.adversity.operations import OPERATIONS, Operation
from tests.unit.worlds import FaceName

# What an untyped run answers is whatever JSON it is.
TYPED: Final = [
    operation
    for operation in OPERATIONS
    if not isinstance(operation.valid, str) and operation.name not in {"run", "v1 run"}
]
FACES: Final[list[FaceName]] = ["sync", "async"]
OF_EACH_KIND: Final[dict[type, object]] = {
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
    """Return a copy with other members in the object at a place."""
    copy = deepcopy(body)
    at(copy, place).update(members)
    return copy


@pytest.mark.parametrize("operation", TYPED, ids=str)
@settings(max_examples=settings().max_examples // 10)
@given(data=st.data())
def test_a_value_of_another_kind_is_named_by_its_place(
    faces: Faces, operation: Operation, data: st.DataObject
) -> None:
    # `error` says what went wrong, and an empty member is one that can be empty.
    places = [
        place
        for place in paths(operation.valid)
        if place[:1] != ("error",) and at(operation.valid, place) is not None
    ]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(
        st.sampled_from([*OF_EACH_KIND]).filter(lambda one: one is not kind(at(operation.valid, place)))
    )
    body = replaced(operation.valid, place, OF_EACH_KIND[wrong])
    for face in FACES:
        outcome = faces.do(face, operation, answered(body))
        assert isinstance(outcome.error, errors.DecodeError), outcome
        assert not place or f"`{spelt(place)}`" in outcome.error.message
        assert outcome.error.status == 200


@pytest.mark.parametrize("operation", TYPED, ids=str)
@settings(max_examples=settings().max_examples // 10)
@given(data=st.data())
def test_unknown_members_pass_at_any_depth(faces: Faces, operation: Operation, data: st.DataObject) -> None:
    places = [place for place in paths(operation.valid) if isinstance(at(operation.valid, place), dict)]
    body: Any = operation.valid
    for place in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        names = st.text(max_size=5).map(lambda name: f"x-{name}")
        body = with_members(
            body, place, data.draw(st.dictionaries(names, json_values, min_size=1, max_size=2))
        )
    for face in FACES:
        outcome = faces.do(face, operation, answered(body))
        assert outcome.error is None
        assert outcome.plain == faces.do(face, operation, answered(operation.valid)).plain
