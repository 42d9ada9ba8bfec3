"""Reset, snapshot, export and import of the state."""

import base64
import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytezkit_emulator import ClockMode, Emulator, StateError
from bytezkit_emulator._time.scheduler import START
from tests.emulator.clients import (
    CHAT,
    CLUSTERS,
    GPT2,
    GPT2_ID,
    IMAGE,
    JOB,
    KEY,
    LOAD,
    TENANT,
    V1_RUN,
    error,
    open_client,
    output,
    v1_output,
)
from tests.emulator.session import Session

ONE_TOKEN = {"text": "a", "params": {"max_new_tokens": 1}}
LONG = {"text": "a", "params": {"max_new_tokens": 500}}
STREAM = {**LONG, "stream": True}


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(Emulator(clock="manual")) as session:
        yield session


@pytest.fixture
def full() -> Emulator:
    """An emulator with state of each kind."""
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
    return emulator


def tenant(document: dict[str, Any]) -> dict[str, Any]:
    """Return the only tenant of an exported state."""
    return dict(document["tenants"][TENANT])


class TestPendingRequests:
    @pytest.mark.parametrize(
        "replace",
        [
            lambda state: state.reset(),
            lambda state: state.reset(key=KEY),
            lambda state: state.reset(fingerprint=TENANT),
            lambda state: state.restore("start"),
            lambda state: state.load(Emulator(clock="manual").state.export()),
        ],
        ids=["reset", "reset key", "reset fingerprint", "restore", "load"],
    )
    def test_replaced_state_returns_409(self, session: Session, replace: Callable[[object], object]) -> None:
        session.emulator.state.snapshot("start")
        for _ in range(3):
            session.send("POST", GPT2, LONG)
        session.advance(31)
        v1_output(session.request("POST", LOAD, {"model": GPT2_ID}))
        session.send("POST", V1_RUN, {"model": GPT2_ID, "text": "a"})
        session.send("POST", "/models/v2/openai/gpt-4o", {"messages": [{"role": "user", "content": "a"}]})
        assert session.statuses == []
        replace(session.emulator.state)
        session.settle()
        assert session.statuses == [409] * 5
        assert {answer.json()["error"] for answer in session.responses} == {"The emulator was reset"}
        assert session.emulator._runtime._scheduler._events.first is None
        session.advance(3600)
        assert output(session.request("GET", CLUSTERS)) == []

    def test_disconnected_stream_leaves_no_event(self, session: Session) -> None:
        session.request("PUT", GPT2)
        session.advance(30)
        stream = session.send("POST", GPT2, STREAM)
        session.advance(1)
        assert stream.content
        session.disconnect(stream)
        session.emulator.clock.advance_until_idle(at_most=timedelta())

    def test_snapshot_shows_busy_instances_as_idle_and_unused(self, session: Session) -> None:
        session.request("PUT", GPT2, {"capacity": {"max": 3}})
        v1_output(session.request("POST", LOAD, {"model": GPT2_ID}))
        session.advance(30)
        for _ in range(2):
            session.send("POST", GPT2, LONG)
        session.advance(1)
        session.send("POST", GPT2, LONG)
        session.send("POST", V1_RUN, {"model": GPT2_ID, **LONG})
        session.advance(1)
        session.emulator.state.snapshot("busy")
        saved = tenant(session.emulator.state.export())
        (cluster,), (loaded,) = saved["clusters"], saved["loadedModels"]
        assert [instance["state"] for instance in cluster["instances"]] == ["idle", "booting", "booting"]
        assert [instance["state"] for instance in loaded["instances"]] == ["idle"]
        for saved_host in (cluster, loaded):
            assert saved_host["instances"][0]["since"] == "2025-01-01T00:00:32Z"
            assert saved_host["idleTimer"]["lastUse"] == "2025-01-01T00:00:32Z"
            assert (saved_host["inferences"], saved["spent"]) == (0, "0")
        # The snapshot does not affect the pending requests.
        session.advance(40)
        assert session.statuses == [200] * 4
        session.emulator.state.restore("busy")
        cluster = output(session.request("GET", GPT2))
        assert (cluster["instances"], cluster["inferences"], cluster["status"]) == (3, 0, "running")

    def test_snapshot_omits_retiring_instances(self, session: Session) -> None:
        session.request("PUT", GPT2)
        session.advance(30)
        session.send("POST", GPT2, LONG)
        assert output(session.request("PATCH", GPT2, {"status": "off"}))["instances"] == 1
        (cluster,) = tenant(session.emulator.state.export())["clusters"]
        assert (cluster["isOn"], cluster["instances"]) == (False, [])

    def test_surplus_instances_retire_after_each_restore(self, session: Session) -> None:
        session.request("PUT", GPT2, {"capacity": {"max": 3}})
        for _ in range(3):
            session.send("POST", GPT2, LONG)
        session.advance(60)
        assert session.statuses == [200] * 3
        session.emulator.state.snapshot("grown")
        for _ in range(2):
            session.emulator.state.restore("grown")
            for seconds, instances in ((0, 3), (39, 3), (2, 1)):
                session.advance(seconds)
                assert output(session.request("GET", GPT2))["instances"] == instances


