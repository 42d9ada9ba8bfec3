"""Faults and time of the emulator. The tests take milliseconds: all pauses take virtual time."""

from datetime import timedelta

import pytest
from summaries import STORY_MODEL, SUMMARY_MODEL, summarize, tell, warm_up

from bytezkit import Bytez
from bytezkit_emulator import Clock, Fault, Faults, Interrupt, Journal, Match, Stub, Then, When

ARTICLE = "The soup was cold. Nobody ate it."
SUMMARY = Stub("Cold soup.", model=SUMMARY_MODEL)


@pytest.mark.bytez(stubs=[SUMMARY], faults=["rate-limit-then-ok"])
def test_busy_service_is_waited_for(bytez_client: Bytez, bytez_journal: Journal, bytez_clock: Clock) -> None:
    before = bytez_clock.now
    assert summarize(bytez_client, ARTICLE) == "Cold soup."
    assert bytez_clock.now > before
    bytez_journal.assert_count(2, model=SUMMARY_MODEL, status=429)


@pytest.mark.bytez(stubs=[SUMMARY], faults=[Fault("down", Then(status=503, error="Service unavailable"))])
def test_first_sentence_replaces_a_summary(bytez_client: Bytez) -> None:
    assert summarize(bytez_client, ARTICLE) == "The soup was cold."


def test_cut_stream_is_not_a_complete_story(bytez_client: Bytez, bytez_faults: Faults) -> None:
    whole, is_complete = tell(bytez_client, "Once")
    assert is_complete
    cut = Then(interrupt=Interrupt("reset", after_bytes=10))
    bytez_faults.add(Fault("cut", cut, match=Match(model=STORY_MODEL), when=When(times=1)))

    assert tell(bytez_client, "Once") == (whole[:10], False)
    assert tell(bytez_client, "Once") == (whole, True)


@pytest.mark.bytez(clock="manual")
def test_idle_model_is_unloaded(bytez_client: Bytez, bytez_clock: Clock) -> None:
    assert warm_up(bytez_client, timedelta(minutes=10)) == ["booting instance", "running"]
    assert [it.model_id for it in bytez_client.clusters.list()] == [STORY_MODEL]

    bytez_clock.advance(timedelta(minutes=11))
    assert bytez_client.clusters.list() == []
