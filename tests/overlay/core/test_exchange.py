"""The effects that `exchange` yields."""

from datetime import timedelta

import pytest

from bytezkit._core.config import Limits
from bytezkit._core.effects import Request, Send
from bytezkit._core.exchange import Context, exchange
from tests.overlay.scripted_service import FakeClock

REQUEST = Request(method="GET", path="/x", repeatable=True)


@pytest.mark.parametrize(
    ("deadline", "within", "budget"), [(None, None, None), (None, 2, 2), (1, 2, 1), (3, 2, 2), (3, None, 3)]
)
def test_budget_is_shorter_of_two_deadlines(
    deadline: float | None, within: float | None, budget: float | None
) -> None:
    limit, bound = (None if seconds is None else timedelta(seconds=seconds) for seconds in (deadline, within))
    assert next(exchange(Context(Limits(deadline=limit), FakeClock()), REQUEST, bound)) == Send(
        REQUEST, budget, 1
    )


def test_missing_send_result_raises() -> None:
    flow = exchange(Context(Limits(), FakeClock()), REQUEST)
    next(flow)
    with pytest.raises(RuntimeError, match="sent no result back"):
        flow.send(None)