class TestReset:
    def test_reset_and_restore_of_spent_credits(self) -> None:
        emulator = Emulator(credits=0.000001)
        with open_client(emulator) as client:
            assert client.post(GPT2, json=ONE_TOKEN).status_code == 200
            emulator.state.snapshot("spent")
            assert error(client.post(GPT2, json=ONE_TOKEN), 402)
            emulator.state.reset(key=KEY)
            assert client.post(GPT2, json=ONE_TOKEN).status_code == 200
            emulator.state.reset()
            assert client.post(GPT2, json=ONE_TOKEN).status_code == 200
            emulator.state.restore("spent")
            assert error(client.post(GPT2, json=ONE_TOKEN), 402)

    def test_reset_of_tenants_frees_their_memory_and_events(self, full: Emulator) -> None:
        with open_client(full, "other") as other:
            assert other.put(GPT2).status_code == 202
        full.state.reset(key=KEY)
        full.state.reset(key="other")
        assert list(full.state._tenants) == []
        assert full._runtime._scheduler._events.first is None

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
    def test_snapshots_are_kept_by_name_over_resets(self, emulator: Emulator, client: httpx.Client) -> None:
        emulator.state.snapshot("empty")
        assert client.put(GPT2).status_code == 202
        emulator.state.snapshot("full")
        emulator.state.reset()
        assert emulator.state.snapshots() == ["empty", "full"]
        for name, count in (("full", 1), ("empty", 0), ("full", 1), ("full", 1), ("empty", 0)):
            emulator.state.restore(name)
            assert len(output(client.get(CLUSTERS))) == count
        emulator.state.snapshot("full")
        emulator.state.restore("full")
        assert output(client.get(CLUSTERS)) == []
        emulator.state.delete("empty")
        assert emulator.state.snapshots() == ["full"]

    @pytest.mark.parametrize("name", ["", None, 5])
    def test_invalid_name_raises(self, emulator: Emulator, name: Any) -> None:
        with pytest.raises(ValueError, match="name of a snapshot"):
            emulator.state.snapshot(name)


