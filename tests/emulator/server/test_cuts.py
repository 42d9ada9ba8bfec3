"""A reset, a restored state or the end of the emulator refuses what waits and cuts what is being sent."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any, Final

import anyio
import httpx
import pytest

from bytezkit_emulator import Emulator, Fault, Interrupt, Settings, Then
from tests.emulator.clients import GPT2, IMAGE, KEY, TASKS, error, open_client

LONG: Final = {"text": "a", "stream": True, "params": {"max_new_tokens": 200}}
ENDS: Final[dict[str, Callable[[Emulator], object]]] = {
    "reset": lambda it: it.state.reset(),
    "reset key": lambda it: it.state.reset(key=KEY),
    "restore": lambda it: it.state.restore("start"),
    "load": lambda it: it.state.load(Emulator().state.export()),
    "close": lambda it: it.close(),
}
EACH_END: Final = pytest.mark.parametrize("end", ENDS)
BODIES: Final = [(GPT2, LONG), (GPT2, {"text": "a"}), (IMAGE, {"text": "a", "stream": True})]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Return an emulator that serves HTTP, with booted clusters."""
    with Emulator(clock="manual") as emulator:
        emulator.state.snapshot("start")
        with open_client(emulator) as client:
            assert client.put(GPT2).status_code == 202
            assert client.put(IMAGE).status_code == 202
        emulator.clock.advance(Settings().boot_time)
        yield emulator


def open_client_of(emulator: Emulator, *, is_http: bool) -> httpx.AsyncClient:
    """Open a client of the server or of the transport."""
    return httpx.AsyncClient(
        transport=None if is_http else emulator.async_transport,
        base_url=emulator.url,
        headers={"authorization": f"Key {KEY}"},
        trust_env=False,
    )


@EACH_END
@pytest.mark.parametrize("is_http", [True, False], ids=["http", "in process"])
@pytest.mark.parametrize(("path", "body"), BODIES, ids=["stream", "whole", "media"])
@pytest.mark.anyio
async def test_body_is_cut(
    emulator: Emulator, caplog: pytest.LogCaptureFixture, path: str, body: Any, *, is_http: bool, end: str
) -> None:
    emulator.faults.add(Fault("stall", Then(interrupt=Interrupt("stall", after_bytes=1))))
    emulator.clock.set_mode("auto")
    async with (
        open_client_of(emulator, is_http=is_http) as client,
        client.stream("POST", path, json=body) as response,
    ):
        chunks = response.aiter_bytes()
        assert len(await anext(chunks)) == 1
        await asyncio.to_thread(ENDS[end], emulator)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            await anext(chunks)
    assert [it.outcome for it in emulator.journal.entries(path=path)][-1] == "abandoned"
    assert caplog.text == ""


@pytest.mark.parametrize("end", ["reset", "close"])
def test_stream_without_chunked_coding_is_reset(emulator: Emulator, end: str) -> None:
    content = json.dumps(LONG).encode()
    head = f"POST {GPT2} HTTP/1.0\r\nauthorization: {KEY}\r\ncontent-length: {len(content)}\r\n\r\n"
    address = httpx.URL(emulator.url)
    with socket.create_connection((address.host, address.port or 0), timeout=10) as connection:
        connection.sendall(head.encode() + content)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        ENDS[end](emulator)
        with pytest.raises(ConnectionResetError):
            connection.makefile("rb").read()


@EACH_END
@pytest.mark.parametrize(
    "then",
    [
        Then(delay=60),
        Then(interrupt=Interrupt("stall")),
        Then(interrupt=Interrupt("stall", handled=True)),
    ],
)
@pytest.mark.anyio
async def test_request_that_a_fault_holds_is_refused(emulator: Emulator, then: Then, end: str) -> None:
    emulator.faults.add(Fault("held", then))
    async with open_client_of(emulator, is_http=False) as client, asyncio.TaskGroup() as tasks:
        requests = [tasks.create_task(client.get(TASKS)) for _ in range(2)]
        await anyio.wait_all_tasks_blocked()
        ENDS[end](emulator)
        # Refused at once, and not when the client asks for the next part.
        assert {it.outcome for it in emulator.journal.entries()} == {"complete"}
        status, reason = (503, "shutting down") if end == "close" else (409, "The emulator was reset")
        for request in requests:
            assert reason in error(await request, status)
