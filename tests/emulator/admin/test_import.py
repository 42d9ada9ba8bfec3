"""Import of exported states over HTTP."""

import base64
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import IMAGE, KEY

STATE: Final = "/_emulator/state"
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
