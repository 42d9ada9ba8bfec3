"""Control API: access control, routes, virtual clock and state."""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import pytest
from httpx import ASGITransport, AsyncClient, Client

from bytezkit_emulator import Emulator
from bytezkit_emulator._openapi.document import Document
from bytezkit_emulator._server.asgi import App
from bytezkit_emulator._time.scheduler import START
from bytezkit_openapi import read_emulator_json
from tests.emulator import clients
from tests.emulator.clients import CLUSTERS, GPT2, GPT2_ID, LOAD, control_error, open_client, output

CLOCK: Final = "/_emulator/clock"
ADVANCE: Final = "/_emulator/clock/advance"
LIVE: Final = "/_emulator/health/live"
READY: Final = "/_emulator/health/ready"
RESET: Final = "/_emulator/reset"
STATE: Final = "/_emulator/state"
SNAPSHOTS: Final = "/_emulator/snapshots"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(clock="manual")


# Header, and values that are accepted and refused.
NAMES: Final = [
    (
        "host",
        "localhost LOCALHOST:8080 127.0.0.1:9 127.8.9.1 [::1]:8080 api.localhost [::1]",
        "emulator evil.example localhost.evil.example 127.0.0.1.evil.example 10.0.0.1 a@localhost",
    ),
    (
        "origin",
        "http://localhost:3000 http://127.0.0.1 https://[::1]:1",
        "https://evil.example null http://[ http://localhost.evil.example",
    ),
]


class TestGuard:
    @pytest.mark.parametrize(("header", "loopback", "foreign"), NAMES)
    def test_only_loopback_names_are_accepted(
        self, emulator: Emulator, control: Client, *, header: str, loopback: str, foreign: str
    ) -> None:
        for value in loopback.split():
            assert control.get(CLOCK, headers={header: value}).status_code == 200, value
        for value in ["", *foreign.split()]:
            response = control.post(ADVANCE, json={"seconds": 1}, headers={header: value})
            assert control_error(response, 403).startswith(f"header/{header}: "), value
            assert control.get(LIVE, headers={header: value}).status_code == 200, value
        assert emulator.clock.now == START

    @pytest.mark.parametrize("authorization", ["Key test-key", "Bearer test-key", "test-key"])
    @pytest.mark.parametrize("options", [{"keys": ["test-key"]}, {"admin_token": "secret"}])
    def test_api_key_returns_403(self, options: dict[str, Any], authorization: str) -> None:
        emulator = Emulator(**options)
        control = clients.open_unchecked_client(emulator, authorization=authorization)
        message = control_error(control.get(CLOCK), 403)
        assert message.startswith("header/authorization: ")
        assert "test-key" not in message
        assert "secret" not in str(vars(emulator._runtime._admin._guard))


# Client of the ASGI scope, headers beside `Host: emulator`, and whether the control API answers without and
# with the token.
PEERS: Final[list[tuple[tuple[str, int] | None, dict[str, str], bool, bool]]] = [
    (("127.0.0.1", 1), {"host": "localhost"}, True, True),
    (("::1", 1), {"host": "localhost"}, True, True),
    (("::ffff:127.0.0.1", 1), {"host": "localhost"}, True, True),
    (("127.0.0.1", 1), {}, False, False),
    (("172.17.0.1", 1), {"host": "localhost"}, False, True),
    (("10.0.0.7", 1), {}, False, True),
    (("10.0.0.7", 1), {"host": "localhost", "x-forwarded-for": "127.0.0.1"}, False, True),
    (("127.0.0.1", 1), {"host": "localhost", "x-forwarded-for": "127.0.0.1"}, False, True),
    *(
        (("127.0.0.1", 1), {"host": "localhost", name: "for=127.0.0.1"}, False, True)
        for name in ("forwarded", "via", "x-real-ip")
    ),
    (("", 0), {"host": "localhost"}, False, True),
    (None, {"host": "localhost"}, False, True),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("peer", "headers", "without_token", "with_token"), PEERS)
