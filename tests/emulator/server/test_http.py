"""The HTTP/1.1 server at the level of bytes: parsing, refusals, responses, and ends of connections."""

import asyncio
import gc
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final, Self
from weakref import ref

import httpx
import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator._common.http_types import ReplyParts
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._server import connection
from bytezkit_emulator._server.connection import Connection
from tests.emulator.clients import GPT2, TASKS

RUN: Final = b'{"text": "a"}'
STREAM: Final = b'{"text": "a", "stream": true}'


def encode(method: str, path: str, body: bytes = b"", *headers: str, version: str = "1.1") -> bytes:
    lines = [f"{method} {path} HTTP/{version}", "host: localhost", "authorization: Key a-key", *headers]
    lines += [f"content-length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


LAST: Final = encode("GET", "/nothing", b"", "connection: close")
CHUNKED: Final = encode("POST", GPT2, b"", "transfer-encoding: chunked")


class RawClient:
    """A connection that sends bytes unchanged."""

    def __init__(self, emulator: Emulator) -> None:
        url = httpx.URL(emulator.url)
        self._socket = socket.create_connection((url.host, url.port or 0), timeout=20)
        self.file = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self._socket.close()

    def send(self, *packets: bytes) -> None:
        for packet in packets:
            self._socket.sendall(packet)

    def receive(self) -> tuple[int, dict[str, str], bytes]:
        """Read one response with a content-length."""
        status = int(self.file.readline().split(b" ")[1])
        headers: dict[str, str] = {}
        while line := self.file.readline().decode().strip():
            name, _, value = line.partition(": ")
            headers[name] = value
        return status, headers, self.file.read(int(headers["content-length"]))

    def receive_statuses(self) -> list[int]:
        """Read until the connection is closed, and return the statuses of the responses."""
        return [int(part[:3]) for part in self.file.read().split(b"HTTP/1.1 ")[1:]]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator) -> Iterator[RawClient]:
    with RawClient(emulator) as client:
        yield client


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end


def server_side(emulator: Emulator, client: RawClient) -> Connection:
    """Return the server's object for the only connection."""
    client.send(encode("GET", TASKS))
    assert client.receive()[0] == 200
    assert emulator._server is not None
    (connection,) = emulator._server._connections
    return connection


class TestRequests:
    @pytest.mark.parametrize(("second", "status"), [(LAST, 404), (b"no HTTP\r\n\r\n", 400)])
    def test_response_waits_for_the_response_before_it(self, second: bytes, status: int) -> None:
        with Emulator(clock="manual") as emulator, RawClient(emulator) as client:
            client.send(encode("POST", GPT2, RUN), second)
            wait_until(lambda: emulator._runtime._pending)
            emulator.clock.advance_until_idle()
            assert client.receive_statuses() == [200, status]

    @pytest.mark.parametrize(
        "packets",
        [
            [bytes([byte]) for byte in encode("POST", GPT2, RUN)],
            [CHUNKED, b"3\r\n" + RUN[:3] + b"\r\na\r\n" + RUN[3:] + b"\r\n0\r\nauthorization: x\r\n\r\n"],
        ],
        ids=["byte by byte", "chunks and trailers"],
    )
    def test_body_in_several_packets_is_accepted(self, client: RawClient, packets: list[bytes]) -> None:
        client.send(*packets)
        assert client.receive()[0] == 200

    @pytest.mark.parametrize(
        "headers", [("connection: upgrade, http2-settings", "upgrade: h2c"), ("connection: upgrade",)]
    )
    def test_upgrade_is_ignored(self, client: RawClient, headers: tuple[str, ...]) -> None:
        upgrade = encode("POST", GPT2, RUN, *headers)
        client.send(upgrade + upgrade, upgrade[:-5])
        assert [client.receive()[0] for _ in range(2)] == [200, 200]
        client.send(upgrade[-5:])
        assert client.receive()[0] == 200

    @pytest.mark.parametrize(
        ("data", "statuses"),
        [
            (encode("GET", TASKS) + encode("POST", GPT2, RUN), [200, 200, 404]),
            (encode("CONNECT", "localhost:1"), [404]),
            (encode("POST", GPT2, RUN, version="1.0"), [200]),
            (encode("POST", GPT2, RUN, "connection: keep-alive", version="1.0"), [200]),
            (encode("GET", TASKS, b"", "host: b", version="0.9"), [200]),
            (encode("GET", TASKS, b"", "host: b", version="1.0"), [200]),
            (encode("GET", TASKS).replace(b"host: localhost\r\n", b"HOST:\r\n"), [200, 404]),
            (encode("POST", GPT2, RUN, "connection: keep-alive, Close"), [200]),
            (encode("POST", GPT2, RUN, "connection: foo"), [200, 404]),
            (encode("POST", GPT2, RUN, "expect: 100-continue", version="1.0"), [200]),
            (encode("POST", GPT2, RUN, "expect: foo"), [200, 404]),
            (encode("POST", GPT2, RUN) + b"xyz", [200, 400]),
            (encode("POST", GPT2, RUN, "connection: close") + b"xyz", [200]),
            (encode("GET", "*"), [404, 404]),
            (encode("GET", "localhost:80"), [400]),
            (encode("GET", "ftp://localhost/"), [404, 404]),
            (encode("GET", f"{TASKS}#a"), [400, 404]),
        ],
    )
    def test_statuses_until_the_connection_is_closed(
        self, client: RawClient, data: bytes, statuses: list[int]
    ) -> None:
        client.send(data + LAST + encode("GET", TASKS))
        assert client.receive_statuses() == statuses

    def test_expect_continue_is_answered_before_the_body_only(self, client: RawClient) -> None:
        request = encode("POST", GPT2, RUN, "expect: 100-Continue")
        client.send(request[: -len(RUN)])
        interim = b"HTTP/1.1 100 Continue\r\n\r\n"
        assert client.file.read(len(interim)) == interim
        client.send(RUN)
        assert client.receive()[0] == 200
        client.send(request)
        assert client.receive()[0] == 200

    @pytest.mark.parametrize(
        ("target", "path", "query"),
        [
            (f"http://other:81{TASKS}?a=b", TASKS, "a=b"),
            (f"HTTPS://other:81{TASKS}", TASKS, ""),
            ("http://other:81", "/", ""),
            ("http://other:81?a=b", "/", "a=b"),
        ],
    )
    def test_absolute_target_gives_path_and_host(
        self, emulator: Emulator, client: RawClient, target: str, path: str, query: str
    ) -> None:
        # The root with another method than GET is a path of the emulated API, so that the journal has it.
        client.send(encode("POST", target))
        client.receive()
        [entry] = emulator.journal.entries()
        assert (entry.path, entry.query, entry.headers["host"]) == (path, query, "other:81")

    def test_pipelined_requests_do_not_keep_other_connections_waiting(
        self, emulator: Emulator, client: RawClient
    ) -> None:
        with RawClient(emulator) as other:
            other.send(encode("GET", TASKS))
            other.receive()
            sent = threading.Event()
            server_side_loop(emulator).call_soon_threadsafe(sent.wait)
            client.send(encode("POST", GPT2, RUN) * 50)
            other.send(encode("GET", "/other"))
            sent.set()
            assert other.receive()[0] == 404
            assert [client.receive()[0] for _ in range(50)] == [200] * 50
        paths = [entry.path for entry in emulator.journal.entries()]
        assert paths.index("/other") < 5

    def test_repeated_headers_are_joined(self, emulator: Emulator, client: RawClient) -> None:
        client.send(encode("GET", TASKS, b"", "x-a: 1  ", "X-A:2"))
        client.receive()
        assert emulator.journal.entries()[0].headers["x-a"] == "1, 2"


