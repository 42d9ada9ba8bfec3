"""Loaded models on a manual clock: cases that the random histories of `tests/emulator/oracle` do not have."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import (
    GPT2_ID,
    LOAD,
    STATUS,
    V1_RUN,
    v1_output,
)
from tests.emulator.session import Session

MODEL = {"model": GPT2_ID}
LONG = {**MODEL, "text": "a", "params": {"max_new_tokens": 4096}}
LONG_SECONDS = 81.97


class LoadedModelClient(Session):
    """Client of one loaded model."""

    def load(self, **body: Any) -> dict[str, Any]:
        return dict(v1_output(self.request("POST", LOAD, {**MODEL, **body})))

    def read(self) -> dict[str, Any]:
        return dict(v1_output(self.request("POST", STATUS, MODEL)))

    def status(self, *, after: float = 0) -> str:
        """Advance time, and return the status."""
        self.advance(after)
        return str((self.read())["status"])


@pytest.fixture
def model() -> Iterator[LoadedModelClient]:
    with LoadedModelClient(Emulator(clock="manual", settings=Settings(queue_limit=3))) as model:
        yield model


def test_load_starts_model_with_default_settings(model: LoadedModelClient) -> None:
    assert model.load() == {**MODEL, "status": "started", "concurrency": 1}
    # In the order of the vendor's example.
    assert list(model.read().items()) == [
        ("model", GPT2_ID),
        ("status", "DEPLOYING"),
        ("concurrency", 1),
        ("inferences", 0),
        ("expirationPeriodSeconds", 1800),
        ("expirationPeriodMinutes", 30),
        ("expiresAt", "2025-01-01T00:30:00.000Z"),
        ("created", "2025-01-01T00:00:00.000Z"),
        ("modified", "2025-01-01T00:00:00.000Z"),
    ]


@pytest.mark.parametrize(
    ("body", "concurrency", "seconds", "minutes"),
    [
        ({"concurrency": 3, "expirationPeriodSeconds": 300}, 3, "300", "5"),
        ({"concurrency": 2.0, "timeout": 90}, 2, "90", "1.5"),
        ({"timeout": 60, "expirationPeriodSeconds": 1}, 1, "1", str(1 / 60)),
    ],
)
def test_load_accepts_concurrency_and_both_names_of_period(
    model: LoadedModelClient, body: dict[str, Any], concurrency: int, seconds: str, minutes: str
) -> None:
    assert model.load(**body)["concurrency"] == concurrency
    read = model.read()
    assert read["concurrency"] == concurrency
    # As texts, because the vendor's example prints 5 and not 5.0.
    assert [str(read["expirationPeriodSeconds"]), str(read["expirationPeriodMinutes"])] == [seconds, minutes]


@pytest.mark.parametrize(
    ("settings", "body", "idle"),
    [
        (Settings(), {"expirationPeriodSeconds": 86400}, 86460),
        (Settings(expiry_lag=timedelta(seconds=120)), {"timeout": 10}, 130),
    ],
)
def test_idle_model_stops_after_period_and_lag(settings: Settings, body: dict[str, Any], idle: int) -> None:
    with LoadedModelClient(Emulator(clock="manual", settings=settings)) as model:
        model.load(**body)
        model.advance(30)
        assert model.status(after=idle - 0.001) == "RUNNING"
        assert model.status(after=0.001) == "STOPPED"
        assert model.load() == {**MODEL, "status": "started", "concurrency": 1}


def test_period_shorter_than_start_and_run_interrupts_neither() -> None:
    emulator = Emulator(clock="manual", settings=Settings(boot_time=timedelta(seconds=500)))
    with LoadedModelClient(emulator) as model:
        model.load(expirationPeriodSeconds=1)
        model.send("POST", V1_RUN, LONG)
        assert model.status(after=499) == "DEPLOYING"
        model.advance(1 + LONG_SECONDS)
        assert model.statuses == [200]
        assert model.status(after=60) == "RUNNING"
        assert model.status(after=1) == "STOPPED"
