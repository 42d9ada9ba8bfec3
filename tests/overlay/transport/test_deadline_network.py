"""`DeadlineBackend`: bounds every socket operation by the deadline of its call, and joins small writes."""

import threading
from typing import Any

import httpcore
import pytest

from bytezkit._transport.deadline_network import DeadlineBackend, deadline, deadline_has_passed


class RecordingBackend(httpcore.NetworkBackend, httpcore.NetworkStream):
    """Records written bytes."""

    def __init__(self, *, fails_writes: bool = False) -> None:
        self.written: list[bytes] = []
        self._fails_writes = fails_writes

    def connect_tcp(self, host: str, port: int, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        return self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return b"read"

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.written.append(buffer)
        if self._fails_writes:
            raise httpcore.WriteError

    def get_extra_info(self, info: str) -> object:
        return info


def connect(backend: RecordingBackend | None = None) -> httpcore.NetworkStream:
    return DeadlineBackend(backend or RecordingBackend()).connect_tcp("127.0.0.1", 80)


def test_read_and_write_after_deadline_raise_timeout() -> None:
    stream = connect()
    with deadline(0):
        assert deadline_has_passed()
        with pytest.raises(httpcore.ReadTimeout):
            stream.read(1)
        with pytest.raises(httpcore.WriteTimeout):
            stream.write(b"")


def test_deadline_applies_to_its_block_and_thread() -> None:
    elsewhere: list[bool] = []
    with deadline(None):
        with deadline(0):
            thread = threading.Thread(target=lambda: elsewhere.append(deadline_has_passed()))
            thread.start()
            thread.join()
            assert deadline_has_passed()
        assert not deadline_has_passed()
    assert elsewhere == [False]


def test_connection_is_not_readable_between_write_and_read() -> None:
    # httpcore takes a readable idle connection for a closed connection.
    stream = connect()
    assert stream.get_extra_info("is_readable")
    stream.write(b"request")
    assert not stream.get_extra_info("is_readable")
    assert stream.read(100) == b"read"
    assert stream.get_extra_info("is_readable")


LARGE = b"x" * 100_000


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        ([b"head ", b"body", b""], [b"head body"]),
        ([b"head", LARGE, b"end"], [b"head", LARGE, b"end"]),
    ],
    ids=["small", "large"],
)
def test_small_writes_are_joined_and_large_ones_not_copied(parts: list[bytes], written: list[bytes]) -> None:
    backend = RecordingBackend()
    stream = connect(backend)
    for part in parts:
        stream.write(part)
    assert stream.read(100) == b"read"
    assert backend.written == written
    assert LARGE not in parts or backend.written[1] is LARGE


def test_failed_write_still_allows_read() -> None:
    stream = connect(RecordingBackend(fails_writes=True))
    stream.write(b"request")
    assert stream.read(100) == b"read"
