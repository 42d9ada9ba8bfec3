"""A state that was put back has the future that it would have had, whatever happened before."""

import hashlib
import json

import pytest
from hypothesis import given

from bytezkit_emulator import ClockMode, Emulator
from tests.emulator.histories import HAPPENINGS, KEYS, Happening, History

FINGERPRINT = hashlib.sha256(KEYS[0].encode()).hexdigest()
MODES = pytest.mark.parametrize("clock", ["auto", "manual"])


def check_same_future(one: History, other: History, future: list[Happening]) -> None:
    """Let the same happen to both, and compare every answer and what is left."""
    one.go(future)
    other.go(future)
    assert one.answers == other.answers
    assert one.emulator.state.export() == other.emulator.state.export()


@MODES
@given(past=HAPPENINGS, other_past=HAPPENINGS, future=HAPPENINGS)
def test_a_state_that_is_loaded_elsewhere_has_the_same_future(
    clock: ClockMode, past: list[Happening], other_past: list[Happening], future: list[Happening]
) -> None:
    original, elsewhere = Emulator(clock=clock), Emulator(clock=clock)
    history = History(original)
    history.go(past)
    history.leave_all()
    state = original.state.export()
    assert json.loads(json.dumps(state)) == state
    # What goes on there when the state comes leaves nothing behind.
    History(elsewhere).go(other_past)
    elsewhere.state.load(state)
    assert elsewhere.state.export() == state
    check_same_future(History(original), History(elsewhere), future)


@MODES
@given(past=HAPPENINGS, between=HAPPENINGS, future=HAPPENINGS)
def test_a_snapshot_has_the_same_future_each_time(
    clock: ClockMode, past: list[Happening], between: list[Happening], future: list[Happening]
) -> None:
    """Also one that was taken while requests were under way."""
    emulator = Emulator(clock=clock)
    History(emulator).go(past)
    emulator.state.snapshot("here")
    state = emulator.state.export()
    twin = Emulator(clock=clock)
    twin.state.load(state)
    History(emulator).go(between)
    for _ in range(2):
        emulator.state.restore("here")
        assert emulator.state.export() == state
        twin.state.load(state)
        check_same_future(History(emulator), History(twin), future)


@MODES
@given(past=HAPPENINGS, future=HAPPENINGS)
def test_a_reset_emulator_is_as_new(clock: ClockMode, past: list[Happening], future: list[Happening]) -> None:
    emulator, new = Emulator(clock=clock), Emulator(clock=clock)
    before = History(emulator)
    before.go(past)
    under_way = before.under_way
    emulator.state.reset()
    # Nothing of the old world is due in the new one.
    assert emulator._runtime._scheduler._events.first is None
    before.go_on()
    assert before.under_way == []
    assert all(it.status == 200 or b"The emulator was reset" in it.body for it in under_way)
    assert emulator.state.export() == new.state.export()
    check_same_future(History(emulator), History(new), future)


@given(past=HAPPENINGS, future=HAPPENINGS)
def test_a_reset_world_is_as_new_and_leaves_the_other_alone(
    past: list[Happening], future: list[Happening]
) -> None:
    emulator, other = Emulator(clock="manual"), Emulator(clock="manual")
    one, both = History(emulator), History(other)
    one.go(past)
    both.go(past)
    one.leave_all()
    both.leave_all()
    emulator.state.reset(key=KEYS[0])
    state = other.state.export()
    worlds = state["tenants"]
    assert isinstance(worlds, dict)
    kept = {fingerprint: world for fingerprint, world in worlds.items() if fingerprint != FINGERPRINT}
    assert emulator.state.export() == {**state, "tenants": kept}
    other.state.load({**state, "tenants": kept})
    check_same_future(History(emulator), History(other), future)