class TestExport:
    def test_content_of_an_exported_state(self, full: Emulator) -> None:
        document: Any = full.state.export()
        assert set(document) == {"version", "now", "tenants", "media"}
        assert document["version"] == 1
        assert datetime.fromisoformat(document["now"]) == full.clock.now
        assert KEY not in json.dumps(document)
        saved = tenant(document)
        assert set(saved) == {"spent", "clusters", "loadedModels", "jobs"}
        assert Decimal(saved["spent"]) > 0
        assert [job["modelId"] for job in saved["jobs"]] == ["org/first", "org/second"]
        (file,) = document["media"]
        assert base64.b64decode(file["content"]).startswith(b"\x89PNG")
        assert (file["mediaType"], file["until"]) == ("image/png", "2025-01-01T01:01:41Z")
        full.clock.advance(timedelta(hours=2))
        assert full.state.export()["media"] == []

    def test_load_serves_the_media_and_reset_removes_them(self, full: Emulator) -> None:
        state: Any = full.state.export()
        path = f"/media/{state['media'][0]['name']}"
        other = Emulator(clock="manual")
        other.state.load(state)
        with open_client(full, "other") as one, open_client(other, "other") as another:
            full.state.reset(key=KEY)
            assert one.get(path).content == another.get(path).content
            full.state.reset()
            assert one.get(path).status_code == 404

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

    def test_export_of_a_ticking_clock_can_be_loaded(self) -> None:
        emulator, other = Emulator(clock="scaled", scale=1e6), Emulator(clock="manual")
        with open_client(emulator) as client:
            for _ in range(20):
                client.put(GPT2, json={"timeout": 1})
                client.post(JOB, json={"model": "org/name"})
                state = emulator.state.export()
                other.state.load(state)
                assert other.state.export() == state
        emulator.close()

    def test_auto_clock_ends_loaded_jobs(self, full: Emulator) -> None:
        emulator = Emulator(clock="auto")
        emulator.state.load(full.state.export())
        with open_client(emulator) as client:
            assert v1_output(client.post(JOB, json={"model": "org/second"}))["message"] == "Model available"


SPENT = "TENANT: spent must be at least 0 and less than 1,000,000,000,000 US dollars"
# The changed member, its value, and the reason of the refusal.
INVALID_MEMBERS: list[tuple[str, Any, str]] = [
    ("version", 2, "state.version: this emulator reads version 1, not 2"),
    ("version", None, "state.version: this emulator reads version 1, not None"),
    ("version", True, "state.version: Expected `int`, got `bool`"),
    ("now", "soon", "state.now: Invalid RFC3339 encoded datetime"),
    ("now", "2025-01-01T00:00:00", "state.now: must be a UTC timestamp of the years 2000 to 2199"),
    ("now", "2025-01-01T02:00:00+02:00", "state.now: must be a UTC timestamp"),
    ("now", "9999-12-31T23:59:59Z", "state.now: must be a UTC timestamp"),
    ("now", "2024-12-31T00:00:00Z", "CLUSTER.created: must not be after now"),
    ("more", 1, "state: Object contains unknown field `more`"),
    ("tenants", {"test-key": {}}, "key in state.tenants: Expected `str` matching"),
    ("tenants", [], "state.tenants: Expected `object`, got `array`"),
    ("TENANT", 5, "TENANT: Expected `object`, got `int`"),
    ("TENANT.spent", "-1", SPENT),
    ("TENANT.spent", "NaN", SPENT),
    ("TENANT.spent", "much", "TENANT.spent: Invalid decimal string"),
    ("CLUSTER.modelId", "org/none", "CLUSTER.modelId: there is no model org/none"),
    ("CLUSTER.modelId", "org/second", "[0].modelId: there is no model org/second"),
    ("CLUSTER.modelId", "openai/gpt-4o", "[0].modelId: openai/gpt-4o runs at openai"),
    ("TENANT.loadedModels.0.modelId", "org/none", "TENANT.loadedModels[0].modelId: there is no"),
    ("TENANT.clusters.1.modelId", GPT2_ID, f"TENANT: {GPT2_ID} is listed twice in clusters"),
    ("CLUSTER.timeout", 0, "CLUSTER.timeout: Expected `int` >= 1"),
    ("CLUSTER.timeout", "5", "CLUSTER.timeout: Expected `int`, got `str`"),
    ("CLUSTER.capacity.min", 3, "CLUSTER.capacity: min 3 is above desired 2"),
    ("CLUSTER.capacity.max", 11, "CLUSTER.capacity.max: Expected `int` <= 10"),
    ("CLUSTER.capacity.least", 1, "CLUSTER.capacity: Object contains unknown"),
    ("CLUSTER.isOn", False, "CLUSTER: instances: at most 0 allowed, found 2"),
    ("TENANT.clusters.1.idleTimer.check", "2025-01-01T00:09:00Z", "check must be null if the cluster is off"),
    ("CLUSTER.idleTimer.check", "2025-01-01T00:00:00Z", "idleTimer.check: must not be before"),
    ("CLUSTER.created", "2026-01-01T00:00:00Z", "clusters[0].created: must not be after now"),
    ("CLUSTER.instances.0.state", "busy", "instances[0].state: Invalid enum value 'busy'"),
    ("TENANT.loadedModels.0.concurrency", 3, "instances: expected 3 as in concurrency, found 2"),
    ("TENANT.loadedModels.0.idleTimer.check", None, "idleTimer.check must be null if and only if all"),
    ("TENANT.jobs.0.running", None, "TENANT.jobs[0]: available requires running"),
    ("TENANT.jobs.0.queued", "2025-01-01T00:01:00Z", "jobs[0]: queued, running and available must"),
    ("media.0.until", "2025-01-01T00:00:00Z", "state.media[0].until: must not be before now"),
    ("media.0.content", "%", "state.media[0].content: Invalid base64 encoded string"),
    ("media.0.name", "../x.png", "state.media[0].name: Expected `str` matching"),
    ("media.0.name", "..\\x.png", "state.media[0].name: Expected `str` matching"),
    ("media.0.name", "C:x.png", "state.media[0].name: Expected `str` matching"),
    ("media.0.name", "x.png\n", "state.media[0].name: Expected `str` matching"),
    ("media.0.mediaType", "image/png\n", "state.media[0].mediaType: Expected `str` matching"),
    ("tenants", {f"{TENANT}\n": {}}, "key in state.tenants: Expected `str` matching"),
    ("media.0.mediaType", "text/html", "state.media[0].mediaType: Expected `str` matching"),
]


