"""Whatever is answered, a call gives a value of its type or one error of the client, in both faces alike."""

import pickle
from typing import Final
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytezkit import errors
from tests.adversity.driving import DEADLINE, RETRIES, Faces, Outcome, causes
from tests.adversity.histories import histories
from tests.adversity.operations import OPERATIONS, PATIENCE, Operation
from tests.unit.worlds import KEY, PROVIDER_KEY

HISTORIES: Final = {operation.name: histories(operation.valid) for operation in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@settings(max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_any_answer_gives_a_value_or_an_error_of_ours(
    faces: Faces, operation: Operation, data: st.DataObject
) -> None:
    history = data.draw(HISTORIES[operation.name])
    outcome, other = (faces.do(face, operation, history) for face in ("sync", "async"))
    assert outcome.told() == other.told()
    for one in (outcome, other):
        if one.error is None:
            hold_value(one)
        else:
            hold_error(one.error, one)
        hold_end(one)


def hold_value(outcome: Outcome) -> None:
    """Hold that a value is of the type that is promised, to its depth, and was answered."""
    msgspec.convert(msgspec.to_builtins(outcome.plain), outcome.operation.gives)
    assert outcome.last.status in range(200, 300)


def hold_error(error: Exception, outcome: Outcome) -> None:
    """Hold that an error is one of ours, says what it is of, and tells nothing else."""
    assert isinstance(error, errors.BytezError), repr(error)
    told = f"{error} {error!r} {vars(error)}"
    assert KEY not in told
    assert PROVIDER_KEY not in told
    assert [*causes(error)] == []
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert error.message
    if error.method is None:
        assert (error.path, error.status, error.attempts) == (None, None, 0)
        assert not outcome.operation.one_exchange
    else:
        hold_request(error, outcome)


def hold_request(error: errors.BytezError, outcome: Outcome) -> None:
    """Hold that an error tells which request it belongs to, and what came of that."""
    requests = outcome.service.requests
    url = requests[-1].url
    assert error.method == requests[-1].method
    # A redirect can lead to what can not even be asked for.
    led_to = {value.decode("latin-1") for name, value in outcome.last.headers if name == b"location"}
    # The query of a URL that media are kept at can hold what opens them.
    known = {url.path, *(whole.partition("?")[0] for whole in (str(url), *led_to))}
    # Where a redirect leads is told as the server spelled it.
    assert unquote(str(error.path)) in {unquote(path) for path in known}
    if outcome.operation.one_exchange:
        assert error.attempts == len(requests)
    assert 1 <= error.attempts <= 1 + RETRIES
    if isinstance(error, errors.StatusError):
        hold_status(error, outcome)
    elif error.status is not None:
        assert error.status == outcome.last.status


def hold_status(error: errors.StatusError, outcome: Outcome) -> None:
    """Hold that a refusal has the status that was answered, and the type of that status."""
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


def hold_end(outcome: Outcome) -> None:
    """Hold that nothing stays open, and that no time is taken beyond what is given."""
    assert all(body.closed for body in outcome.service.bodies)
    patience = DEADLINE if outcome.operation.one_exchange else DEADLINE + PATIENCE
    assert outcome.service.clock.now <= patience.total_seconds()