def server_side_loop(emulator: Emulator) -> asyncio.AbstractEventLoop:
    assert emulator._server is not None
    return next(iter(emulator._server._connections))._loop


MALFORMED: Final = {
    "text": b"no HTTP\r\n\r\n",
    "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": encode("GET", "/", b"", "host: other"),
    "target without host": encode("GET", "http:///"),
    "raw byte in path": b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n",
    "blank in header name": encode("GET", "/", b"", "a b: c"),
    "NUL in header": encode("GET", "/", b"", "a: \0"),
    "length and chunks": encode("POST", "/", RUN, "transfer-encoding: chunked"),
    "chunk without size": CHUNKED + b"x\r\n",
    "endless path": b"GET /" + b"a" * 300_000,
    "endless header": b"GET / HTTP/1.1\r\nhost: a\r\na: " + b"a" * 300_000,
    "endless headers": b"GET / HTTP/1.1\r\nhost: a\r\n" + b"a: b\r\n" * 60_000,
    "endless trailer": CHUNKED + b"0\r\na: " + b"a" * 600_000,
}


class TestRefusals:
    @pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
    def test_malformed_request_returns_400_and_closes(self, client: RawClient, data: bytes) -> None:
        client.send(encode("GET", TASKS))
        assert client.receive()[0] == 200
        client.send(data)
        status, headers, body = client.receive()
        assert (status, headers["connection"], body) == (400, "close", b"Invalid HTTP request received.")


