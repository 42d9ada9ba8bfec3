"""For any answer, both clients return the same value of the promised type or raise the same client error."""

import pickle
from typing import Final
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytezkit import errors
from tests.overlay.fuzzing.driving import DEADLINE, RETRIES, Clients, Outcome, causes
from tests.overlay.fuzzing.histories import histories
from tests.overlay.fuzzing.operations import OPERATIONS, PATIENCE, Operation
from tests.overlay.scripted_service import KEY, PROVIDER_KEY

HISTORIES: Final = {operation.name: histories(operation.valid) for operation in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@settings(max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_any_answer_gives_a_value_or_a_client_error(
    clients: Clients, operation: Operation, data: st.DataObject
) -> None:
    history = data.draw(HISTORIES[operation.name])
    outcome, other = (clients.do(client_kind, operation, history) for client_kind in ("sync", "async"))
    assert outcome.observed() == other.observed()
    for one in (outcome, other):
        if one.error is None:
            assert_value(one)
        else:
            assert_error(one.error, one)
        assert_released(one)


def assert_value(outcome: Outcome) -> None:
    """Check that the value has the promised type at every depth and stems from a success."""
    msgspec.convert(msgspec.to_builtins(outcome.plain), outcome.operation.gives)
    assert outcome.last.status in range(200, 300)


def assert_error(error: Exception, outcome: Outcome) -> None:
    """Check that the error is a client error, has its data and holds no secret."""
    assert isinstance(error, errors.BytezError), repr(error)
    text = f"{error} {error!r} {vars(error)}"
    assert KEY not in text
    assert PROVIDER_KEY not in text
    assert [*causes(error)] == []
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert error.message
    if error.method is None:
        assert (error.path, error.status, error.attempts) == (None, None, 0)
        assert not outcome.operation.one_exchange
    else:
        assert_request(error, outcome)


def assert_request(error: errors.BytezError, outcome: Outcome) -> None:
    """Check that the error names its request and answer."""
    requests = outcome.service.requests
    url = requests[-1].url
    assert error.method == requests[-1].method
    # A redirect can lead to an invalid URL.
    led_to = {value.decode("latin-1") for name, value in outcome.last.headers if name == b"location"}
    # The query of a media URL can hold a secret.
    known = {url.path, *(whole.partition("?")[0] for whole in (str(url), *led_to))}
    # The error has the target of a redirect as the server spelled it.
    assert unquote(str(error.path)) in {unquote(path) for path in known}
    if outcome.operation.one_exchange:
        assert error.attempts == len(requests)
    assert 1 <= error.attempts <= 1 + RETRIES
    if isinstance(error, errors.StatusError):
        assert_status(error, outcome)
    elif error.status is not None:
        assert error.status == outcome.last.status


def assert_status(error: errors.StatusError, outcome: Outcome) -> None:
    """Check that a status error has the status of the answer and the type of that status."""
    status = outcome.last.status
    assert status is not None
    if outcome.operation.name == "details" and status in range(200, 300):
        assert type(error) is errors.NotFoundError
        return
    assert error.status == status
    assert status not in range(200, 300)
    type_of_status = errors.STATUS_ERRORS.get(
        status, errors.ServerError if status >= 500 else errors.StatusError
    )
    assert type(error) is type_of_status or (status == 429 and type(error) is errors.PaymentRequiredError)


def assert_released(outcome: Outcome) -> None:
    """Check that all bodies are closed and the deadline is kept."""
    assert all(body.closed for body in outcome.service.bodies)
    patience = DEADLINE if outcome.operation.one_exchange else DEADLINE + PATIENCE
    assert outcome.service.clock.now <= patience.total_seconds()
