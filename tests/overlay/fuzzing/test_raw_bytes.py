"""Invalid HTTP: a call ends with a client error, and its connection is returned or closed."""

import socket
import struct
from asyncio import Runner
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from bytezkit import AsyncBytez, Bytez, errors
from tests.overlay.connections import pool_of
from tests.overlay.fuzzing.operations import OPERATIONS, Operation
from tests.overlay.loopback import Connection, serving
from tests.overlay.scripted_service import KEY, FakeClock, close, fix_jitter

METHODS: Final = {
    "list tasks": "GET",
    "get": "GET",
    "run object-detection": "POST",
    "stream chat": "POST",
    "stream text-to-image": "POST",
    "v1 status": "POST",
}
CALLED: Final = [operation for operation in OPERATIONS if operation.name in METHODS]

_STATUS_LINES: Final = (
    *(b"HTTP/1.1 200 OK",) * 6,
    *(b"HTTP/1.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1 503 \xff\xfe", b"HTTP/1.1 302 Found"),
    *(b"HTTP/1.1 204 No Content", b"HTTP/1.1 101 Switching Protocols", b"HTTP/1.1 999 ?"),
    *(b"HTTP/1.1 1000 ?", b"HTTP/1.1 99 ?", b"HTTP/2 200", b"HTTP/3.1 200 OK", b"ICY 200 OK"),
    *(b"200 OK", b"", b"\x16\x03\x01\x02", b"\x00" * 40, b"HTTP/1.1 200 " + b"x" * 200_000),
)
_HEADERS: Final = (
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
    *(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n" * 50, b"\r\n\r\n"),
)


@st.composite
def raw_responses(draw: st.DrawFn) -> bytes:
    """Draw a response of valid and invalid parts, complete or cut."""
    line = draw(st.sampled_from(_STATUS_LINES))
    headers = draw(st.lists(st.sampled_from(_HEADERS), max_size=4))
    body = draw(st.sampled_from(_BODIES) | st.binary(max_size=30))
    end = draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"]))
    response = draw(st.sampled_from(_INTERIM)) + end.join([line, *headers, b"", body])
    return response[: draw(st.sampled_from([*[len(response)] * 3, 0, 10, 30, len(response) - 1]))]


@contextmanager
def open_clients(url: str) -> Generator[list[Any], None, None]:
    """Yield a client of each kind and HTTP library, with pauses in virtual time."""
    with Runner() as runner:
        kinds: list[Any] = [Bytez, AsyncBytez, partial(AsyncBytez, http_client="aiohttp")]
        options = {"base_url": url, "max_retries": 1, "deadline": 10, "idle_timeout": 10}
        clients = [kind(KEY, clock=FakeClock(), **options) for kind in kinds]
        for client in clients:
            fix_jitter(client)
            client.do = lambda operation, client=client: runner.run(operation.act(client, []))
        yield clients
        for client in clients:
            runner.run(close(client))


def error_of(client: Any, operation: Operation) -> errors.BytezError | None:
    try:
        client.do(operation)
    except errors.BytezError as error:
        return error
    return None


def test_any_bytes_give_a_value_or_a_client_error() -> None:
    sent, must_reset = b"", False

    def handle(connection: Connection) -> None:
        connection.read_request()
        connection.send(sent)
        if must_reset:
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with serving(handle) as service, open_clients(service.url) as clients:

        @settings(max_examples=settings().max_examples * 2)
        @given(operation=st.sampled_from(CALLED), response=raw_responses(), reset=st.booleans())
        def check(operation: Operation, response: bytes, reset: bool) -> None:
            nonlocal sent, must_reset
            sent, must_reset = response, reset
            for client in clients:
                error = error_of(client, operation)
                if error is not None:
                    assert not isinstance(error, errors.DeadlineExceededError)
                    assert KEY not in f"{error}{vars(error)}"
                    assert (error.__cause__, error.__context__) == (None, None)
                    assert (error.method, error.attempts in {1, 2}) == (METHODS[operation.name], True)
                assert pool_of(client).busy == 0

        check()
