"""Invalid HTTP: a call ends in time, and its connection is returned or closed."""

import socket
import struct
import time
from asyncio import Runner
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytezkit import AsyncBytez, Bytez, errors
from tests.overlay.connections import pool_of
from tests.overlay.fuzzing.driving import causes
from tests.overlay.fuzzing.operations import OPERATIONS, Operation
from tests.overlay.loopback import Connection, Handler, serving
from tests.overlay.scripted_service import KEY, FakeClock, close, fix_jitter

LONG: Final = timedelta(seconds=10)
SHORT: Final = timedelta(milliseconds=100)
NAMES: Final = (
    "list tasks",
    "run object-detection",
    "stream chat",
    "stream text-to-image",
    "get",
    "v1 status",
)
ASKED: Final = [operation for operation in OPERATIONS if operation.name in NAMES]

_LINES: Final = (
    *(b"HTTP/1.1 200 OK",) * 6,
    b"HTTP/1.0 200 OK",
    b"HTTP/1.1 200",
    b"HTTP/1.1 503 \xff\xfe",
    b"HTTP/1.1 302 Found",
    b"HTTP/1.1 204 No Content",
    b"HTTP/1.1 101 Switching Protocols",
    b"HTTP/1.1 999 ?",
    b"HTTP/1.1 1000 ?",
    b"HTTP/1.1 99 ?",
    b"HTTP/2 200",
    b"HTTP/3.1 200 OK",
    b"ICY 200 OK",
    b"200 OK",
    b"",
    b"\x16\x03\x01\x02",
    b"\x00" * 40,
    b"HTTP/1.1 200 " + b"x" * 200_000,
)
_FIELDS: Final = (
    *(b"content-type: application/json", b"content-type: text/plain", b"content-length: 2"),
    *(b"content-length: 9", b"content-length: 2, 9", b"content-length: -1"),
    *(b"content-length: 99999999999999999999999", b"transfer-encoding: chunked"),
    *(b"transfer-encoding: chunked, chunked", b"transfer-encoding: gzip"),
    *(b"content-encoding: gzip", b"connection: close", b"connection: upgrade", b"upgrade: h2c"),
    *(b"location: http://[", b"set-cookie: \x80", b"no colon", b": no name", b" folded: a"),
    *(b"zero: \x00", b"b\xc3\xa4d: a", b"bare: \r a", b"x: " + b"x" * 120_000),
)
_BODIES: Final = (
    *(b"", b"{}", b'{"output": []}', b"2\r\n{}\r\n0\r\n\r\n"),
    *(b"2\r\n{}\r\n0\r\nlate: a\r\nworse\r\n\r\n", b"2\r\n{}\r\n", b"2;a=b\r\n{}\r\n0\r\n\r\n"),
    *(b"zz\r\n{}\r\n", b"-2\r\n{}\r\n", b"f" * 40 + b"\r\n{}", b"2\n{}\n0\n\n", b"1" * 70_000),
    *(b"{}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", b"\x1f\x8b\x08\x00garbage"),
)
_INTERIM: Final = (
    *(b"",) * 6,
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n" * 50,
    b"\r\n\r\n",
)


@st.composite
def raw_answers(draw: st.DrawFn) -> bytes:
    """Draw an answer of valid and invalid parts."""
    line = draw(st.sampled_from(_LINES))
    fields = draw(st.lists(st.sampled_from(_FIELDS), max_size=4))
    body = draw(st.one_of(st.sampled_from(_BODIES), st.binary(max_size=30)))
    end = draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"]))
    answer = draw(st.sampled_from(_INTERIM)) + end.join([line, *fields, b"", body])
    return answer[
        : draw(st.sampled_from([len(answer), len(answer), len(answer), 0, 10, 30, len(answer) - 1]))
    ]


class Peer:
    """Sends the same answer over each connection, then closes or resets it."""

    def __init__(self) -> None:
        self.answer = b""
        self.reset = False

    def __call__(self, connection: Connection) -> None:
        connection.read_request()
        connection.send(self.answer)
        if self.reset:
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def clients(url: str, deadline: timedelta, max_retries: int) -> Generator[list[Any], None, None]:
    """Yield a client of each kind and library, with pauses that take no time."""
    settings: dict[str, Any] = {"base_url": url, "max_retries": max_retries, "idle_timeout": deadline}
    with Runner() as runner:
        made: list[Any] = [
            Bytez(KEY, deadline=deadline, clock=FakeClock(), **settings),
            AsyncBytez(KEY, deadline=deadline, clock=FakeClock(), **settings),
            AsyncBytez(KEY, deadline=deadline, clock=FakeClock(), http_client="aiohttp", **settings),
        ]
        for client in made:
            fix_jitter(client)
            client.do = lambda operation, client=client: runner.run(_act(operation, client))
        yield made
        for client in made:
            runner.run(close(client))


