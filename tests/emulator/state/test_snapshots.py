"""Reset, snapshot, export and import of the state."""

import copy
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bytezkit_emulator import ClockMode, Emulator, StateError
from bytezkit_emulator._time.scheduler import START
from tests.emulator.clients import CHAT, GPT2, GPT2_ID, IMAGE, JOB, KEY, LOAD, TENANT
from tests.emulator.session import Session


@cache
def full_state() -> dict[str, Any]:
    """Export a state with members of each kind."""
    emulator = Emulator(clock="manual")
    with Session(emulator) as session:
        session.request("PUT", GPT2, {"capacity": {"max": 3, "desired": 2}})
        session.request("PUT", CHAT, {"timeout": 7})
        session.request("PATCH", CHAT, {"status": "off"})
        session.request("POST", LOAD, {"model": GPT2_ID, "concurrency": 2})
        session.request("POST", JOB, {"model": "org/first"})
        session.request("PUT", IMAGE)
        session.advance(100)
        session.request("POST", JOB, {"model": "org/second"})
        session.request("PUT", "/models/v2/org/first")
        session.send("POST", IMAGE, {"text": "a cat"})
        session.advance(1)
        assert session.statuses == [200]
    return dict(emulator.state.export())


@pytest.fixture
def full() -> Emulator:
    """An emulator with state of each kind."""
    emulator = Emulator(clock="manual")
    emulator.state.load(full_state())
    return emulator


def tenant(document: dict[str, Any]) -> dict[str, Any]:
    """Return the only tenant of an exported state."""
    return dict(document["tenants"][TENANT])


class TestReset:
    @pytest.mark.parametrize(
        ("names", "reason"),
        [
            ({"key": "two words"}, "a key must be 1 to 256 printable"),
            ({"key": 5}, "a key must be 1 to 256 printable"),
            ({"key": "my-other-key"}, "the key is not accepted"),
            ({"fingerprint": "0" * 64}, "the key is not accepted"),
            ({"fingerprint": "0" * 63}, "a fingerprint must be 64"),
            ({"fingerprint": 5}, "a fingerprint must be 64"),
            ({"key": KEY, "fingerprint": TENANT}, "expected either key or fingerprint, not both"),
        ],
    )
    def test_invalid_key_raises_without_the_key_in_frames(
        self, emulator: Emulator, names: dict[str, Any], reason: str
    ) -> None:
        with pytest.raises(ValueError, match=reason) as caught:
            emulator.state.reset(**names)
        frames = [entry.frame for entry in caught.traceback if "bytezkit_emulator" in str(entry.path)]
        assert all("my-other-key" not in repr(frame.f_locals) for frame in frames)
        assert "words" not in str(caught.value)


class TestSnapshots:
    @pytest.mark.parametrize("name", ["", None, 5])
    def test_invalid_name_raises(self, emulator: Emulator, name: Any) -> None:
        with pytest.raises(ValueError, match="name of a snapshot"):
            emulator.state.snapshot(name)


class TestExport:
    def test_exported_state_names_no_key(self) -> None:
        assert KEY not in json.dumps(full_state())

    def test_state_does_not_share_its_document(self, full: Emulator) -> None:
        full.state.snapshot("here")
        first: Any = full.state.export()
        again = copy.deepcopy(first)
        first["tenants"] = {}
        full.state.load(again)
        tenant(again)["clusters"].clear()
        full.state.restore("here")
        assert len(tenant(full.state.export())["clusters"]) == 4

    @pytest.mark.parametrize("clock", ["auto", "manual", "scaled", "real"])
    def test_load_sets_the_time_and_reset_returns_to_the_first_moment(
        self, full: Emulator, clock: ClockMode
    ) -> None:
        full.clock.advance(timedelta(days=3))
        emulator = Emulator(clock=clock, scale=1)
        emulator.state.load(full.state.export())
        # With the auto clock, the running job ends immediately.
        assert timedelta() <= emulator.clock.now - full.clock.now < timedelta(minutes=5)
        emulator.state.reset()
        # The first moment of the clock.
        first = datetime.now(UTC) if clock == "real" else START
        assert abs(emulator.clock.now - first) < timedelta(minutes=5)
        emulator.close()


class TestInvalidState:
    @pytest.mark.parametrize(
        ("path", "value", "reason"), YAML(typ="safe").load(Path(__file__).with_name("invalid.yaml"))
    )
    def test_invalid_member_raises_and_changes_nothing(
        self, full: Emulator, path: str, value: Any, reason: str
    ) -> None:
        state = full.state.export()
        document = copy.deepcopy(state)
        path = path.replace("CLUSTER", "TENANT.clusters.0").replace("TENANT", f"tenants.{TENANT}")
        *parents, last = path.split(".")
        place: Any = document
        for part in parents:
            place = place[int(part)] if part.isdecimal() else place[part]
        place[last] = value
        with pytest.raises(StateError) as caught:
            full.state.load(document)
        reason = reason.replace("CLUSTER", "TENANT.clusters[0]")
        assert reason.replace("TENANT", f"state.tenants.{TENANT}") in str(caught.value)
        assert full.state.export() == state

    def test_document_for_another_key_or_that_is_no_object_raises(self, full: Emulator) -> None:
        other = Emulator(keys=["another"], clock="manual")
        with pytest.raises(StateError, match="the key of this fingerprint is not accepted"):
            other.state.load(full.state.export())
        invalid: Any = []
        with pytest.raises(StateError, match=r"^state: expected an object$"):
            other.state.load(invalid)

    @given(data=st.data())
    def test_changed_document_is_rejected_or_loaded_atomically(self, data: st.DataObject) -> None:
        document = copy.deepcopy(full_state())
        place: Any = document
        while True:
            key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
                break
            place = place[key]
        if data.draw(st.booleans()):
            del place[key]
        else:
            place[key] = data.draw(VALUES)
        emulator = Emulator(clock="manual")
        emulator.state.load(full_state())
        try:
            emulator.state.load(document)
        except StateError:
            assert emulator.state.export() == full_state()
        else:
            loaded = emulator.state.export()
            emulator.state.load(loaded)
            assert emulator.state.export() == loaded


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.sampled_from([[], {}, [{}], "idle", "booting", "0", "2025-01-01T00:01:40Z", GPT2_ID, "org/name"]),
)
