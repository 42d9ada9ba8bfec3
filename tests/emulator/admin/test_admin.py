"""The control API: who may use it, and the virtual time over it."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator._openapi.document import Document
from bytezkit_openapi import read_emulator_json
from tests.emulator.clients import CLUSTERS, DELETE, GPT2, GPT2_ID, LOAD, open_client, output

START: Final = datetime(2025, 1, 1, tzinfo=UTC)
CLOCK: Final = "/_emulator/clock"
ADVANCE: Final = "/_emulator/clock/advance"
LIVE: Final = "/_emulator/health/live"
READY: Final = "/_emulator/health/ready"


def open_control(emulator: Emulator, **headers: str) -> httpx.Client:
    return httpx.Client(transport=emulator.transport, base_url="http://localhost:8080", headers=headers)


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(clock="manual")


@pytest.fixture
def control(emulator: Emulator) -> Iterator[httpx.Client]:
    with open_control(emulator) as client:
        yield client


def refusal(response: httpx.Response, status: int) -> str:
    assert response.status_code == status, response.text
    text: str = response.json()["error"]
    return text


class TestGuard:
    @pytest.mark.parametrize(
        "host",
        ["localhost", "LOCALHOST:8080", "127.0.0.1:9", "127.8.9.1", "[::1]:8080", "api.localhost", "[::1]"],
    )
    def test_names_of_this_machine(self, emulator: Emulator, host: str) -> None:
        with open_control(emulator, host=host) as control:
            assert control.get(CLOCK).status_code == 200

    @pytest.mark.parametrize(
        "host",
        [
            "",
            "emulator",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "a@localhost",
        ],
    )
    def test_other_names(self, emulator: Emulator, host: str) -> None:
        with open_control(emulator, host=host) as control:
            assert refusal(control.get(CLOCK), 403).startswith("header/host: ")
            assert refusal(control.get(LIVE), 403).startswith("header/host: ")

    @pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1", "https://[::1]:1"])
    def test_pages_of_this_machine(self, emulator: Emulator, origin: str) -> None:
        with open_control(emulator, origin=origin) as control:
            assert control.get(CLOCK).status_code == 200

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "", "http://[", "http://localhost.evil.example"]
    )
    def test_pages_of_other_machines(self, emulator: Emulator, origin: str) -> None:
        with open_control(emulator, origin=origin) as control:
            assert refusal(control.post(ADVANCE, json={"seconds": 1}), 403).startswith("header/origin: ")
        assert emulator.clock.now == START

    @pytest.mark.parametrize("authorization", ["Key test-key", "Bearer test-key", "test-key"])
    def test_the_key_of_a_tenant_opens_nothing(self, authorization: str) -> None:
        for emulator in (Emulator(keys=["test-key"]), Emulator(admin_token="secret")):
            with open_control(emulator, authorization=authorization) as control:
                text = refusal(control.get(CLOCK), 403)
            assert text.startswith("header/authorization: ")
            assert "test-key" not in text

    def test_the_admin_token(self) -> None:
        emulator = Emulator(admin_token="secret")
        with open_control(emulator, authorization="Bearer secret") as control:
            assert control.get(CLOCK).status_code == 200
        with open_control(emulator) as control:
            assert refusal(control.get(CLOCK), 403).startswith("header/authorization: ")
            assert control.get(LIVE).status_code == 200
        with open_client(emulator, "secret") as client:
            assert output(client.get(CLUSTERS)) == []

    def test_the_token_is_not_kept(self) -> None:
        emulator = Emulator(admin_token="very-secret")
        guard = emulator._runtime._admin._guard
        assert "very-secret" not in f"{vars(guard)}"


class TestRoutes:
    def test_its_routes_are_no_routes_of_the_api(self, control: httpx.Client) -> None:
        for path in ("/_emulator", "/_emulator/", "/_emulator/none"):
            assert refusal(control.get(path), 404) == "path: there is nothing here"
        response = control.delete(CLOCK)
        assert refusal(response, 405) == "method: DELETE is not allowed here"
        assert response.headers["allow"] == "GET, PUT"

    def test_only_its_own_prefix_is_its_own(self, emulator: Emulator) -> None:
        with open_client(emulator) as client:
            body = client.get("/_emulators").json()
        assert body["output"] is None

    def test_a_head_has_no_body(self, control: httpx.Client) -> None:
        assert control.head(CLOCK).status_code == 405

    def test_every_operation_of_its_document_is_served(self, control: httpx.Client) -> None:
        document: Any = json.loads(read_emulator_json())
        for path, operations in Document(document).paths.items():
            for method in operations:
                assert control.request(method, path).status_code != 404, path


class TestHealth:
    def test_an_emulator_is_live_and_ready_until_it_is_closed(self, emulator: Emulator) -> None:
        with open_control(emulator) as control:
            assert control.get(LIVE).json()["status"] == "ok"
            assert control.get(READY).json()["status"] == "ok"
            emulator.close()
            assert control.get(LIVE).status_code == 200
            assert refusal(control.get(READY), 503) == "The emulator is shutting down"


class TestClock:
    def test_it_shows_the_same_time_as_the_emulator(self, emulator: Emulator, control: httpx.Client) -> None:
        emulator.clock.advance(timedelta(seconds=1.5))
        assert control.get(CLOCK).json() == {
            "now": "2025-01-01T00:00:01.500Z",
            "mode": "manual",
            "scale": 15.0,
        }

    def test_it_moves_time(self, emulator: Emulator, control: httpx.Client) -> None:
        assert control.post(ADVANCE, json={"seconds": 90.5}).json()["now"] == "2025-01-01T00:01:30.500Z"
        assert emulator.clock.now == START + timedelta(seconds=90.5)

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ({"seconds": -1}, "body/seconds: "),
            ({"seconds": "1"}, "body/seconds: "),
            ({"until": {"running": "gpt2"}}, "body/until/running: "),
            ({"until": {"idle": False}}, "body/until/idle: "),
            ({}, "body: "),
        ],
    )
    def test_bad_lengths(self, emulator: Emulator, control: httpx.Client, body: Any, reason: str) -> None:
        assert refusal(control.post(ADVANCE, json=body), 400).startswith(reason)
        assert emulator.clock.now == START

    def test_until_a_cluster_runs(self, emulator: Emulator, control: httpx.Client) -> None:
        with open_client(emulator) as client:
            client.put(GPT2)
            control.post(ADVANCE, json={"until": {"running": GPT2_ID}}).raise_for_status()
            assert output(client.get(GPT2))["status"] == "running"
        assert emulator.clock.now == START + timedelta(seconds=30)

    def test_until_a_loaded_model_runs_and_is_gone(self, emulator: Emulator) -> None:
        with open_client(emulator) as client:
            client.post(LOAD, json={"model": GPT2_ID, "expirationPeriodSeconds": 60})
            emulator.clock.advance_until_running(GPT2_ID)
            assert emulator.clock.now == START + timedelta(seconds=30)
            emulator.clock.advance_until_gone(GPT2_ID)
            assert emulator.clock.now == START + timedelta(seconds=150)
            assert client.post(DELETE, json={"model": GPT2_ID}).status_code in (404, 405)

    def test_until_nobody_uses_a_cluster_any_more(self, emulator: Emulator) -> None:
        with open_client(emulator) as client:
            client.put(GPT2, json={"timeout": 10})
            emulator.clock.advance_until_gone(GPT2_ID)
            assert output(client.get(CLUSTERS)) == []
        assert emulator.clock.now == START + timedelta(minutes=10)

    def test_until_nothing_is_under_way(self, emulator: Emulator, control: httpx.Client) -> None:
        with open_client(emulator) as client:
            client.put(GPT2)
            client.post("/models/v2/request/example/new-model")
        assert (
            control.post(ADVANCE, json={"until": {"idle": True}}).json()["now"] == "2025-01-01T00:01:40.000Z"
        )

    def test_what_never_comes(self, emulator: Emulator, control: httpx.Client) -> None:
        body = {"until": {"running": "example/none"}, "atMost": 60}
        assert refusal(control.post(ADVANCE, json=body), 409) == "example/none is not running after 0:01:00"
        with pytest.raises(TimeoutError, match="example/none is not running after 1 day"):
            emulator.clock.advance_until_running("example/none")
        assert emulator.clock.now == START + timedelta(days=1, minutes=1)

    def test_another_way_in_which_time_passes(self, emulator: Emulator, control: httpx.Client) -> None:
        with open_client(emulator) as client:
            client.put(GPT2)
            assert output(client.get(GPT2))["status"] == "booting instance"
            assert control.put(CLOCK, json={"mode": "auto"}).json()["mode"] == "auto"
            assert output(client.get(GPT2))["status"] == "running"
        assert (emulator.clock.mode, emulator.clock.now) == ("auto", START + timedelta(seconds=30))

    def test_time_goes_on_by_itself_and_stops(self, emulator: Emulator) -> None:
        clock = emulator.clock
        clock.set_mode("scaled", 1_000_000)
        with open_client(emulator) as client:
            client.put(GPT2).raise_for_status()
            client.post(GPT2, json={"text": "a"}).raise_for_status()
        clock.set_mode("manual")
        stopped = clock.now
        assert clock.now == stopped >= START + timedelta(seconds=30)
        emulator.close()

    def test_the_wall_clock_is_not_jumped_to(self, emulator: Emulator) -> None:
        emulator.clock.set_mode("real")
        assert START <= emulator.clock.now < START + timedelta(hours=1)
        emulator.close()

    @pytest.mark.parametrize("body", [{"mode": "fast"}, {"mode": "scaled", "scale": 0}, {"scale": 2}])
    def test_bad_ways(self, control: httpx.Client, body: Any) -> None:
        assert control.put(CLOCK, json=body).status_code == 400
        assert control.get(CLOCK).json()["mode"] == "manual"

    def test_bad_ways_in_python(self, emulator: Emulator) -> None:
        with pytest.raises(ValueError, match="scale must be a number from"):
            emulator.clock.set_mode("scaled", 0)
        with pytest.raises(ValueError, match="time cannot go back"):
            emulator.clock.advance_until_idle(at_most=timedelta(seconds=-1))


class TestState:
    def test_all_is_put_back(self, emulator: Emulator, control: httpx.Client) -> None:
        with open_client(emulator) as client:
            client.put(GPT2)
            emulator.clock.advance(timedelta(seconds=40))
            assert control.post("/_emulator/reset").json()["now"] == "2025-01-01T00:00:00.000Z"
            assert output(client.get(CLUSTERS)) == []

    def test_one_world_is_put_back(self, emulator: Emulator, control: httpx.Client) -> None:
        fingerprint = hashlib.sha256(b"one").hexdigest()
        with open_client(emulator, "one") as one, open_client(emulator, "another") as another:
            one.put(GPT2)
            another.put(GPT2)
            control.post("/_emulator/reset", json={"fingerprint": fingerprint}).raise_for_status()
            assert output(one.get(CLUSTERS)) == []
            assert len(output(another.get(CLUSTERS))) == 1

    def test_a_key_that_is_not_taken_has_no_world(self) -> None:
        with open_control(Emulator(keys=["one"])) as control:
            response = control.post("/_emulator/reset", json={"fingerprint": "0" * 64})
        assert refusal(response, 422) == "body/fingerprint: the key is not accepted"

    def test_the_state_is_carried_elsewhere(self, emulator: Emulator, control: httpx.Client) -> None:
        with open_client(emulator) as client:
            client.put(GPT2)
            emulator.clock.advance_until_running(GPT2_ID)
            here = client.get(GPT2).json()
        other = Emulator(clock="manual")
        with open_control(other) as control_of_other, open_client(other) as client:
            state = control.get("/_emulator/state").json()
            answer = control_of_other.put("/_emulator/state", json=state)
            assert answer.json() == control.get(CLOCK).json()
            assert client.get(GPT2).json() == here

    def test_a_state_that_cannot_be_loaded(self, emulator: Emulator, control: httpx.Client) -> None:
        state = {**control.get("/_emulator/state").json(), "now": "1999-01-01T00:00:00Z"}
        assert refusal(control.put("/_emulator/state", json=state), 422).startswith("body: ")
        state["version"] = 2
        assert refusal(control.put("/_emulator/state", json=state), 400).startswith("body/version: ")

    def test_snapshots(self, emulator: Emulator, control: httpx.Client) -> None:
        with open_client(emulator) as client:
            client.put(GPT2)
            assert control.put("/_emulator/snapshots/one").json() == {"snapshots": ["one"]}
            client.delete(GPT2)
            control.post("/_emulator/snapshots/one/restore").raise_for_status()
            assert len(output(client.get(CLUSTERS))) == 1
        assert control.get("/_emulator/snapshots").json() == {"snapshots": ["one"]}
        assert control.delete("/_emulator/snapshots/one").json() == {"snapshots": []}
        for answer in (
            control.delete("/_emulator/snapshots/one"),
            control.post("/_emulator/snapshots/one/restore"),
        ):
            assert refusal(answer, 404) == "path/name: there is no snapshot 'one'"
