"""A value of a wrong type raises an error with its path, and unknown members are ignored."""

from copy import deepcopy
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytezkit import errors
from tests.overlay.fuzzing.clients import CLIENT_KINDS, Clients
from tests.overlay.fuzzing.operations import OPERATIONS, Operation
from tests.overlay.fuzzing.responses import Attempt, at, paths, replaced, written

# An untyped run returns any JSON.
TYPED: Final = [it for it in OPERATIONS if not isinstance(it.valid, str) and it.name not in {"run", "v1 run"}]
SAMPLES: Final[dict[type, object]] = {str: "other", float: 0.5, bool: True, list: [[None]], dict: {"a": {}}}

json_values: st.SearchStrategy[object] = st.recursive(
    st.sampled_from([None, True, -(2**70), 2**70, 0.5, "", "a\u2028"]),
    lambda items: st.lists(items, max_size=2) | st.dictionaries(st.text(max_size=3), items, max_size=2),
    max_leaves=4,
)


def responses(body: object) -> list[Attempt]:
    return [Attempt(status=200, chunks=(written(body),))]


@pytest.mark.parametrize("operation", TYPED, ids=str)
@settings(max_examples=settings().max_examples // 10)
@given(data=st.data())
def test_wrong_type_raises_decode_error_with_its_path(
    clients: Clients, operation: Operation, data: st.DataObject
) -> None:
    valid = operation.valid
    # `error` may have any type, and members that are null may have others.
    places = [it for it in paths(valid) if it[:1] != ("error",) and at(valid, it) is not None]
    path = data.draw(st.sampled_from(places))
    kind = type(at(valid, path))
    wrong = data.draw(st.sampled_from([it for it in SAMPLES if it is not (float if kind is int else kind)]))
    spelled = "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    for client_kind in CLIENT_KINDS:
        outcome = clients.do(client_kind, operation, responses(replaced(valid, path, SAMPLES[wrong])))
        assert isinstance(outcome.error, errors.DecodeError), outcome
        assert not path or f"`{spelled}`" in outcome.error.message
        assert outcome.error.status == 200


@pytest.mark.parametrize("operation", TYPED, ids=str)
@settings(max_examples=settings().max_examples // 10)
@given(data=st.data())
def test_unknown_members_are_ignored(clients: Clients, operation: Operation, data: st.DataObject) -> None:
    body: Any = deepcopy(operation.valid)
    objects = [it for it in paths(operation.valid) if isinstance(at(operation.valid, it), dict)]
    names = st.text(max_size=5).map(lambda name: f"x-{name}")
    for path in data.draw(st.lists(st.sampled_from(objects), min_size=1, max_size=3)):
        at(body, path).update(data.draw(st.dictionaries(names, json_values, min_size=1, max_size=2)))
    for client_kind in CLIENT_KINDS:
        outcome = clients.do(client_kind, operation, responses(body))
        assert outcome.error is None
        assert outcome.plain == clients.do(client_kind, operation, responses(operation.valid)).plain
