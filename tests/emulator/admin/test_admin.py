"""Control API: access control, routes, virtual clock and state."""

import base64
import json
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest
from httpx import ASGITransport, AsyncClient, Client

from bytezkit_emulator import Emulator, Fault, Match, Settings, Stub, Then, When
from bytezkit_emulator._openapi.document import Document
from bytezkit_emulator._server.asgi import App
from bytezkit_emulator._time.scheduler import START
from bytezkit_openapi import read_emulator_json
from tests.emulator import clients
from tests.emulator.clients import (
    CHAT,
    CLUSTERS,
    GPT2,
    GPT2_ID,
    IMAGE,
    KEY,
    error,
    open_client,
    output,
)

CLOCK: Final = "/_emulator/clock"
LIVE: Final = "/_emulator/health/live"
READY: Final = "/_emulator/health/ready"
STATE: Final = "/_emulator/state"


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
            response = control.post("/_emulator/clock/advance", json={"seconds": 1}, headers={header: value})
            assert error(response, 403).startswith(f"header/{header}: "), value
            assert control.get(LIVE, headers={header: value}).status_code == 200, value
        assert emulator.clock.now == START

    @pytest.mark.parametrize("authorization", ["Key test-key", "Bearer test-key", "test-key"])
    @pytest.mark.parametrize("options", [{"keys": ["test-key"]}, {"admin_token": "secret"}])
    def test_api_key_returns_403(self, options: dict[str, Any], authorization: str) -> None:
        emulator = Emulator(**options)
        control = clients.open_unchecked_client(emulator, authorization=authorization)
        message = error(control.get(CLOCK), 403)
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
            for method, path in (("GET", CLOCK), ("POST", "/_emulator/reset"), ("GET", "/docs/")):
                status = (await client.request(method, path, headers=sent)).status_code
                assert status == (200 if is_open else 403), path
            if token is not None or not is_open:
                assert error(await client.get(CLOCK, headers=headers), 403)
                # A browser cannot send the token when it opens a page.
                for page in ("/docs/", "/_emulator/"):
                    status = (await client.get(page, headers=headers)).status_code
                    assert status == (200 if is_open else 403), page
            for response in (await client.get(LIVE), await client.head(READY)):
                assert response.status_code == 200


class TestRoutes:
    def test_every_documented_operation_is_served(self, control: Client) -> None:
        for path, operations in Document(json.loads(read_emulator_json())).paths.items():
            for method in operations:
                assert control.request(method, path).status_code != 404, path


def test_ready_until_closed_and_live_after(emulator: Emulator, control: Client) -> None:
    assert [control.get(path).json()["status"] for path in (LIVE, READY)] == ["ok", "ok"]
    emulator.close()
    assert control.get(LIVE).status_code == 200
    assert error(control.get(READY), 503) == "The emulator is shutting down"


class TestClock:
    def test_advance_until_beyond_the_limit_fails(self, emulator: Emulator) -> None:
        with pytest.raises(TimeoutError, match="example/none is not running after 1 day"):
            emulator.clock.advance_until_running("example/none")
        assert emulator.clock.now == START + timedelta(days=1)

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
        with pytest.raises(ValueError, match=r"^time cannot go back$"):
            emulator.clock.advance_until_idle(at_most=timedelta(seconds=-1))
        with pytest.raises(ValueError, match=r"^time cannot go back$"):
            emulator.clock.advance(timedelta(seconds=-1))


LIMIT: Final = 10_000


def large_state() -> Any:
    state: Any = Emulator().state.export()
    content = base64.b64encode(bytes(2 * LIMIT)).decode()
    media = {"name": "a.png", "mediaType": "image/png", "until": "2025-01-01T00:30:00Z", "content": content}
    return {**state, "media": [media]}


@pytest.mark.anyio
@pytest.mark.parametrize("way", ["http", "asgi", "in process"])
async def test_state_above_the_body_limit_is_loaded(way: str) -> None:
    with Emulator(settings=Settings(body_limit=LIMIT)) as emulator:
        transports = {"asgi": httpx.ASGITransport(emulator.app), "in process": emulator.async_transport}
        async with httpx.AsyncClient(
            transport=transports.get(way), base_url=emulator.url, trust_env=False
        ) as client:
            assert (await client.put(STATE, json=large_state())).status_code == 200
            assert (await client.get(STATE)).json() == large_state()
            headers = {"authorization": f"Key {KEY}"}
            response = await client.post(IMAGE, json={"text": "a" * LIMIT}, headers=headers)
            assert response.status_code == 413


def test_state_above_the_limit_of_the_control_api_returns_413() -> None:
    with Emulator() as emulator, httpx.Client(base_url=emulator.url, trust_env=False) as client:
        response = client.put(STATE, content=bytes(64 * 1024 * 1024 + 1))
        assert (response.status_code, response.json()) == (413, {"error": "body: larger than 67108864 bytes"})


def test_reset_returns_to_the_start() -> None:
    busy = Fault("busy", Then(status=503), Match(model=GPT2_ID), When(times=1))
    emulator = Emulator(stubs=[Stub("first", "second", model=GPT2_ID)], faults=[busy])
    emulator.state.snapshot("kept")

    def use(client: httpx.Client) -> list[object]:
        assert client.post(GPT2, json={"text": "a"}).status_code == 503
        texts: list[object] = [output(client.post(GPT2, json={"text": "a"})) for _ in range(2)]
        return [*texts, output(client.post(CHAT, json={"messages": [{"role": "user", "content": "a"}]}))]

    with open_client(emulator) as client:
        first = use(client)
        assert first[:2] == ["first", "second"]
        emulator.stubs.add(Stub("added", task="chat"))
        emulator.faults.clear()
        emulator.faults.add("server-error")
        emulator.clock.set_mode("manual")
        emulator.reset()
        assert emulator.journal.entries() == []
        assert (emulator.clock.now, emulator.state.snapshots()) == (START, ["kept"])
        assert output(client.get(CLUSTERS)) == []
        assert use(client) == first
        assert emulator.faults.list() == (busy,)


def test_rewind_keeps_the_stubs() -> None:
    emulator = Emulator(stubs=[Stub("first", "second", model=GPT2_ID)])
    emulator.stubs.add(Stub("one", "two", task="chat"))
    with open_client(emulator) as client:
        for _ in range(2):
            assert output(client.post(GPT2, json={"text": "a"})) == "first"
            answer = output(client.post(CHAT, json={"messages": [{"role": "user", "content": "a"}]}))
            assert answer["content"] == "one"
            emulator.stubs.rewind()
