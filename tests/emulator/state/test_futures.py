"""A loaded, restored or reset state behaves as an equal state that was reached by requests."""

import json
from hashlib import sha256
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bytezkit_emulator import ClockMode, Emulator
from tests.emulator.clients import (
    CLUSTERS,
    DELETE,
    GPT2,
    GPT2_ID,
    IMAGE,
    INSTANCES,
    JOB,
    LOAD,
    MODELS,
    STATUS,
    V1_RUN,
)
from tests.emulator.session import Exchange, Session

KEYS: Final = ("one", "two")
FINGERPRINT: Final = sha256(KEYS[0].encode()).hexdigest()
REQUESTED: Final = "org/name"
EACH_CLOCK: Final = pytest.mark.parametrize("clock", ["auto", "manual"])


def _run(**members: Any) -> SearchStrategy[Any]:
    """Draw bodies of runs of 1, 10 and 500 tokens."""
    return st.sampled_from([{**members, "params": {"max_new_tokens": count}} for count in (1, 10, 500)])


_SIZES: Final = ({"max": 3}, {"max": 1}, {"max": 0}, {"desired": 0}, {"min": 1, "desired": 2, "max": 3})
_SETTINGS: Final = st.fixed_dictionaries(
    {}, optional={"capacity": st.sampled_from(_SIZES), "timeout": st.sampled_from([1, 5, 3600])}
)
_PATHS: Final = st.sampled_from([GPT2, GPT2, f"/models/v2/{REQUESTED}"])
_NAMED: Final = {"model": st.sampled_from([GPT2_ID, GPT2_ID, REQUESTED])}
_LOADS: Final = {"concurrency": st.sampled_from([1, 2]), "timeout": st.sampled_from([60, 1800])}
_REQUESTS: Final[list[tuple[str, SearchStrategy[str], SearchStrategy[Any]]]] = [
    ("PUT", _PATHS, _SETTINGS),
    ("PATCH", _PATHS, _SETTINGS),
    ("PATCH", _PATHS, st.sampled_from([{"status": "on"}, {"status": "off"}])),
    ("DELETE", _PATHS, st.none()),
    ("GET", _PATHS | st.sampled_from([CLUSTERS, MODELS]), st.none()),
    ("POST", _PATHS, _run(text="a") | _run(text="b", stream=True) | _run(text="c", autoScale=True)),
    ("POST", st.just(IMAGE), st.just({"text": "a cat"})),
    ("POST", st.just(f"/models/v2/request/{REQUESTED}"), st.none()),
    ("POST", st.just(JOB), st.fixed_dictionaries(_NAMED)),
    ("POST", st.just(LOAD), st.fixed_dictionaries(_NAMED, optional=_LOADS)),
    ("POST", st.sampled_from([STATUS, DELETE]), st.fixed_dictionaries(_NAMED)),
    ("POST", st.just(INSTANCES), st.none()),
    ("POST", st.just(V1_RUN), _run(text="d", model=GPT2_ID)),
]
_SENDS: Final = st.one_of(
    [st.tuples(st.just(method), path, body, st.sampled_from(KEYS)) for method, path, body in _REQUESTS]
)
_ADVANCES: Final = st.sampled_from([0.01, 0.07, 1, 9.95, 10, 29.93, 30, 60, 90, 240, 300, 1800]).map(float)
# A request, a number of seconds, or the rank of a pending request whose client disconnects.
STEPS: Final[SearchStrategy[list[Any]]] = st.lists(
    st.one_of(_SENDS, _SENDS, _SENDS, _ADVANCES, _ADVANCES, st.integers(0, 5)), max_size=25
)


def pending(session: Session) -> list[Exchange]:
    return [exchange for exchange in session.exchanges if exchange.is_pending]


def perform(session: Session, steps: list[Any]) -> None:
    for step in steps:
        if isinstance(step, tuple):
            method, path, body, key = step
            session.send(method, path, body, key=key)
        elif isinstance(step, float):
            session.advance(step)
        elif waiting := pending(session):
            session.disconnect(waiting[step % len(waiting)])


def results(session: Session) -> list[object]:
    """Return all responses, without the numbers of the requests."""
    found: list[object] = []
    for it in session.exchanges:
        headers = {} if it.head is None else {**it.head.headers, "x-request-id": ""}
        found.append((it.head and it.head.status_code, headers, it.content, it.is_complete))
    return found


def check_same_future(one: Emulator, other: Emulator, future: list[Any]) -> None:
    """Perform the same steps on both, and compare all responses and the resulting states."""
    with Session(one) as first, Session(other) as second:
        for session in (first, second):
            perform(session, future)
        assert results(first) == results(second)
        assert one.state.export() == other.state.export()


@EACH_CLOCK
@given(past=STEPS, other_past=STEPS, future=STEPS)
def test_loaded_state_has_the_same_future(
    clock: ClockMode, past: list[Any], other_past: list[Any], future: list[Any]
) -> None:
    original, other = Emulator(clock=clock), Emulator(clock=clock)
    with Session(original) as session:
        perform(session, past)
    state = original.state.export()
    assert json.loads(json.dumps(state)) == state
    with Session(other) as session:
        perform(session, other_past)
        # Requests that are pending at the load have no effect after it.
        other.state.load(state)
        assert other.state.export() == state
        check_same_future(original, other, future)


@EACH_CLOCK
@given(past=STEPS, between=STEPS, future=STEPS)
def test_snapshot_with_pending_requests_has_the_same_future_each_time(
    clock: ClockMode, past: list[Any], between: list[Any], future: list[Any]
) -> None:
    emulator, other = Emulator(clock=clock), Emulator(clock=clock)
    with Session(emulator) as session:
        perform(session, past)
        emulator.state.snapshot("here")
        state = emulator.state.export()
        perform(session, between)
        for _ in range(2):
            emulator.state.restore("here")
            assert emulator.state.export() == state
            other.state.load(state)
            check_same_future(emulator, other, future)


@EACH_CLOCK
@given(past=STEPS, future=STEPS)
def test_reset_emulator_equals_a_new_emulator(clock: ClockMode, past: list[Any], future: list[Any]) -> None:
    emulator, new = Emulator(clock=clock), Emulator(clock=clock)
    with Session(emulator) as session:
        perform(session, past)
        waiting = pending(session)
        emulator.state.reset()
        assert emulator._runtime._scheduler._events.first is None
        session.settle()
        assert all(it.is_complete for it in waiting)
        assert all(it.response.is_success or b"The emulator was reset" in it.content for it in waiting)
    assert emulator.state.export() == new.state.export()
    check_same_future(emulator, new, future)


@given(past=STEPS, future=STEPS)
def test_reset_of_one_tenant_keeps_the_other(past: list[Any], future: list[Any]) -> None:
    emulator, other = Emulator(clock="manual"), Emulator(clock="manual")
    for it in (emulator, other):
        with Session(it) as session:
            perform(session, past)
    emulator.state.reset(key=KEYS[0])
    state: Any = other.state.export()
    tenants = {name: tenant for name, tenant in state["tenants"].items() if name != FINGERPRINT}
    assert emulator.state.export() == {**state, "tenants": tenants}
    other.state.load({**state, "tenants": tenants})
    check_same_future(emulator, other, future)
