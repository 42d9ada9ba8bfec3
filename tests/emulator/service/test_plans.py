"""Plans: concurrent runs of each key."""

from typing import Any, Final

import pytest

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import CHAT, GPT2, GPT2_ID, LOAD, V1_RUN, error, output, v1_error
from tests.emulator.session import Session

TEXT: Final = {"text": "a"}
V1: Final = {"model": GPT2_ID, "text": "a"}
MESSAGES: Final = {"messages": [{"role": "user", "content": "Hi"}]}
REJECTED: Final = "Rejected: your plan allows for 1 concurrency"


def open_session() -> Session:
    return Session(Emulator(clock="manual", settings=Settings(plan_concurrency=1)))


@pytest.mark.parametrize("body", [TEXT, {**TEXT, "stream": True}])
def test_further_run_is_refused_until_the_first_has_ended(body: dict[str, Any]) -> None:
    with open_session() as session:
        first = session.send("POST", GPT2, body)
        session.advance(30)
        assert first.is_pending
        assert error(session.request("POST", CHAT, MESSAGES), 429) == REJECTED
        # A refused run creates no cluster, and neither another key nor a closed-source model is limited.
        assert error(session.request("GET", CHAT), 404) == "Cluster does not exist"
        others = [session.send("POST", GPT2, TEXT, key="other")]
        others += [session.send("POST", "/models/v2/openai/gpt-4o", MESSAGES) for _ in range(2)]
        session.advance(60)
        assert all(it.is_complete and it.response.status_code == 200 for it in [first, *others])
        second = session.send("POST", GPT2, TEXT)
        session.disconnect(second)
        third = session.send("POST", GPT2, TEXT)
        session.advance(60)
        assert output(third.response)


def test_runs_of_all_apis_count() -> None:
    with open_session() as session:
        session.request("POST", LOAD, {"model": GPT2_ID})
        session.advance(31)
        run = session.send("POST", V1_RUN, V1)
        assert error(session.request("POST", GPT2, TEXT), 429) == REJECTED
        assert v1_error(session.request("POST", V1_RUN, V1), 429) == REJECTED
        openai = session.request("POST", "/v1/completions", {"model": GPT2_ID, "prompt": "a"})
        assert (openai.status_code, openai.json()["error"]) == (429, REJECTED)
        session.advance(5)
        assert run.response.status_code == 200


def test_limit_stays_after_restore_and_reset() -> None:
    emulator = Emulator(clock="manual", settings=Settings(plan_concurrency=1))
    with Session(emulator) as session:
        emulator.state.snapshot("before")
        for is_restored in (True, False):
            first = session.send("POST", GPT2, TEXT)
            if is_restored:
                emulator.state.restore("before")
            else:
                emulator.reset()
            session.settle()
            assert not first.is_pending
            session.send("POST", GPT2, TEXT)
            assert error(session.request("POST", GPT2, TEXT), 429) == REJECTED


def test_plan_without_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="plan_concurrency must be 1 or greater"):
        Settings(plan_concurrency=0)
