"""The exchange as plain values: what it asks for, and what it makes of what it is sent."""

from datetime import timedelta

import pytest

from bytezkit import errors
from bytezkit._core.config import Limits, Origin
from bytezkit._core.effects import Cause, Request, Response, Send, Sleep, TransportFailure
from bytezkit._core.exchange import Context, exchange
from bytezkit._core.secrets import Secret
from tests.overlay.scripted_service import FakeClock

REQUEST = Request(method="GET", path="/x", repeatable=True)
ORIGIN = Origin(base_url="https://a.example/p", api_key=Secret("k"), provider_key=None)
FINE = Response(200, {}, b"{}")


def context(**limits: timedelta | None) -> Context:
    return Context(Limits(**limits), FakeClock(), ORIGIN, jitter=lambda: 0.0)  # type: ignore[arg-type]


def test_it_asks_to_send_and_to_sleep_and_returns_the_answer() -> None:
    flow = exchange(context(deadline=timedelta(seconds=3)), REQUEST)
    assert next(flow) == Send(REQUEST, 3.0, 1)
    assert flow.send(TransportFailure(Cause.NOT_SENT, "refused")) == Sleep(0.5)
    assert flow.send(None) == Send(REQUEST, 3.0, 2)
    with pytest.raises(StopIteration) as end:
        flow.send(FINE)
    assert end.value.value == Response(200, {}, b"{}", attempts=2)


@pytest.mark.parametrize(
    ("deadline", "within", "budget"), [(None, None, None), (None, 2, 2), (1, 2, 1), (3, 2, 2), (3, None, 3)]
)
def test_the_closer_of_two_deadlines_counts(
    deadline: float | None, within: float | None, budget: float | None
) -> None:
    limit, bound = (None if seconds is None else timedelta(seconds=seconds) for seconds in (deadline, within))
    assert next(exchange(context(deadline=limit), REQUEST, bound)) == Send(REQUEST, budget, 1)


@pytest.mark.parametrize(
    ("cause", "error"),
    [
        (Cause.DEADLINE, errors.DeadlineExceededError),
        (Cause.UNREADABLE, errors.DecodeError),
        (Cause.NOT_SENT, errors.ConnectionFailedError),
        (Cause.OUTCOME_UNKNOWN, errors.ConnectionFailedError),
    ],
)
def test_each_cause_of_a_failure_has_its_error(cause: Cause, error: type[errors.BytezError]) -> None:
    flow = exchange(Context(Limits(max_retries=0), FakeClock(), ORIGIN), REQUEST)
    next(flow)
    with pytest.raises(error, match=r"^why \(GET https://a\.example/p/x\)$") as caught:
        flow.send(TransportFailure(cause, "why"))
    assert caught.value.attempts == 1


def test_a_session_that_sends_no_result_back_is_an_error() -> None:
    flow = exchange(context(), REQUEST)
    next(flow)
    with pytest.raises(RuntimeError, match="sent no result back"):
        flow.send(None)
