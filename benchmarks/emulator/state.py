"""What it costs to keep, carry and put back what lives in an emulator."""

import time
from collections.abc import Callable
from typing import Final, TypeAlias

import httpx

from benchmarks.emulator.requests import MODEL_PATH
from bytezkit_emulator import Emulator, Settings

TENANTS: Final = (1, 10, 100)
ROUNDS: Final = 25
_KEPT: Final = "kept"
# In an order in which each finds what it needs.
ACTS: Final[dict[str, Callable[[Emulator], object]]] = {
    "snapshot": lambda emulator: emulator.state.snapshot(_KEPT),
    "export": lambda emulator: emulator.state.export(),
    "restore": lambda emulator: emulator.state.restore(_KEPT),
    "reset": lambda emulator: emulator.state.reset(),
}

Times: TypeAlias = dict[tuple[str, int], list[float]]


def measure() -> Times:
    """Return the seconds of each round, by act and number of tenants."""
    emulators = {count: _inhabited(count) for count in TENANTS}
    times: Times = {(act, count): [] for act in ACTS for count in TENANTS}
    for _ in range(ROUNDS):
        for count, emulator in emulators.items():
            for name, act in ACTS.items():
                began = time.perf_counter()
                act(emulator)
                times[name, count].append(time.perf_counter() - began)
            emulator.state.restore(_KEPT)
    return times


def _inhabited(tenants: int) -> Emulator:
    """Return an emulator in which each key has a cluster that runs, a job, and money spent."""
    emulator = Emulator(clock="manual")
    keys = [f"Key key-{number}" for number in range(tenants)]
    with httpx.Client(transport=emulator.transport, base_url="http://emulator") as client:

        def send_each(method: str, path: str, body: object = None) -> None:
            for key in keys:
                client.request(method, path, json=body, headers={"authorization": key}).raise_for_status()

        send_each("PUT", MODEL_PATH)
        emulator.clock.advance(Settings().boot_time)
        emulator.clock.set_mode("auto")
        send_each("POST", MODEL_PATH, {"text": "Once upon a time"})
        emulator.clock.set_mode("manual")
        send_each("POST", "/models/v2/request/example/new-model")
    return emulator
