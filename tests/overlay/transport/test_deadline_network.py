"""Each operation on a socket gets what is left of its call's time."""

import threading
from collections.abc import Iterable
from typing import Final

import httpcore
import pytest

from bytezkit._transport.deadline_network import DeadlineBackend, deadline, deadline_has_passed

HOUR: Final = 3600.0


class Recorder(httpcore.NetworkBackend, httpcore.NetworkStream):
    """Keeps the timeouts and bytes that it is given."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.timeouts: list[float | None] = []
        self.written: list[bytes] = []
        self._refuses = refuses

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.timeouts.append(timeout)
        return self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.timeouts.append(timeout)
        return b"read"

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.timeouts.append(timeout)
        self.written.append(buffer)
        if self._refuses:
            raise httpcore.WriteError

    def get_extra_info(self, info: str) -> object:
        return info


def timeouts_within(seconds: float | None, asked: float | None) -> list[float | None]:
    """Return the timeouts that the network gets for a connection, a write and a read."""
    recorder = Recorder()
    with deadline(seconds):
        stream = DeadlineBackend(recorder).connect_tcp("localhost", 80, asked)
        stream.write(b"request", asked)
        assert stream.read(1, asked) == b"read"
    assert stream.get_extra_info("socket") == "socket"
    return recorder.timeouts


@pytest.mark.parametrize("asked", [None, 7.0])
def test_without_a_bound_the_timeouts_are_those_that_are_asked_for(asked: float | None) -> None:
    assert timeouts_within(None, asked) == [asked] * 3


def test_the_closer_of_the_two_counts() -> None:
    assert timeouts_within(HOUR, 7.0) == [7.0] * 3
    for left in [*timeouts_within(HOUR, None), *timeouts_within(HOUR, 2 * HOUR)]:
        assert left is not None
        assert HOUR - 60 < left <= HOUR


def test_once_time_is_up_nothing_is_read_or_written() -> None:
    stream = DeadlineBackend(Recorder()).connect_tcp("localhost", 80)
    with deadline(0):
        assert deadline_has_passed()
        with pytest.raises(httpcore.ReadTimeout):
            stream.read(1)
        with pytest.raises(httpcore.WriteTimeout):
            stream.write(b"")


def test_a_bound_ends_with_its_block_and_holds_in_its_thread_alone() -> None:
    elsewhere: list[bool] = []
    with deadline(None):
        with deadline(0):
            thread = threading.Thread(target=lambda: elsewhere.append(deadline_has_passed()))
            thread.start()
            thread.join()
            assert deadline_has_passed()
        assert not deadline_has_passed()
    assert not deadline_has_passed()
    assert elsewhere == [False]


def test_an_answer_that_comes_is_not_taken_for_the_end_of_an_idle_connection() -> None:
    stream = DeadlineBackend(Recorder()).connect_tcp("localhost", 80)
    assert stream.get_extra_info("is_readable")
    stream.write(b"request")
    assert not stream.get_extra_info("is_readable")
    assert stream.read(100) == b"read"
    assert stream.get_extra_info("is_readable")


def exchange(recorder: Recorder, *parts: bytes) -> bytes:
    """Write the parts of a request, and read the response."""
    stream = DeadlineBackend(recorder).connect_tcp("localhost", 80)
    for part in parts:
        stream.write(part)
    return stream.read(100)


def test_head_and_body_leave_together() -> None:
    recorder = Recorder()
    assert exchange(recorder, b"head ", b"body", b"") == b"read"
    assert recorder.written == [b"head body"]


def test_a_large_body_leaves_as_it_is() -> None:
    recorder, body = Recorder(), b"x" * 100_000
    exchange(recorder, b"head", body, b"end")
    assert recorder.written == [b"head", body, b"end"]
    assert recorder.written[1] is body


def test_a_server_that_wants_no_more_is_still_heard() -> None:
    assert exchange(Recorder(refuses=True), b"request") == b"read"
