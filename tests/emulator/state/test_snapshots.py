"""Putting the state back, keeping it under a name, and carrying it elsewhere."""

import base64
import copy
import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytezkit_emulator import ClockMode, Emulator, Settings, StateError
from bytezkit_emulator._time.scheduler import START
from tests.emulator.clients import (
    CHAT,
    CLUSTERS,
    GPT2,
    GPT2_ID,
    JOB,
    KEY,
    LOAD,
    STATUS,
    V1_RUN,
    error,
    open_async_client,
    open_client,
    output,
    v1_error,
    v1_output,
)
from tests.emulator.concurrent_client import ConcurrentClient
from tests.emulator.histories import PNG, Call, History, Pass

ONE_TOKEN = {"text": "a", "params": {"max_new_tokens": 1}}
LONG = {"text": "a", "params": {"max_new_tokens": 500}}
FINGERPRINT = hashlib.sha256(KEY.encode()).hexdigest()
WAS_RESET = "The emulator was reset"


@pytest.fixture
async def session(anyio_backend: str) -> AsyncIterator[ConcurrentClient]:
    emulator = Emulator(clock="manual", settings=Settings(queue_limit=3))
    async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
        yield ConcurrentClient(emulator, client, tasks)
        tasks.cancel_scope.cancel()


@pytest.fixture
def full() -> Emulator:
    """An emulator in which something of each kind lives."""
    emulator = Emulator(clock="manual")
    with open_client(emulator) as client:
        assert client.put(GPT2, json={"capacity": {"max": 3, "desired": 2}}).status_code == 202
        assert client.put(CHAT, json={"timeout": 7}).status_code == 202
        output(client.patch(CHAT, json={"status": "off"}))
        v1_output(client.post(LOAD, json={"model": GPT2_ID, "concurrency": 2}))
        v1_output(client.post(JOB, json={"model": "org/first"}))
        assert client.put(PNG).status_code == 202
        emulator.clock.advance(timedelta(seconds=100))
        v1_output(client.post(JOB, json={"model": "org/second"}))
        assert client.put("/models/v2/org/first").status_code == 202
    history = History(emulator)
    history.go([Call(KEY, "POST", PNG, {"text": "a cat"}), Pass(1)])
    assert history.under_way == []
    return emulator


def world(document: dict[str, Any]) -> dict[str, Any]:
    """Return the world of the one key in a document."""
    return dict(document["tenants"][FINGERPRINT])