async def _act(operation: Operation, client: Any) -> object:
    return await operation.act(client, [])


def assert_released(client: Any) -> None:
    """Check that each connection is free or closed."""
    assert pool_of(client).busy == 0


def method_of(operation: Operation) -> str:
    return "GET" if operation.name in {"list tasks", "get"} else "POST"


def error_of(client: Any, operation: Operation) -> errors.BytezError | None:
    try:
        client.do(operation)
    except errors.BytezError as error:
        return error
    return None


def test_any_bytes_give_a_value_or_a_client_error() -> None:
    peer = Peer()
    with serving(peer) as service, clients(service.url, LONG, max_retries=1) as all_clients:

        @settings(max_examples=settings().max_examples * 2)
        @given(operation=st.sampled_from(ASKED), answer=raw_answers(), reset=st.booleans())
        def hold(operation: Operation, answer: bytes, reset: bool) -> None:
            peer.answer, peer.reset = answer, reset
            for client in all_clients:
                error = error_of(client, operation)
                if error is not None:
                    assert not isinstance(error, errors.DeadlineExceededError)
                    assert KEY not in f"{error}{vars(error)}"
                    assert [*causes(error)] == []
                    assert (error.method, error.attempts in {1, 2}) == (method_of(operation), True)
                assert_released(client)

        hold()


def endless(*parts: bytes) -> Handler:
    """Send the parts, then repeat the last part until the client leaves."""

    def handle(connection: Connection) -> None:
        connection.read_request()
        for part in parts[:-1]:
            connection.send(part)
        while not connection.over.is_set():
            connection.send(parts[-1])

    return handle


def silent_after(sent: bytes) -> Handler:
    def handle(connection: Connection) -> None:
        connection.read_request()
        connection.send(sent)
        connection.wait_until_left()

    return handle


def dripping(sent: bytes, dripped: bytes) -> Handler:
    def handle(connection: Connection) -> None:
        connection.read_request()
        connection.send(sent)
        connection.drip(dripped)

    return handle


OK: Final = b"HTTP/1.1 200 OK\r\n"
ENDLESS: Final[dict[str, Handler]] = {
    "interim answers": endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "interim answers in one packet": endless(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2000),
    "dripping status line": dripping(b"", b"HTTP/1.1 200 " + b"x" * 1000),
    "dripping header": dripping(OK, b"x: " + b"x" * 1000),
    "dripping headers": dripping(OK, b"x: y\r\n" * 1000),
    "dripping interim answers": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "dripping chunk": dripping(OK + b"transfer-encoding: chunked\r\n\r\n", b"fff\r\n" + b" " * 1000),
    "dripping trailers": dripping(OK + b"transfer-encoding: chunked\r\n\r\n0\r\n", b"x: y\r\n" * 1000),
    "length too long": silent_after(OK + b"content-length: 9\r\n\r\n{}"),
    "chunk too long": silent_after(OK + b"transfer-encoding: chunked\r\n\r\n9\r\n{}"),
    "no last chunk": silent_after(OK + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    "neither length nor end": silent_after(OK + b"\r\n{}"),
    "half a header": silent_after(OK + b"content-length"),
    "compressed drip": dripping(
        OK + b"content-encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\xff", b"\0" * 1000
    ),
}


@pytest.mark.parametrize("handler", ENDLESS.values(), ids=ENDLESS)
def test_endless_answer_ends_at_the_deadline(handler: Handler) -> None:
    operation = next(operation for operation in ASKED if operation.name == "get")
    with serving(handler) as service, clients(service.url, SHORT, max_retries=0) as all_clients:
        for client in all_clients:
            began = time.monotonic()
            error = error_of(client, operation)
            assert isinstance(error, (errors.DeadlineExceededError, errors.DecodeError))
            assert time.monotonic() - began < 2
            assert pool_of(client).open == 0
