"""HTTP/1.1 as it goes over a connection: what is read of it, what is answered, and when it ends."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final, Self

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
NO_HTTP: Final = b"Invalid HTTP request received."


def request(
    method: str, path: str, body: bytes = b"", *more: str, host: str = "localhost", version: str = "1.1"
) -> bytes:
    lines = [f"{method} {path} HTTP/{version}", f"host: {host}", "authorization: Key a-key", *more]
    lines += [f"content-length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


class Peer:
    """A client that sends bytes as they are."""

    def __init__(self, emulator: Emulator) -> None:
        url = httpx.URL(emulator.url)
        self.socket = socket.create_connection((url.host, url.port or 0), timeout=20)
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def send(self, *data: bytes) -> None:
        for each in data:
            self.socket.sendall(each)

    def answer(self, *, has_body: bool = True) -> tuple[int, dict[str, str], bytes]:
        """Read one answer that says how long it is."""
        _, status, _ = self._file.readline().decode().split(" ", 2)
        headers: dict[str, str] = {}
        while line := self._file.readline().decode().strip():
            name, _, value = line.partition(": ")
            headers[name] = value
        return int(status), headers, self._file.read(int(headers["content-length"]) if has_body else 0)

    def rest(self) -> bytes:
        """Read until the connection is closed."""
        return self._file.read()


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def peer(emulator: Emulator) -> Iterator[Peer]:
    with Peer(emulator) as peer:
        yield peer


def statuses(received: bytes) -> list[int]:
    return [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end


CHUNKED: Final = request("POST", "/", b"", "transfer-encoding: chunked")
NOT_HTTP: Final = {
    "a text": b"no HTTP\r\n\r\n",
    "a greeting of TLS": b"\x16\x03\x01\x02\x00\x01\x00",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": request("GET", "/", b"", "host: other"),
    "a raw byte in the path": b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n",
    "a blank in a name": request("GET", "/", b"", "a b: c"),
    "a zero in a field": request("GET", "/", b"", "a: \0"),
    "a length and chunks": request("POST", "/", RUN, "transfer-encoding: chunked"),
    "a chunk without a size": CHUNKED + b"x\r\n",
    "an endless path": b"GET /" + b"a" * 300_000,
    "an endless field": b"GET / HTTP/1.1\r\nhost: a\r\na: " + b"a" * 300_000,
    "endless fields": b"GET / HTTP/1.1\r\nhost: a\r\n" + b"a: b\r\n" * 60_000,
    "an endless field behind a body": CHUNKED + b"0\r\na: " + b"a" * 600_000,
}


def connection_of(emulator: Emulator, peer: Peer) -> Connection:
    """Return the other end of the only connection."""
    peer.send(request("GET", TASKS))
    assert peer.answer()[0] == 200
    assert emulator._server is not None
    (connection,) = emulator._server._connections
    return connection


class TestRequests:
    def test_several_in_one_packet_are_answered_in_their_order(self, peer: Peer) -> None:
        last = request("GET", "/nothing", b"", "connection: close")
        peer.send(request("GET", TASKS) + request("POST", GPT2, RUN) + last + request("GET", TASKS))
        assert statuses(peer.rest()) == [200, 200, 404]

    def test_one_that_waits_holds_up_those_behind_it(self) -> None:
        with Emulator(clock="manual") as emulator, Peer(emulator) as peer:
            peer.send(request("POST", GPT2, RUN), request("GET", "/nothing", b"", "connection: close"))
            wait_until(lambda: emulator._runtime._pending)
            emulator.clock.advance_until_idle()
            assert statuses(peer.rest()) == [200, 404]

    def test_one_that_comes_byte_by_byte(self, peer: Peer) -> None:
        peer.send(*(bytes([byte]) for byte in request("POST", GPT2, RUN)))
        assert peer.answer()[0] == 200

    def test_one_in_chunks_with_fields_behind_them(self, peer: Peer) -> None:
        head = request("POST", GPT2, b"", "transfer-encoding: chunked")
        peer.send(head, b"3\r\n" + RUN[:3] + b"\r\na\r\n" + RUN[3:] + b"\r\n0\r\nauthorization: x\r\n\r\n")
        assert peer.answer()[0] == 200

    @pytest.mark.parametrize(
        "upgrade", [("connection: upgrade, http2-settings", "upgrade: h2c"), ("connection: upgrade",)]
    )
    def test_another_protocol_is_not_spoken(self, peer: Peer, upgrade: tuple[str, ...]) -> None:
        once = request("POST", GPT2, RUN, *upgrade)
        peer.send(once + once, once[:-5])
        assert [peer.answer()[0] for _ in range(2)] == [200, 200]
        peer.send(once[-5:])
        assert peer.answer()[0] == 200

    def test_a_tunnel_is_not_opened(self, peer: Peer) -> None:
        peer.send(request("CONNECT", "localhost:1") + request("GET", TASKS))
        assert statuses(peer.rest()) == [404]

    def test_leave_to_send_a_body(self, peer: Peer) -> None:
        whole = request("POST", GPT2, RUN, "expect: 100-continue")
        peer.send(whole[: -len(RUN)])
        leave = b"HTTP/1.1 100 Continue\r\n\r\n"
        assert peer._file.read(len(leave)) == leave
        peer.send(RUN)
        assert peer.answer()[0] == 200
        peer.send(whole)
        assert peer.answer()[0] == 200

    def test_fields_of_one_name_are_joined(self, emulator: Emulator, peer: Peer) -> None:
        peer.send(request("GET", TASKS, b"", "x-a: 1  ", "X-A:2"))
        peer.answer()
        assert emulator.journal.entries()[0].headers["x-a"] == "1, 2"


class TestRefusals:
    @pytest.mark.parametrize("data", NOT_HTTP.values(), ids=NOT_HTTP)
    def test_what_is_no_http_is_refused_behind_what_is(self, peer: Peer, data: bytes) -> None:
        peer.send(request("GET", TASKS))
        assert peer.answer()[0] == 200
        peer.send(data)
        status, headers, body = peer.answer()
        assert (status, headers["connection"], body) == (400, "close", NO_HTTP)

    def test_it_waits_for_the_answers_before_it(self) -> None:
        with Emulator(clock="manual") as emulator, Peer(emulator) as peer:
            peer.send(request("POST", GPT2, RUN), b"no HTTP\r\n\r\n")
            wait_until(lambda: emulator._runtime._pending)
            emulator.clock.advance_until_idle()
            assert statuses(peer.rest()) == [200, 400]

    def test_large_headers_are_refused_in_words(self, peer: Peer) -> None:
        peer.send(request("GET", TASKS, b"", f"x-large: {'a' * 100_000}"))
        assert peer.answer()[0] == 431


class TestAnswers:
    def test_only_the_head(self, peer: Peer) -> None:
        peer.send(request("HEAD", "/docs/openapi.json"))
        status, headers, content = peer.answer(has_body=False)
        assert (status, int(headers["content-length"]) > 0, content) == (200, True, b"")
        peer.send(request("GET", TASKS))
        assert peer.answer()[0] == 200

    def test_http_1_0_gets_no_chunks(self, peer: Peer) -> None:
        peer.send(request("POST", GPT2, STREAM, "connection: keep-alive", version="1.0"))
        head, _, body = peer.rest().partition(b"\r\n\r\n")
        assert b"transfer-encoding" not in head
        assert b"\r\nconnection: close" in head
        assert body.startswith(b"a ")
        assert b"\r\n" not in body

    def test_a_client_that_does_not_read_has_to_wait(self, emulator: Emulator, peer: Peer) -> None:
        count = 100
        connection = connection_of(emulator, peer)
        peer.send(request("GET", "/docs/openapi.json") * count)
        wait_until(lambda: connection._is_full)
        peer.send(request("GET", "/nothing", b"", "connection: close"))
        assert statuses(peer.rest()) == [200] * count + [404]

    def test_a_mistake_before_the_answer(
        self, peer: Peer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(Runtime, "step", fail)
        peer.send(request("GET", TASKS))
        status, headers, body = peer.answer()
        assert (status, headers["connection"], body) == (500, "close", b"Internal Server Error")
        assert f"GET {TASKS} failed" in caplog.messages
        assert "a-key" not in caplog.text

    def test_a_mistake_in_the_middle_of_an_answer(
        self, peer: Peer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        real = Runtime.step

        def fail_behind_a_piece(runtime: Runtime, parts: ReplyParts) -> object:
            part = real(runtime, parts)
            if isinstance(part, bytes):
                monkeypatch.setattr(Runtime, "step", lambda *_: 1 / 0)
            return part

        monkeypatch.setattr(Runtime, "step", fail_behind_a_piece)
        peer.send(request("POST", GPT2, STREAM))
        assert peer.rest().endswith(b"\r\n\r\n1\r\na\r\n")
        assert "ZeroDivisionError" in caplog.text


class TestEnds:
    def test_a_connection_that_is_not_used_is_closed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connection, "_MAX_IDLE_SECONDS", 0.01)
        with Emulator() as emulator, Peer(emulator) as peer:
            assert peer.rest() == b""

    def test_one_that_is_used_is_looked_at_again(self, emulator: Emulator, peer: Peer) -> None:
        connection = connection_of(emulator, peer)
        first = connection._idle_check
        connection._loop.call_soon_threadsafe(connection._check_idle)
        wait_until(lambda: connection._idle_check is not first)
        first.cancel()
        peer.send(request("GET", TASKS))
        assert peer.answer()[0] == 200

    def test_who_does_not_read_is_not_waited_for(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.WARNING)
        monkeypatch.setattr("bytezkit_emulator._server.server._SHUTDOWN_TIMEOUT", 0.01)
        with ExitStack() as stack:
            with Emulator() as emulator:
                peer = stack.enter_context(Peer(emulator))
                peer.send(request("GET", "/docs/openapi.json") * 100)
                peer.answer()
            assert len(statuses(peer.rest())) < 99
        assert caplog.text == ""

    def test_the_end_closes_what_is_idle_and_what_is_at_the_end_of_its_answer(self) -> None:
        with ExitStack() as stack:
            with Emulator(clock="manual") as emulator:
                idle, waiting = (stack.enter_context(Peer(emulator)) for _ in range(2))
                idle.send(request("GET", TASKS))
                assert idle.answer()[0] == 200
                waiting.send(request("POST", GPT2, RUN))
                wait_until(lambda: emulator._runtime._pending)
            assert idle.rest() == b""
            assert statuses(waiting.rest()) == [503]