class TestRequestsUnderWay:
    pytestmark = pytest.mark.anyio

    @pytest.mark.parametrize(
        "replace",
        [
            lambda emulator: emulator.state.reset(),
            lambda emulator: emulator.state.reset(key=KEY),
            lambda emulator: emulator.state.reset(fingerprint=FINGERPRINT),
            lambda emulator: emulator.state.restore("start"),
            lambda emulator: emulator.state.load(Emulator(clock="manual").state.export()),
        ],
    )
    async def test_they_are_refused(
        self, session: ConcurrentClient, replace: Callable[[Emulator], object]
    ) -> None:
        session.emulator.state.snapshot("start")
        await session.send(3, GPT2, LONG)
        await session.advance(31)
        v1_output(await session.client.post(LOAD, json={"model": GPT2_ID}))
        await session.send(1, V1_RUN, {"model": GPT2_ID, "text": "a"})
        await session.send(1, "/models/v2/openai/gpt-4o", {"messages": [{"role": "user", "content": "a"}]})
        assert session.statuses == []
        replace(session.emulator)
        await anyio.wait_all_tasks_blocked()
        assert session.statuses == [409] * 5
        assert {answer.json()["error"] for answer in session.responses} == {WAS_RESET}
        assert session.emulator._runtime._scheduler._events.first is None
        assert output(await session.client.get(CLUSTERS)) == []
        session.emulator.clock.advance_until_idle(at_most=timedelta())
        await session.advance(3600)
        assert output(await session.client.get(CLUSTERS)) == []

    async def test_a_stream_that_has_begun_ends(self, session: ConcurrentClient) -> None:
        session.emulator.state.snapshot("start")
        assert (await session.client.put(GPT2)).status_code == 202
        await session.advance(30)
        async with session.client.stream("POST", GPT2, json={**LONG, "stream": True}) as response:
            pieces = response.aiter_bytes()
            await session.advance(1)
            assert await anext(pieces)
            session.emulator.state.restore("start")
            rest = [piece async for piece in pieces]
            assert len(rest) < 100
        assert session.emulator._runtime._scheduler._events.first is None

    async def test_a_stream_whose_run_is_over_is_read_to_its_end(self, session: ConcurrentClient) -> None:
        """Also where time has gone back behind it."""
        assert (await session.client.put(GPT2)).status_code == 202
        await session.advance(30)
        async with session.client.stream("POST", GPT2, json={**LONG, "stream": True}) as response:
            await session.advance(11)
            session.emulator.state.reset()
            assert len((await response.aread()).split()) > 400
        assert session.emulator._runtime._scheduler._events.first is None

    async def test_a_stream_that_is_left_leaves_nothing_behind(self, session: ConcurrentClient) -> None:
        assert (await session.client.put(GPT2)).status_code == 202
        await session.advance(30)
        async with session.client.stream("POST", GPT2, json={**LONG, "stream": True}) as response:
            reading = response.aiter_bytes()
            await session.advance(1)
            await anext(reading)
        session.emulator.clock.advance_until_idle(at_most=timedelta())

    async def test_a_snapshot_has_their_instances_idle_and_does_not_count_them(
        self, session: ConcurrentClient
    ) -> None:
        assert (await session.client.put(GPT2, json={"capacity": {"max": 3}})).status_code == 202
        await session.advance(30)
        await session.send(2, GPT2, LONG)
        await session.advance(1)
        await session.send(1, GPT2, LONG)
        await session.advance(1)
        session.emulator.state.snapshot("busy")
        saved = world(session.emulator.state.export())
        (cluster,) = saved["clusters"]
        assert [instance["state"] for instance in cluster["instances"]] == ["idle", "booting", "booting"]
        assert cluster["instances"][0]["since"] == "2025-01-01T00:00:32Z"
        assert cluster["idleTimer"]["lastUse"] == "2025-01-01T00:00:32Z"
        assert (cluster["inferences"], saved["spent"]) == (0, "0")
        # Who is under way is not disturbed by it.
        await session.advance(40)
        assert session.statuses == [200] * 3
        session.emulator.state.restore("busy")
        cluster = output(await session.client.get(GPT2))
        assert (cluster["instances"], cluster["inferences"], cluster["status"]) == (3, 0, "running")

    async def test_a_snapshot_has_instances_of_loaded_models_idle_too(
        self, session: ConcurrentClient
    ) -> None:
        v1_output(await session.client.post(LOAD, json={"model": GPT2_ID}))
        await session.advance(30)
        await session.send(1, V1_RUN, {"model": GPT2_ID, **LONG})
        await session.advance(1)
        (loaded,) = world(session.emulator.state.export())["loadedModels"]
        assert loaded["instances"] == [{"state": "idle", "since": "2025-01-01T00:00:31Z"}]

    async def test_instances_that_only_finish_a_request_are_not_saved(
        self, session: ConcurrentClient
    ) -> None:
        assert (await session.client.put(GPT2)).status_code == 202
        await session.advance(30)
        await session.send(1, GPT2, LONG)
        output(await session.client.patch(GPT2, json={"status": "off"}))
        assert output(await session.client.get(GPT2))["instances"] == 1
        (cluster,) = world(session.emulator.state.export())["clusters"]
        assert (cluster["isOn"], cluster["instances"]) == (False, [])

    async def test_instances_that_are_too_many_go_after_a_restore_too(
        self, session: ConcurrentClient
    ) -> None:
        assert (await session.client.put(GPT2, json={"capacity": {"max": 3}})).status_code == 202
        await session.send(3, GPT2, LONG)
        await session.advance(60)
        assert session.statuses == [200] * 3
        session.emulator.state.snapshot("grown")
        for _ in range(2):
            session.emulator.state.restore("grown")
            assert output(await session.client.get(GPT2))["instances"] == 3
            await session.advance(39)
            assert output(await session.client.get(GPT2))["instances"] == 3
            await session.advance(2)
            assert output(await session.client.get(GPT2))["instances"] == 1


