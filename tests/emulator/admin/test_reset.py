"""One call returns the emulator to its start."""

from collections.abc import Callable

import httpx
import pytest

from bytezkit_emulator import Emulator, Fault, Match, Stub, Then, When
from bytezkit_emulator._time.scheduler import START
from tests.emulator.clients import CHAT, CLUSTERS, GPT2, GPT2_ID, open_client, open_unchecked_client, output
from tests.emulator.session import Session


def reset_over_http(emulator: Emulator) -> None:
    with open_unchecked_client(emulator) as control:
        assert control.post("/_emulator/reset").json()["mode"] == "auto"


@pytest.mark.parametrize("reset", [Emulator.reset, reset_over_http])
def test_reset_returns_to_the_start(reset: Callable[[Emulator], None]) -> None:
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
        reset(emulator)
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


def test_reset_refuses_before_it_changes_the_clock() -> None:
    emulator = Emulator()
    emulator.clock.set_mode("manual")
    with Session(emulator) as session:
        session.send("POST", GPT2, {"text": "a"})
        emulator.reset()
        session.settle()
        assert session.statuses == [409]
