"""Web pages that call the emulated API."""

from typing import Any, Final

import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import GPT2, KEY, LOAD, TASKS, open_unchecked_client

PREFLIGHT: Final = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,x-emulator-fault",
}
LOOPBACK: Final = (
    "http://localhost:3000 http://127.0.0.1 https://[::1]:1 http://a.localhost capacitor://localhost"
)
FOREIGN: Final = "https://app.example http://localhost.evil.example null http://["


@pytest.mark.parametrize(
    ("origins", "allowed", "refused"),
    [
        ((), LOOPBACK, FOREIGN),
        (["HTTPS://App.example", "null"], f"{LOOPBACK} https://app.example null", "https://other.example"),
        (["*"], f"{LOOPBACK} {FOREIGN}", ""),
    ],
)
def test_pages_of_allowed_origins_read_responses(origins: Any, allowed: str, refused: str) -> None:
    with open_unchecked_client(Emulator(keys=[KEY], cors_origins=origins)) as client:
        for origin in [*allowed.split(), *refused.split()]:
            is_allowed = origin in allowed.split()
            preflight = client.options(GPT2, headers={"origin": origin, **PREFLIGHT})
            assert preflight.status_code == (204 if is_allowed else 403), origin
            sent = {"origin": origin, "authorization": f"Key {KEY}"}
            responses = [
                preflight,
                client.post(GPT2, headers=sent, json={"text": "a"}),
                client.post(GPT2, headers=sent, json={"text": "a", "stream": True}),
                client.post(GPT2, headers={"origin": origin}, json={"text": "a"}),
                client.post(LOAD, headers={**sent, "x-emulator-fault": "server-error"}, json={}),
                client.get("/media/none", headers=sent),
            ]
            for response in responses:
                expected = origin if is_allowed else None
                assert response.headers.get("access-control-allow-origin") == expected, origin
            for path in ("/_emulator/clock", "/_emulator/health/live", "/docs/"):
                for method in ("GET", "OPTIONS"):
                    response = client.request(method, path, headers={"origin": origin, **PREFLIGHT})
                    assert not [name for name in response.headers if name.startswith("access-control-")]


def test_preflight_needs_no_key_allows_what_it_asks_for_and_is_not_recorded() -> None:
    emulator = Emulator(keys=[KEY])
    with open_unchecked_client(emulator, origin="http://localhost:3000") as client:
        headers = client.options(TASKS, headers=PREFLIGHT).headers
        assert headers["access-control-allow-methods"] == PREFLIGHT["access-control-request-method"]
        assert headers["access-control-allow-headers"] == PREFLIGHT["access-control-request-headers"]
        without_headers = client.options(TASKS, headers={"access-control-request-method": "GET"})
        assert without_headers.headers["access-control-allow-headers"] == ""
        assert emulator.journal.entries() == []
        assert client.options(TASKS).status_code == 405


def test_every_header_of_a_response_is_exposed() -> None:
    with open_unchecked_client(Emulator(), authorization="Key a", origin="http://localhost:3000") as client:
        for fault in ("rate-limit-then-ok", "server-error"):
            response = client.post(GPT2, json={"text": "a"}, headers={"x-emulator-fault": fault})
            exposed = response.headers["access-control-expose-headers"].split(", ")
            own = {name for name in response.headers if not name.startswith("access-control-")}
            assert own - {"vary"} <= set(exposed), fault
            assert "x-request-id" in exposed


@pytest.mark.parametrize("origin", ["app.example", "https://app.example/", "https://", "https://a,b", ""])
def test_malformed_origins_raise(origin: str) -> None:
    with pytest.raises(ValueError, match="cors_origins: "):
        Emulator(cors_origins=[origin])
    with pytest.raises(TypeError, match="cors_origins must be a list"):
        Emulator(cors_origins=origin)