async def test_other_peers_need_the_token_except_for_health(
    peer: tuple[str, int] | None, headers: dict[str, str], without_token: bool, with_token: bool
) -> None:
    for token, is_open in ((None, without_token), ("secret", with_token)):
        app = Emulator(admin_token=token).app

        async def from_peer(scope: Any, receive: Any, send: Any, app: App = app) -> None:
            await app({**scope, "client": peer}, receive, send)

        sent = headers if token is None else {**headers, "authorization": f"Bearer {token}"}
        async with AsyncClient(transport=ASGITransport(from_peer), base_url="http://emulator") as client:
            for method, path in (("GET", CLOCK), ("POST", RESET), ("GET", "/docs/")):
                status = (await client.request(method, path, headers=sent)).status_code
                assert status == (200 if is_open else 403), path
            if token is not None or not is_open:
                assert control_error(await client.get(CLOCK, headers=headers), 403)
                # A browser cannot send the token when it opens a page.
                for page in ("/docs/", "/_emulator/"):
                    status = (await client.get(page, headers=headers)).status_code
                    assert status == (200 if is_open else 403), page
            for response in (await client.get(LIVE), await client.head(READY)):
                assert response.status_code == 200


class TestRoutes:
    def test_unknown_path_returns_404_and_other_method_405(self, control: Client) -> None:
        for path in ("/_emulator/none", "/_emulator/page.js/"):
            assert control_error(control.get(path), 404) == "path: there is nothing here"
        assert "output" in control.get("/_emulators", headers={"authorization": "Key a"}).json()
        response = control.delete(CLOCK)
        assert control_error(response, 405) == "method: DELETE is not allowed here"
        assert response.headers["allow"] == "GET, HEAD, PUT"

    def test_every_documented_operation_is_served(self, control: Client) -> None:
        for path, operations in Document(json.loads(read_emulator_json())).paths.items():
            for method in operations:
                assert control.request(method, path).status_code != 404, path


def test_ready_until_closed_and_live_after(emulator: Emulator, control: Client) -> None:
    assert [control.get(path).json()["status"] for path in (LIVE, READY)] == ["ok", "ok"]
    emulator.close()
    assert control.get(LIVE).status_code == 200
    assert control_error(control.get(READY), 503) == "The emulator is shutting down"


class TestClock:
    def test_advance_moves_time(self, emulator: Emulator, control: Client) -> None:
        emulator.clock.advance(timedelta(seconds=1.5))
        expected = {"now": "2025-01-01T00:00:01.500Z", "mode": "manual", "scale": 15.0}
        assert control.get(CLOCK).json() == expected
        advanced = control.post(ADVANCE, json={"seconds": 90.5}).json()
        assert advanced == {**expected, "now": "2025-01-01T00:01:32.000Z"}
        assert emulator.clock.now == START + timedelta(seconds=92)

    @pytest.mark.parametrize(
        ("method", "path", "body", "reason"),
        [
            ("POST", ADVANCE, {"seconds": -1}, "body/seconds: "),
            ("POST", ADVANCE, {"until": {"running": "gpt2"}}, "body/until/running: "),
            ("POST", ADVANCE, {"until": {"idle": False}}, "body/until/idle: "),
            ("PUT", CLOCK, {"mode": "fast"}, "body/mode: "),
            ("PUT", CLOCK, {"mode": "scaled", "scale": 0}, "body/scale: "),
            ("PUT", CLOCK, {"scale": 2}, "body: "),
        ],
    )
    def test_invalid_body_returns_400(
        self, emulator: Emulator, control: Client, *, method: str, path: str, body: Any, reason: str
    ) -> None:
        assert control_error(control.request(method, path, json=body), 400).startswith(reason)
        assert (emulator.clock.now, emulator.clock.mode) == (START, "manual")

    @pytest.mark.parametrize(
        ("sent", "until", "seconds", "statuses"),
        [
            (("PUT", GPT2, None), {"running": GPT2_ID}, 30, ["running"]),
            (("PUT", GPT2, {"timeout": 10}), {"gone": GPT2_ID}, 600, []),
            (("POST", LOAD, {"model": GPT2_ID, "expirationPeriodSeconds": 60}), {"gone": GPT2_ID}, 150, []),
            (("POST", "/models/v2/request/example/new-model", None), {"idle": True}, 100, []),
        ],
    )
    def test_advance_until_stops_when_the_condition_holds(
        self, client: Client, control: Client, *, sent: Any, until: Any, seconds: float, statuses: Any
    ) -> None:
        method, path, body = sent
        assert client.request(method, path, json=body).is_success
        now = control.post(ADVANCE, json={"until": until}).json()["now"]
        assert datetime.fromisoformat(now) == START + timedelta(seconds=seconds)
        assert [cluster["status"] for cluster in output(client.get(CLUSTERS))] == statuses

    def test_advance_until_beyond_the_limit_fails(self, emulator: Emulator, control: Client) -> None:
        response = control.post(ADVANCE, json={"until": {"running": "example/none"}, "atMost": 60})
        assert control_error(response, 409) == "example/none is not running after 0:01:00"
        with pytest.raises(TimeoutError, match="example/none is not running after 1 day"):
            emulator.clock.advance_until_running("example/none")
        assert emulator.clock.now == START + timedelta(days=1, minutes=1)

    def test_auto_mode_boots_without_waiting(
        self, emulator: Emulator, client: Client, control: Client
    ) -> None:
        client.put(GPT2)
        assert output(client.get(GPT2))["status"] == "booting instance"
        assert control.put(CLOCK, json={"mode": "auto"}).json()["mode"] == "auto"
        assert output(client.get(GPT2))["status"] == "running"
        assert (emulator.clock.mode, emulator.clock.now) == ("auto", START + timedelta(seconds=30))

    def test_manual_mode_stops_scaled_time(self, emulator: Emulator, client: Client) -> None:
        clock = emulator.clock
        clock.set_mode("scaled", 1_000_000)
        client.put(GPT2).raise_for_status()
        client.post(GPT2, json={"text": "a"}).raise_for_status()
        clock.set_mode("manual")
        stopped = clock.now
        assert clock.now == stopped >= START + timedelta(seconds=30)
        emulator.close()

    def test_invalid_argument_raises_value_error(self, emulator: Emulator) -> None:
        with pytest.raises(ValueError, match="scale must be a number from"):
            emulator.clock.set_mode("scaled", 0)
        with pytest.raises(ValueError, match="time cannot go back"):
            emulator.clock.advance_until_idle(at_most=timedelta(seconds=-1))
        with pytest.raises(ValueError, match="time cannot go back"):
            emulator.clock.advance(timedelta(seconds=-1))


