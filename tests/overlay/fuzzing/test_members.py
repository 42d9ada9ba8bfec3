"""A value of a wrong type raises an error with its path, and unknown members are ignored."""

from copy import deepcopy
from typing import Any, Final

import pytest

from bytezkit import errors
from tests.overlay.fuzzing.clients import Clients
from tests.overlay.fuzzing.operations import OPERATIONS, Operation
from tests.overlay.fuzzing.responses import Attempt, at, paths, replaced, written
from tests.overlay.scripted_service import ClientKind

# An untyped run returns any JSON.
TYPED: Final = [it for it in OPERATIONS if it.name not in {"run", "v1 run"} and not isinstance(it.valid, str)]
SAMPLES: Final[list[object]] = ["other", 0.5, True, [[None]], {"a": {}}]


def responses(body: object) -> list[Attempt]:
    return [Attempt(status=200, chunks=(written(body),))]


@pytest.mark.parametrize("operation", TYPED, ids=str)
def test_wrong_type_raises_with_its_path(
    clients: Clients, client_kind: ClientKind, operation: Operation
) -> None:
    for path in paths(operation.valid):
        value = at(operation.valid, path)
        # `error` may have any type, and members that are null may have others.
        if path[:1] == ("error",) or value is None:
            continue
        kind = float if type(value) is int else type(value)
        spelled = "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
        for sample in (it for it in SAMPLES if type(it) is not kind):
            outcome = clients.do(client_kind, operation, responses(replaced(operation.valid, path, sample)))
            assert isinstance(outcome.error, errors.DecodeError), outcome
            assert not path or f"`{spelled}`" in outcome.error.message
            assert outcome.error.status == 200


@pytest.mark.parametrize("operation", TYPED, ids=str)
def test_unknown_members_are_ignored(clients: Clients, client_kind: ClientKind, operation: Operation) -> None:
    body: Any = deepcopy(operation.valid)
    for path in paths(operation.valid):
        if isinstance(at(body, path), dict):
            at(body, path).update({"x-": None, "x-new": [{"a": [2**70]}]})
    outcome = clients.do(client_kind, operation, responses(body))
    assert outcome.error is None
    assert outcome.plain == clients.do(client_kind, operation, responses(operation.valid)).plain