class TestResponses:
    @pytest.mark.parametrize(
        "headers", [("connection: keep-alive",), ("connection: upgrade", "upgrade: h2c")]
    )
    def test_http_1_0_stream_is_not_chunked(self, client: RawClient, headers: tuple[str, ...]) -> None:
        client.send(encode("POST", GPT2, STREAM, *headers, version="1.0"))
        head, _, body = client.file.read().partition(b"\r\n\r\n")
        assert b"transfer-encoding" not in head
        assert b"\r\nconnection: close" in head
        assert body.startswith(b"a ")
        assert b"\r\n" not in body

    def test_full_send_buffer_pauses_the_server(self, emulator: Emulator, client: RawClient) -> None:
        connection = server_side(emulator, client)
        client.send(encode("GET", "/docs/openapi.json") * 50)
        wait_until(lambda: connection._is_full)
        client.send(LAST)
        assert client.receive_statuses() == [200] * 50 + [404]

    def test_exception_before_the_head_returns_500(
        self, client: RawClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(Runtime, "step", lambda *_: 1 / 0)
        client.send(encode("GET", TASKS))
        status, headers, body = client.receive()
        assert (status, headers["connection"], body) == (500, "close", b"Internal Server Error")
        assert f"GET {TASKS} failed" in caplog.messages
        assert "a-key" not in caplog.text

    def test_exception_in_a_stream_truncates_it(
        self, client: RawClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        step = Runtime.step

        def fail_after_first_chunk(runtime: Runtime, parts: ReplyParts) -> object:
            part = step(runtime, parts)
            if isinstance(part, bytes):
                monkeypatch.setattr(Runtime, "step", lambda *_: 1 / 0)
            return part

        monkeypatch.setattr(Runtime, "step", fail_after_first_chunk)
        client.send(encode("POST", GPT2, STREAM))
        assert client.file.read().endswith(b"\r\n\r\n1\r\na\r\n")
        assert "ZeroDivisionError" in caplog.text


class TestClosing:
    @pytest.mark.parametrize("sent", [RUN, b'{"text": "a'], ids=["waits", "is incomplete"])
    def test_abandoned_request_is_released_without_garbage_collection(self, sent: bytes) -> None:
        gc.disable()
        try:
            with Emulator(clock="manual") as emulator:
                with RawClient(emulator) as client:
                    released = ref(server_side(emulator, client)._parser)
                    client.send(encode("POST", GPT2, RUN)[: -len(RUN)] + sent)
                    if sent == RUN:
                        wait_until(lambda: emulator._runtime._pending)
                wait_until(lambda: released() is None)
        finally:
            gc.enable()

    def test_idle_connection_is_closed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connection, "_MAX_IDLE_SECONDS", 0.01)
        with Emulator() as emulator, RawClient(emulator) as client:
            assert client.file.read() == b""

    @pytest.mark.parametrize("limit", ["_MAX_IDLE_SECONDS", "_MAX_REQUEST_SECONDS"])
    @pytest.mark.parametrize("size", [-len(RUN) - 2, -5], ids=["head", "body"])
    def test_incomplete_request_times_out(
        self, emulator: Emulator, client: RawClient, monkeypatch: pytest.MonkeyPatch, limit: str, size: int
    ) -> None:
        server_connection = server_side(emulator, client)
        client.send(encode("POST", GPT2, RUN)[:size])
        wait_until(lambda: not server_connection._parser.is_idle)
        monkeypatch.setattr(connection, limit, 0.0)
        server_connection._loop.call_soon_threadsafe(server_connection._check_idle)
        assert client.receive_statuses() == [408]

    def test_new_connection_ends_the_unused_one(
        self, emulator: Emulator, client: RawClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        emulator.clock.set_mode("manual")
        client.send(encode("GET", TASKS))
        assert client.receive()[0] == 200
        monkeypatch.setattr(connection, "_max_connections", lambda: 1)
        with ExitStack() as stack:
            busy = stack.enter_context(RawClient(emulator))
            assert client.file.read() == b""
            busy.send(encode("POST", GPT2, RUN))
            wait_until(lambda: emulator._runtime._pending)
            # A probe is answered while all other connections are busy.
            probe = stack.enter_context(RawClient(emulator))
            probe.send(encode("GET", "/_emulator/health/live", b"", "connection: close"))
            assert probe.receive()[0] == 200

    def test_used_connection_stays_open_at_an_idle_check(self, emulator: Emulator, client: RawClient) -> None:
        connection = server_side(emulator, client)
        first = connection._idle_check
        connection._loop.call_soon_threadsafe(connection._check_idle)
        wait_until(lambda: connection._idle_check is not first)
        first.cancel()
        client.send(encode("GET", TASKS))
        assert client.receive()[0] == 200

    def test_shutdown_does_not_wait_for_a_client_that_does_not_read(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.WARNING)
        monkeypatch.setattr("bytezkit_emulator._server.server._SHUTDOWN_TIMEOUT", 0.01)
        with ExitStack() as stack:
            with Emulator() as emulator:
                client = stack.enter_context(RawClient(emulator))
                client.send(encode("GET", "/docs/openapi.json") * 100)
                client.receive()
            assert len(client.receive_statuses()) < 99
        assert caplog.text == ""

    def test_shutdown_closes_idle_and_answers_waiting_connections(self) -> None:
        with ExitStack() as stack:
            with Emulator(clock="manual") as emulator:
                idle, waiting = (stack.enter_context(RawClient(emulator)) for _ in range(2))
                idle.send(encode("GET", TASKS))
                assert idle.receive()[0] == 200
                waiting.send(encode("POST", GPT2, RUN))
                wait_until(lambda: emulator._runtime._pending)
            assert idle.file.read() == b""
            status, _, body = waiting.receive()
            assert (status, b"The emulator is shutting down" in body) == (503, True)