class TestState:
    def test_reset_of_one_tenant_keeps_other_tenants(self, emulator: Emulator, control: Client) -> None:
        tenants = [open_client(emulator, key) for key in ("one", "another")]
        for client in tenants:
            client.put(GPT2)
        emulator.clock.advance(timedelta(seconds=40))
        control.post(RESET, json={"fingerprint": sha256(b"one").hexdigest()}).raise_for_status()
        assert [len(output(client.get(CLUSTERS))) for client in tenants] == [0, 1]
        unknown = clients.open_unchecked_client(Emulator(keys=["two"]))
        refused = unknown.post(RESET, json={"fingerprint": "0" * 64})
        assert control_error(refused, 422) == "body/fingerprint: the key is not accepted"
        assert control.post(RESET).json()["now"] == "2025-01-01T00:00:00.000Z"
        assert [len(output(client.get(CLUSTERS))) for client in tenants] == [0, 0]

    def test_invalid_state_is_refused(self, control: Client) -> None:
        media = {"name": "a.png", "mediaType": "image/png\n", "until": "2025-01-01T00:30:00Z", "content": ""}
        state = {**control.get(STATE).json(), "media": [media]}
        message = control_error(control.put(STATE, json=state), 422)
        assert message.startswith("body: state.media[0].mediaType: ")
        assert control_error(control.put(STATE, json={**state, "version": 2}), 400).startswith("body/version")

    def test_snapshot_is_restored_and_deleted(self, client: Client, control: Client) -> None:
        client.put(GPT2)
        assert control.put(f"{SNAPSHOTS}/one").json() == {"snapshots": ["one"]}
        client.delete(GPT2)
        control.post(f"{SNAPSHOTS}/one/restore").raise_for_status()
        assert len(output(client.get(CLUSTERS))) == 1
        assert control.get(SNAPSHOTS).json() == {"snapshots": ["one"]}
        assert control.delete(f"{SNAPSHOTS}/one").json() == {"snapshots": []}
        for method, path in (("DELETE", "/one"), ("POST", "/one/restore")):
            message = control_error(control.request(method, f"{SNAPSHOTS}{path}"), 404)
            assert message == "path/name: there is no snapshot 'one'"
