"""For any responses, both clients return the same value of the result type or raise the same client error."""

import pickle
from datetime import timedelta
from traceback import walk_tb
from typing import Any, Final
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bytezkit
from bytezkit import errors
from tests.overlay.fuzzing.clients import DEADLINE, RETRIES, Clients, Outcome, causes
from tests.overlay.fuzzing.operations import OPERATIONS, WAIT_TIMEOUT, Operation
from tests.overlay.fuzzing.responses import histories
from tests.overlay.scripted_service import KEY, PROVIDER_KEY

PACKAGE: Final = str(bytezkit.__path__[0])
HISTORIES: Final = {operation.name: histories(operation.valid) for operation in OPERATIONS}
OPTIONS: Final = st.fixed_dictionaries(
    {},
    optional={
        "max_retries": st.integers(0, RETRIES),
        "deadline": st.sampled_from([None, timedelta(seconds=5)]),
        "retry_unknown_outcomes": st.booleans(),
    },
)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@settings(max_examples=settings().max_examples // 3)
@given(data=st.data())
def test_any_responses_give_value_or_error(
    clients: Clients, operation: Operation, data: st.DataObject
) -> None:
    history, options = data.draw(HISTORIES[operation.name]), data.draw(OPTIONS)
    first, second = (clients.do(kind, operation, history, **options) for kind in ("sync", "async"))
    assert first.observed() == second.observed()
    for outcome in (first, second):
        if outcome.error is None:
            assert_value(outcome)
        else:
            assert_error(outcome.error, outcome)
        assert_released(outcome, options)


def assert_value(outcome: Outcome) -> None:
    """Check that the value has the result type at every depth and comes from a success."""
    msgspec.convert(msgspec.to_builtins(outcome.plain), outcome.operation.result_type)
    assert outcome.service.current.status in range(200, 300)


def assert_error(error: Exception, outcome: Outcome) -> None:
    """Check that the error is a client error, has its data, and contains no key and no other error."""
    assert isinstance(error, errors.BytezError), repr(error)
    text = f"{error} {error!r} {vars(error)}"
    assert KEY not in text
    assert PROVIDER_KEY not in text
    assert [*causes(error)] == []
    files = [frame.f_code.co_filename for frame, _ in walk_tb(error.__traceback__)]
    first = next(index for index, file in enumerate(files) if file.startswith(PACKAGE))
    # Frames of other packages hold requests with keys. Dataclasses have generated code.
    assert {file for file in files[first:] if not file.startswith(PACKAGE)} <= {"<string>"}
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert error.message
    if error.method is None:
        assert (error.path, error.status, error.attempts) == (None, None, 0)
        assert not outcome.operation.one_exchange
    else:
        assert_request(error, outcome)


def assert_request(error: errors.BytezError, outcome: Outcome) -> None:
    """Check that the error names its request and its response."""
    requests, response = outcome.service.requests, outcome.service.current
    url = requests[-1].url
    assert error.method == requests[-1].method
    # A redirect can have an invalid URL as its target, which the error has as the server spelled it.
    targets = {value.decode("latin-1") for name, value in response.headers if name == b"location"}
    # The query of a media URL can contain a secret.
    known = {url.path, *(it.partition("?")[0] for it in (str(url), *targets))}
    assert unquote(str(error.path)) in {unquote(path) for path in known}
    if outcome.operation.one_exchange:
        assert error.attempts == len(requests)
    assert 1 <= error.attempts <= 1 + RETRIES
    if isinstance(error, errors.StatusError):
        assert_status(error, outcome)
    elif error.status is not None:
        assert error.status == response.status


def assert_status(error: errors.StatusError, outcome: Outcome) -> None:
    """Check that a status error has the status of the response and the type of that status."""
    status = outcome.service.current.status
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


def assert_released(outcome: Outcome, options: dict[str, Any]) -> None:
    """Check that all bodies are closed and the deadline is kept."""
    assert all(body.closed for body in outcome.service.bodies)
    if deadline := options.get("deadline", DEADLINE):
        limit = deadline if outcome.operation.one_exchange else DEADLINE + WAIT_TIMEOUT
        assert outcome.service.clock.now <= limit.total_seconds()
