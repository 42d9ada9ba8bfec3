"""`bytezkit contract run` through gateways in front of the emulator."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bytezkit_contract import _adapter
from bytezkit_contract._adapter import MeteredAdapter, open_session
from bytezkit_contract._server import Server
from bytezkit_contract._target import Target
from bytezkit_emulator import Emulator
from tests.contract_kit.conftest import KEY, SECOND_KEY, Command
from tests.contract_kit.gateway import Gateway, serve


@contextmanager
def server_at(url: str, **settings: float) -> Iterator[Server]:
    target = Target(url, KEY, **settings)  # type: ignore[arg-type]  # only numbers are passed
    with open_session(target, MeteredAdapter(target, second_key=SECOND_KEY)) as session:
        yield Server(target, session)


class Clock:
    """Virtual time of the kit and of the rate limit."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_adapter, "time", clock)
    return clock


def test_501_for_methods_that_no_operation_uses_is_valid(emulator: Emulator, command: Command) -> None:
    with serve(Gateway(emulator.url)) as url:
        run = command(f"--url={url}", "--examples=1", "--without=v1", "--without=clusters")

    assert (run.code, run.broken) == (0, {})


@pytest.mark.parametrize(
    ("retry_after", "shortest", "longest"),
    [
        ("3", 3, 3),
        ("nan", 1, 2),
        (None, 1, 2),
        pytest.param(
            format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True), 30, 90, id="date"
        ),
    ],
)
def test_429_is_sent_again_after_a_pause(
    retry_after: str | None, shortest: float, longest: float, emulator: Emulator, clock: Clock
) -> None:
    gateway = Gateway(emulator.url, rate=1, retry_after=retry_after, now=clock.monotonic)
    with serve(gateway) as url, server_at(url) as server:
        statuses = [server.send("GET", "/models/v2/list/tasks").status for _ in range(2)]

    assert statuses == [200, 200]
    assert shortest <= clock.now <= longest


def test_lasting_429_ends_the_run_without_a_violation(
    emulator: Emulator, command: Command, clock: Clock
) -> None:
    gateway = Gateway(emulator.url, closed_after=20)
    with serve(gateway) as url:
        run = command(f"--url={url}", "--timeout=60")

    reason = "the server returns 429 for longer than 60 seconds"
    assert (run.code, run.broken) == (4, {})
    assert run.skipped["a stream is plain text and equals the end of the output"] == reason
    assert f"NOT DELETED: created resources, since {reason}." in run.stdout
    assert len(gateway.sent) < 50


def test_rate_spreads_the_requests(emulator: Emulator, clock: Clock) -> None:
    gateway = Gateway(emulator.url, rate=20, now=clock.monotonic)
    with serve(gateway) as url, server_at(url, rate=20) as server:
        for _ in range(41):
            server.send("GET", "/models/v2/list/tasks")

    assert len(gateway.sent) == 41
    assert clock.now == pytest.approx(2)