class TestInvalidState:
    @pytest.mark.parametrize(("path", "value", "reason"), INVALID_MEMBERS)
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

    @pytest.mark.parametrize("document", [[], None, "state"])
    def test_document_that_is_no_object_raises(self, emulator: Emulator, document: Any) -> None:
        with pytest.raises(StateError, match="state: expected an object"):
            emulator.state.load(document)

    def test_tenant_of_a_key_that_is_not_accepted_raises(self, full: Emulator) -> None:
        other = Emulator(keys=["another"], clock="manual")
        with pytest.raises(StateError, match="the key of this fingerprint is not accepted"):
            other.state.load(full.state.export())

    @given(data=st.data())
    def test_changed_document_is_rejected_or_loaded_atomically(self, data: st.DataObject) -> None:
        document = copy.deepcopy(small_state())
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
        emulator.state.load(small_state())
        try:
            emulator.state.load(document)
        except StateError:
            assert emulator.state.export() == small_state()
        else:
            loaded = emulator.state.export()
            emulator.state.load(loaded)
            assert emulator.state.export() == loaded


@cache
def small_state() -> dict[str, Any]:
    emulator = Emulator(clock="manual")
    with open_client(emulator) as client:
        client.put(GPT2, json={"capacity": {"min": 1, "max": 3, "desired": 2}})
        client.post(JOB, json={"model": "org/name"})
        client.post(LOAD, json={"model": GPT2_ID})
        emulator.clock.advance(timedelta(seconds=100))
    return dict(emulator.state.export())


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.sampled_from([[], {}, [{}], "idle", "booting", "0", "2025-01-01T00:01:40Z", GPT2_ID, "org/name"]),
)