class TestReset:
    def test_all(self, full: Emulator) -> None:
        media = media_path(full)
        full.state.reset()
        assert full.state.export() == Emulator(clock="manual").state.export()
        assert full.clock.now == START
        with open_client(full) as client:
            assert output(client.get(CLUSTERS)) == []
            assert error(client.put("/models/v2/org/first"), 404)
            assert client.get(media).status_code == 404

    def test_one_key_alone(self, full: Emulator) -> None:
        with open_client(full, "other") as other:
            assert other.put(GPT2).status_code == 202
            now, media = full.clock.now, media_path(full)
            full.state.reset(key=KEY)
            assert len(output(other.get(CLUSTERS))) == 1
            assert other.get(media).status_code == 200
        assert full.clock.now == now
        with open_client(full) as client:
            assert output(client.get(CLUSTERS)) == []
            assert error(client.put("/models/v2/org/first"), 404)
        assert FINGERPRINT not in document_of(full)["tenants"]

    def test_money_that_was_spent_is_back(self) -> None:
        emulator = Emulator(credits=0)
        with open_client(emulator) as client:
            assert error(client.post(GPT2, json=ONE_TOKEN), 402)
        emulator = Emulator(credits=0.000001)
        with open_client(emulator) as client:
            assert client.post(GPT2, json=ONE_TOKEN).status_code == 200
            emulator.state.snapshot("poor")
            assert error(client.post(GPT2, json=ONE_TOKEN), 402)
            emulator.state.reset(key=KEY)
            assert client.post(GPT2, json=ONE_TOKEN).status_code == 200
            emulator.state.reset()
            assert client.post(GPT2, json=ONE_TOKEN).status_code == 200
            emulator.state.restore("poor")
            assert error(client.post(GPT2, json=ONE_TOKEN), 402)

    def test_a_world_is_dropped_with_all_that_was_due_in_it(self) -> None:
        emulator = Emulator(clock="manual")
        for number in range(20):
            with open_client(emulator, f"key-{number}") as client:
                assert client.put(GPT2).status_code == 202
                v1_output(client.post(LOAD, json={"model": GPT2_ID}))
                v1_output(client.post(JOB, json={"model": "org/name"}))
            emulator.state.reset(key=f"key-{number}")
        assert list(emulator.state._tenants) == []
        assert emulator._runtime._scheduler._events.first is None

    def test_what_was_never_used_can_be_reset(self, emulator: Emulator) -> None:
        emulator.state.reset(key=KEY)
        emulator.state.reset()
        assert emulator.state.export()["tenants"] == {}

    @pytest.mark.parametrize(
        ("names", "reason"),
        [
            ({"key": "two words"}, "a key must be 1 to 256 printable"),
            ({"key": 5}, "a key must be 1 to 256 printable"),
            ({"key": "my-other-key"}, "the key is not accepted"),
            ({"fingerprint": "0" * 64}, "the key is not accepted"),
            ({"fingerprint": "0" * 63}, "a fingerprint must be 64"),
            ({"fingerprint": 5}, "a fingerprint must be 64"),
            ({"key": KEY, "fingerprint": FINGERPRINT}, "expected either key or fingerprint, not both"),
        ],
    )
    def test_bad_names(self, emulator: Emulator, names: dict[str, Any], reason: str) -> None:
        with pytest.raises(ValueError, match=reason) as caught:
            emulator.state.reset(**names)
        frames = [entry.frame for entry in caught.traceback if "bytezkit_emulator" in str(entry.path)]
        assert all("my-other-key" not in repr(frame.f_locals) for frame in frames)
        assert "words" not in str(caught.value)

    def test_it_is_quick(self) -> None:
        emulator = Emulator()
        lengths = []
        with open_client(emulator) as client:
            for _ in range(20):
                assert client.put(GPT2, json={"capacity": {"max": 3, "desired": 3}}).status_code == 202
                start = time.perf_counter()
                emulator.state.reset()
                lengths.append(time.perf_counter() - start)
        assert min(lengths) < 0.001


