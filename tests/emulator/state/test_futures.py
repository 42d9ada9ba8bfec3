"""A loaded, restored or reset state behaves as an equal state that was reached by requests."""

import hashlib
import json

import pytest
from hypothesis import given

from bytezkit_emulator import ClockMode, Emulator
from tests.emulator.histories import KEYS, STEPS, History, Step

FINGERPRINT = hashlib.sha256(KEYS[0].encode()).hexdigest()
EACH_CLOCK = pytest.mark.parametrize("clock", ["auto", "manual"])


def check_same_future(one: Emulator, other: Emulator, future: list[Step]) -> None:
    """Perform the same steps on both, and compare all responses and the resulting states."""
    histories = History(one), History(other)
    for history in histories:
        history.perform(future)
    assert histories[0].results == histories[1].results
    assert one.state.export() == other.state.export()


@EACH_CLOCK
@given(past=STEPS, other_past=STEPS, future=STEPS)
def test_loaded_state_has_the_same_future(
    clock: ClockMode, past: list[Step], other_past: list[Step], future: list[Step]
) -> None:
    original, other = Emulator(clock=clock), Emulator(clock=clock)
    history = History(original)
    history.perform(past)
    history.disconnect_all()
    state = original.state.export()
    assert json.loads(json.dumps(state)) == state
    # Requests that are pending at the load have no effect after it.
    History(other).perform(other_past)
    other.state.load(state)
    assert other.state.export() == state
    check_same_future(original, other, future)


@EACH_CLOCK
@given(past=STEPS, between=STEPS, future=STEPS)
def test_snapshot_with_pending_requests_has_the_same_future_each_time(
    clock: ClockMode, past: list[Step], between: list[Step], future: list[Step]
) -> None:
    emulator, other = Emulator(clock=clock), Emulator(clock=clock)
    History(emulator).perform(past)
    emulator.state.snapshot("here")
    state = emulator.state.export()
    other.state.load(state)
    History(emulator).perform(between)
    for _ in range(2):
        emulator.state.restore("here")
        assert emulator.state.export() == state
        other.state.load(state)
        check_same_future(emulator, other, future)


@EACH_CLOCK
@given(past=STEPS, future=STEPS)
def test_reset_emulator_equals_a_new_emulator(clock: ClockMode, past: list[Step], future: list[Step]) -> None:
    emulator, new = Emulator(clock=clock), Emulator(clock=clock)
    history = History(emulator)
    history.perform(past)
    pending = history.pending
    emulator.state.reset()
    assert emulator._runtime._scheduler._events.first is None
    history.receive()
    assert history.pending == []
    assert all(it.status == 200 or b"The emulator was reset" in it.body for it in pending)
    assert emulator.state.export() == new.state.export()
    check_same_future(emulator, new, future)


@given(past=STEPS, future=STEPS)
def test_reset_of_one_tenant_keeps_the_other(past: list[Step], future: list[Step]) -> None:
    emulator, other = Emulator(clock="manual"), Emulator(clock="manual")
    for it in (emulator, other):
        history = History(it)
        history.perform(past)
        history.disconnect_all()
    emulator.state.reset(key=KEYS[0])
    state = other.state.export()
    tenants = state["tenants"]
    assert isinstance(tenants, dict)
    kept = {fingerprint: tenant for fingerprint, tenant in tenants.items() if fingerprint != FINGERPRINT}
    assert emulator.state.export() == {**state, "tenants": kept}
    other.state.load({**state, "tenants": kept})
    check_same_future(emulator, other, future)
