"""A stub function may take its time and use its emulator, since it runs beside the other requests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any, Final

import anyio
import httpx
import pytest

from bytezkit_emulator import Emulator, RunCall, Stub
from bytezkit_emulator._time.scheduler import START
from tests.emulator.clients import (
    CHAT,
    GPT2,
    GPT2_ID,
    KEY,
    LOAD,
    TASKS,
    V1_RUN,
    error,
    open_async_client,
    open_client,
    output,
)

HEADERS: Final = {"authorization": f"Key {KEY}"}
RUN: Final = {"text": "a"}
NESTED: Final = {"messages": [{"role": "user", "content": "a"}]}
ACTIONS: Final[dict[str, Callable[[Emulator], object]]] = {
    "advance": lambda it: it.clock.advance(timedelta(hours=1)),
    "reset": lambda it: it.reset(),
    "faults": lambda it: it.faults.add("server-error"),
    "stubs": lambda it: it.stubs.clear(),
    "journal": lambda it: it.journal.entries(),
    "export": lambda it: it.state.export(),
    "http": lambda it: output(send(it, "http", CHAT, NESTED)),
    "in process": lambda it: output(send(it, "sync", CHAT, NESTED)),
}
WAYS: Final = ("http", "sync", "async")


def send(emulator: Emulator, way: str, path: str = GPT2, body: Any = RUN) -> httpx.Response:
    """Send a request over HTTP, or through a transport in process."""
    if way == "http":
        return httpx.post(emulator.url + path, json=body, headers=HEADERS, trust_env=False)
    if way == "sync":
        return open_client(emulator).post(path, json=body)

    async def run() -> httpx.Response:
        async with open_async_client(emulator) as client:
            return await client.post(path, json=body)

    return anyio.run(run)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("action", ACTIONS)
def test_function_uses_its_emulator(action: str, way: str) -> None:
    def act(_: RunCall) -> str:
        ACTIONS[action](emulator)
        return "done"

    # The nested request also has a function.
    stubs = [Stub(act, model=GPT2_ID), Stub(lambda _: "nested", task="chat")]
    with Emulator(stubs=stubs) as emulator:
        response = send(emulator, way)
        if action == "reset":
            assert error(response, 409) == "The emulator was reset"
        else:
            assert output(response) == "done"


@contextmanager
def waiting_run(
    emulator: Emulator, way: str, path: str = GPT2, body: Any = RUN
) -> Iterator[tuple[Thread, list[httpx.Response]]]:
    """Send a run whose function waits until the end of the block."""
    entered, go_on, responses = Event(), Event(), list[httpx.Response]()

    def wait(_: RunCall) -> str:
        entered.set()
        go_on.wait()
        return "waited"

    emulator.stubs.clear()
    emulator.stubs.add(Stub(wait, model=GPT2_ID))
    thread = Thread(target=lambda: responses.append(send(emulator, way, path, body)))
    thread.start()
    assert entered.wait(30)
    try:
        yield thread, responses
    finally:
        go_on.set()
        thread.join()


@pytest.mark.parametrize("way", WAYS)
def test_other_requests_continue_and_time_stands_still(way: str) -> None:
    with Emulator() as emulator:
        before = emulator.clock.now
        with waiting_run(emulator, way) as (_, responses):
            for other in WAYS:
                assert send(emulator, other, TASKS).status_code == 405
            assert emulator.clock.now == before
            assert responses == []
        assert output(responses[0]) == "waited"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("end", [Emulator.reset, Emulator.close])
def test_reset_and_close_do_not_wait_for_a_function(way: str, end: Callable[[Emulator], None]) -> None:
    with Emulator() as emulator, waiting_run(emulator, way) as (thread, responses):
        end(emulator)
        thread.join(30)
        assert [it.status_code for it in responses] == [409 if end is Emulator.reset else 503]
    assert emulator.clock.now == START


def test_changes_during_a_function_count() -> None:
    with Emulator() as emulator, open_client(emulator) as client:
        assert client.put(GPT2).status_code == 202
        with waiting_run(emulator, "sync") as (_, responses):
            assert client.patch(GPT2, json={"status": "off"}).status_code == 200
        assert error(responses[0], 409) == "Cluster is off"
        assert client.post(LOAD, json={"model": GPT2_ID}).status_code == 200
        with waiting_run(emulator, "sync", V1_RUN, {"model": GPT2_ID, **RUN}) as (_, responses):
            assert client.post("/model/delete", json={"model": GPT2_ID}).status_code == 200
        assert error(responses[0], 409) == f"Model {GPT2_ID} is not loaded"