class TestSnapshots:
    def test_they_are_kept_by_name(self, emulator: Emulator, client: httpx.Client) -> None:
        emulator.state.snapshot("empty")
        assert client.put(GPT2).status_code == 202
        emulator.state.snapshot("one")
        assert emulator.state.snapshots() == ["empty", "one"]
        for name, count in (("empty", 0), ("one", 1), ("one", 1), ("empty", 0)):
            emulator.state.restore(name)
            assert len(output(client.get(CLUSTERS))) == count
        emulator.state.snapshot("one")
        emulator.state.restore("one")
        assert output(client.get(CLUSTERS)) == []
        emulator.state.delete("empty")
        assert emulator.state.snapshots() == ["one"]

    def test_they_survive_a_reset(self, full: Emulator) -> None:
        state = full.state.export()
        full.state.snapshot("full")
        full.state.reset()
        full.state.restore("full")
        assert full.state.export() == state

    def test_a_name_that_is_missing(self, emulator: Emulator) -> None:
        for use in (emulator.state.restore, emulator.state.delete):
            with pytest.raises(StateError, match="there is no snapshot 'gone'"):
                use("gone")

    @pytest.mark.parametrize("name", ["", None, 5])
    def test_a_name_that_is_none(self, emulator: Emulator, name: Any) -> None:
        with pytest.raises(ValueError, match="name of a snapshot"):
            emulator.state.snapshot(name)


class TestDocument:
    def test_it_can_be_written_to_a_file(self, full: Emulator, tmp_path: Path) -> None:
        path = tmp_path / "state.json"
        path.write_text(json.dumps(full.state.export(), sort_keys=True), encoding="utf-8")
        elsewhere = Emulator(clock="manual")
        elsewhere.state.load(json.loads(path.read_text(encoding="utf-8")))
        assert elsewhere.state.export() == full.state.export()
        with open_client(full) as one, open_client(elsewhere) as other:
            for path_ in (CLUSTERS, GPT2, CHAT, "/models/v2/list/models?modelId=org/first", media_path(full)):
                assert one.get(path_).content == other.get(path_).content
            for body in ({"model": GPT2_ID}, {"model": "org/second"}):
                assert one.post(JOB, json=body).content == other.post(JOB, json=body).content
                assert one.post(STATUS, json=body).content == other.post(STATUS, json=body).content

    def test_what_it_says(self, full: Emulator) -> None:
        document = document_of(full)
        assert set(document) == {"version", "now", "tenants", "media"}
        assert document["version"] == 1
        assert datetime.fromisoformat(document["now"]) == full.clock.now
        assert KEY not in json.dumps(document)
        saved = world(document)
        assert set(saved) == {"spent", "clusters", "loadedModels", "jobs"}
        assert Decimal(saved["spent"]) > 0
        assert [job["modelId"] for job in saved["jobs"]] == ["org/first", "org/second"]
        (file,) = document["media"]
        assert base64.b64decode(file["content"]).startswith(b"\x89PNG")
        assert (file["mediaType"], file["until"]) == ("image/png", "2025-01-01T01:01:41Z")

    def test_files_that_are_served_no_more_are_not_in_it(self, full: Emulator) -> None:
        full.clock.advance(timedelta(hours=2))
        assert document_of(full)["media"] == []

    def test_it_is_nobodys_but_the_callers(self, full: Emulator) -> None:
        full.state.snapshot("here")
        first = full.state.export()
        again = copy.deepcopy(first)
        first["tenants"] = {}
        full.state.load(again)
        world(again)["clusters"].clear()
        full.state.restore("here")
        assert len(world(document_of(full))["clusters"]) == 4

    @pytest.mark.parametrize("clock", ["auto", "manual", "scaled", "real"])
    def test_time_goes_on_from_its_moment(self, full: Emulator, clock: ClockMode) -> None:
        full.clock.advance(timedelta(days=3))
        state = full.state.export()
        emulator = Emulator(clock=clock, scale=1)
        emulator.state.load(state)
        # In `auto`, the job under way comes to its end at once.
        assert timedelta() <= emulator.clock.now - full.clock.now < timedelta(minutes=5)
        emulator.state.reset()
        beginning = datetime.now(UTC) if clock == "real" else START
        assert abs(emulator.clock.now - beginning) < timedelta(minutes=5)
        emulator.close()

    def test_ticking_time_does_not_get_into_it(self) -> None:
        """It passes while the state is saved and put back."""
        emulator, elsewhere = Emulator(clock="scaled", scale=1e6), Emulator(clock="manual")
        with open_client(emulator) as client:
            for _ in range(20):
                client.put(GPT2, json={"timeout": 1})
                client.post(JOB, json={"model": "org/name"})
                state = emulator.state.export()
                elsewhere.state.load(state)
                assert elsewhere.state.export() == state
        emulator.close()

    def test_auto_time_lets_nobody_see_what_boots(self, full: Emulator) -> None:
        emulator = Emulator(clock="auto")
        emulator.state.load(full.state.export())
        with open_client(emulator) as client:
            assert v1_output(client.post(JOB, json={"model": "org/second"}))["message"] == "Model available"

    def test_what_happens_by_itself_goes_on(self) -> None:
        emulator = Emulator(clock="manual")
        with open_client(emulator) as client:
            assert client.put(GPT2).status_code == 202
            v1_output(client.post(LOAD, json={"model": GPT2_ID}))
            emulator.clock.advance(timedelta(seconds=20))
            emulator.state.load(emulator.state.export())
            emulator.clock.advance(timedelta(seconds=9.9))
            assert output(client.get(GPT2))["status"] == "booting instance"
            assert v1_output(client.post(STATUS, json={"model": GPT2_ID}))["status"] == "DEPLOYING"
            emulator.clock.advance(timedelta(seconds=0.1))
            assert output(client.get(GPT2))["status"] == "running"
            assert v1_output(client.post(STATUS, json={"model": GPT2_ID}))["status"] == "RUNNING"
            emulator.state.load(emulator.state.export())
            emulator.clock.advance(timedelta(seconds=270))
            assert error(client.get(GPT2), 404)
            emulator.clock.advance(timedelta(seconds=1620))
            assert v1_output(client.post(STATUS, json={"model": GPT2_ID}))["status"] == "STOPPED"
            assert v1_error(client.post("/model/delete", json={"model": GPT2_ID}), 404)


class TestBadDocuments:
    @pytest.mark.parametrize(
        ("path", "value", "reason"),
        [
            ("version", 2, "state.version: this emulator reads version 1, not 2"),
            ("version", None, "state.version: this emulator reads version 1, not None"),
            ("version", True, "state.version: Expected `int`, got `bool`"),
            ("now", "soon", "state.now: Invalid RFC3339 encoded datetime"),
            ("now", "2025-01-01T00:00:00", "state.now: must be a UTC timestamp of the years 2000 to 2199"),
            ("now", "2025-01-01T02:00:00+02:00", "state.now: must be a UTC timestamp"),
            ("now", "9999-12-31T23:59:59Z", "state.now: must be a UTC timestamp"),
            ("now", "2024-12-31T00:00:00Z", "WORLD.clusters[0].created: must not be after now"),
            ("more", 1, "state: Object contains unknown field `more`"),
            ("tenants", {"test-key": {}}, "key in state.tenants: Expected `str` matching"),
            ("tenants", [], "state.tenants: Expected `object`, got `array`"),
            ("WORLD", 5, "WORLD: Expected `object`, got `int`"),
            (
                "WORLD.spent",
                "-1",
                "WORLD: spent must be at least 0 and less than 1,000,000,000,000 US dollars",
            ),
            (
                "WORLD.spent",
                "NaN",
                "WORLD: spent must be at least 0 and less than 1,000,000,000,000 US dollars",
            ),
            ("WORLD.spent", "much", "WORLD.spent: Invalid decimal string"),
            ("WORLD.clusters.0.modelId", "org/none", "WORLD.clusters[0].modelId: there is no model org/none"),
            ("WORLD.clusters.0.modelId", "org/second", "[0].modelId: there is no model org/second"),
            ("WORLD.clusters.0.modelId", "openai/gpt-4o", "[0].modelId: openai/gpt-4o runs at openai"),
            ("WORLD.loadedModels.0.modelId", "org/none", "WORLD.loadedModels[0].modelId: there is no"),
            ("WORLD.clusters.1.modelId", GPT2_ID, f"WORLD: {GPT2_ID} is listed twice in clusters"),
            ("WORLD.clusters.0.timeout", 0, "WORLD.clusters[0].timeout: Expected `int` >= 1"),
            ("WORLD.clusters.0.timeout", "5", "WORLD.clusters[0].timeout: Expected `int`, got `str`"),
            ("WORLD.clusters.0.capacity.min", 3, "WORLD.clusters[0].capacity: min 3 is above desired 2"),
            ("WORLD.clusters.0.capacity.max", 11, "WORLD.clusters[0].capacity.max: Expected `int` <= 10"),
            ("WORLD.clusters.0.capacity.least", 1, "WORLD.clusters[0].capacity: Object contains unknown"),
            ("WORLD.clusters.0.isOn", False, "WORLD.clusters[0]: instances: at most 0 allowed, found 2"),
            (
                "WORLD.clusters.1.idleTimer.check",
                "2025-01-01T00:09:00Z",
                "idleTimer.check must be null if the cluster is off",
            ),
            (
                "WORLD.clusters.0.idleTimer.check",
                "2025-01-01T00:00:00Z",
                "idleTimer.check: must not be before",
            ),
            (
                "WORLD.clusters.0.created",
                "2026-01-01T00:00:00Z",
                "clusters[0].created: must not be after now",
            ),
            ("WORLD.clusters.0.instances.0.state", "busy", "instances[0].state: Invalid enum value 'busy'"),
            ("WORLD.loadedModels.0.concurrency", 3, "instances: expected 3 as in concurrency, found 2"),
            (
                "WORLD.loadedModels.0.idleTimer.check",
                None,
                "idleTimer.check must be null if and only if all instances are booting",
            ),
            ("WORLD.jobs.0.running", None, "WORLD.jobs[0]: available requires running"),
            ("WORLD.jobs.0.queued", "2025-01-01T00:01:00Z", "jobs[0]: queued, running and available must"),
            ("media.0.until", "2025-01-01T00:00:00Z", "state.media[0].until: must not be before now"),
            ("media.0.content", "%", "state.media[0].content: Invalid base64 encoded string"),
            ("media.0.name", "../x.png", "state.media[0].name: Expected `str` matching"),
            ("media.0.mediaType", "text/html", "state.media[0].mediaType: Expected `str` matching"),
        ],
    )
    def test_it_is_refused_and_nothing_is_changed(
        self, full: Emulator, path: str, value: Any, reason: str
    ) -> None:
        state = full.state.export()
        document = copy.deepcopy(document_of(full))
        *way, last = path.replace("WORLD", f"tenants.{FINGERPRINT}").split(".")
        place: Any = document
        for part in way:
            place = place[int(part)] if part.isdecimal() else place[part]
        place[last] = value
        with pytest.raises(StateError) as caught:
            full.state.load(document)
        assert reason.replace("WORLD", f"state.tenants.{FINGERPRINT}") in str(caught.value)
        assert full.state.export() == state

    @pytest.mark.parametrize("document", [[], None, "state"])
    def test_what_is_no_object_is_refused(self, emulator: Emulator, document: Any) -> None:
        with pytest.raises(StateError, match="state: expected an object"):
            emulator.state.load(document)

    def test_a_world_whose_key_is_not_taken_is_refused(self, full: Emulator) -> None:
        strict = Emulator(keys=["another"], clock="manual")
        with pytest.raises(StateError, match="the key of this fingerprint is not accepted"):
            strict.state.load(full.state.export())

    @given(data=st.data())
    def test_whatever_is_changed_it_is_refused_or_loaded_whole(self, data: st.DataObject) -> None:
        document = copy.deepcopy(small())
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
        emulator.state.load(small())
        try:
            emulator.state.load(document)
        except StateError:
            assert emulator.state.export() == small()
        else:
            loaded = emulator.state.export()
            emulator.state.load(loaded)
            assert emulator.state.export() == loaded


def document_of(emulator: Emulator) -> dict[str, Any]:
    return emulator.state.export()


def media_path(emulator: Emulator) -> str:
    return f"/media/{document_of(emulator)['media'][0]['name']}"


@cache
def small() -> dict[str, Any]:
    emulator = Emulator(clock="manual")
    with open_client(emulator) as client:
        client.put(GPT2, json={"capacity": {"min": 1, "max": 3, "desired": 2}})
        client.post(JOB, json={"model": "org/name"})
        client.post(LOAD, json={"model": GPT2_ID})
        emulator.clock.advance(timedelta(seconds=100))
    return document_of(emulator)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.sampled_from([[], {}, [{}], "idle", "booting", "0", "2025-01-01T00:01:40Z", GPT2_ID, "org/name"]),
)
