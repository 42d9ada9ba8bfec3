"""Raw requests to the emulator's server and to uvicorn: equal statuses, except for explained differences."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from itertools import product
from typing import Final, NamedTuple

import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import GPT2, TASKS
from tests.emulator.server.test_asgi import uvicorn_origin

BODY: Final = b'{"text": "a"}'
CHUNKS: Final = b"d\r\n" + BODY + b"\r\n0\r\n\r\n"
HEADERS: Final = ("host: localhost", "authorization: Key a-key")
# Follows each request, so that a server that goes on reading responds and closes the connection.
LAST: Final = b"GET /last HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
# Seconds after which a connection counts as open; only connections that uvicorn leaves open take that long.
OPEN_AFTER: Final = 5

METHODS: Final = (
    *("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"),
    *("PURGE", "PROPFIND", "M-SEARCH", "get", "FOO"),
)
TARGETS: Final = [
    *(
        TASKS,
        GPT2,
        "/",
        "*",
        "localhost:80",
        f"http://localhost{TASKS}",
        "http://",
        "ftp://localhost/",
        "//a",
    ),
    *("/a#b", "/%zz", "/a b", "", "/?", "/\x7f", "/\xe9"),
]
VERSIONS: Final = ("0.9", "1.0", "1.1", "1.2", "2.0", "3.0", "1", "1.10", "x")
LENGTHS: Final = ("0", "+13", "-1", "13 ", "1 3", "0x0d", "13, 13", "", "9" * 20, "013", "1e1", "13;")
CODINGS: Final = (
    *("chunked", "Chunked", "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked"),
    *("xchunked", ""),
)
CHUNKED_BODIES: Final = {
    "extension": CHUNKS.replace(b"d\r", b"d;a=b\r", 1),
    "quoted extension": CHUNKS.replace(b"d\r", b'd;a="b"\r', 1),
    "upper case": CHUNKS.replace(b"d", b"D", 1),
    "zeros": b"000" + CHUNKS,
    "line feeds": CHUNKS.replace(b"\r", b""),
    "space": CHUNKS.replace(b"d", b"d ", 1),
    "prefix": b"0x" + CHUNKS,
    "too short": CHUNKS.replace(b"d", b"c", 1),
    "too long": CHUNKS.replace(b"d", b"e", 1),
    "trailer": CHUNKS[:-2] + b"a: b\r\n\r\n",
    "malformed trailer": CHUNKS[:-2] + b"a b\r\n\r\n",
    "huge": b"f" * 18 + b"\r\n",
    "no size": b"\r\n",
    "negative": b"-1\r\n",
}
FIELDS: Final = (
    *("a : b", "ab", ": b", "a: b\r\n c", "a:\tb", "a: \0", "a: \x7f", "a: \xe9", "a: b\rc", "a: b\nc: d"),
    *("\xe9: a", "a(): b", "a:", "a: " + "b" * 20_000, "a: " + "b" * 40_000, "cookie: a=b", "host: b"),
    *("range: bytes=0-1", "content-encoding: gzip", "te: trailers", "proxy-connection: close", "a_b: c"),
    " a: b",
    *("connection: keep-alive", "connection: close", "connection: Close", "connection: upgrade"),
    *("connection: keep-alive, close", "connection: foo", "connection:", "connection: TE"),
    *("expect: 100-continue", "expect: 100-Continue", "expect: foo", "expect:", "upgrade: h2c"),
    *("content-length: 12", "content-length: 13"),
)
UPGRADES: Final = ("h2c", "websocket", "foo", "", "h2c, foo")
LINES: Final = (
    *("garbage", "\x16\x03\x01\x02", "PRI * HTTP/2.0", f"GET  {TASKS} HTTP/1.1", f"GET\t{TASKS} HTTP/1.1"),
    *(f"GET {TASKS}", f"GET {TASKS} http/1.1", f"GET {TASKS} HTTP/1.1 ", f"GET {TASKS} ICY/1.1"),
)
HOSTS: Final = ["", "host:", "host: a b", "host: [::1]", "host: a, b", "HOST:localhost", "host: a\r\nHost: a"]


def encode(line: str, *fields: str, body: bytes = b"") -> bytes:
    return "\r\n".join([line, *fields, "", ""]).encode("latin-1") + body


def run(*fields: str, version: str = "1.1", length: str | None = None, body: bytes = BODY) -> bytes:
    """Encode a run with a body, and with its length unless the length is empty."""
    size = f"content-length: {len(body)}" if length is None else length
    sized = [size] if size else []
    return encode(f"POST {GPT2} HTTP/{version}", *HEADERS, *sized, *fields, body=body)


def versions() -> Iterator[tuple[str, bytes]]:
    """Yield requests of each version of HTTP by name."""
    for version in VERSIONS:
        yield f"version {version}", run(version=version)
        yield f"version {version}, keep-alive", run("connection: keep-alive", version=version)
        chunked = run("transfer-encoding: chunked", version=version, length="", body=CHUNKS)
        yield f"version {version}, chunked", chunked
        yield f"version {version}, upgrade", run("connection: upgrade", "upgrade: h2c", version=version)
        for host in HOSTS:
            fields = (HEADERS[1], *([host] if host else []))
            yield f"version {version}, {host!r}", encode(f"GET {TASKS} HTTP/{version}", *fields)


REQUESTS: Final = {
    **{f"{it} {to!r}": encode(f"{it} {to} HTTP/1.1", *HEADERS) for it, to in product(METHODS, TARGETS)},
    **dict(versions()),
    **{f"upgrade {it!r}": run("connection: upgrade", f"upgrade: {it}") for it in UPGRADES},
    **{f"length {it!r}": run(length=f"content-length: {it}") for it in LENGTHS},
    **{f"coding {it!r}": run(f"transfer-encoding: {it}", length="", body=CHUNKS) for it in CODINGS},
    **{f"coding {it!r} with length": run(f"transfer-encoding: {it}", body=CHUNKS) for it in CODINGS},
    **{
        f"chunks, {name}": run("transfer-encoding: chunked", length="", body=body)
        for name, body in CHUNKED_BODIES.items()
    },
    **{f"field {it[:30]!r} of {len(it)}": run(it) for it in FIELDS},
    **{f"{it!r} before": it + run() for it in (b"\r\n", b"\n", b"\r\n\r\n", b" ")},
    **{f"line {it!r}": encode(it, *HEADERS) for it in LINES},
    "line feeds": run().replace(b"\r\n", b"\n"),
    "three requests": run() * 3,
    "request, then garbage": run() + encode("garbage"),
    "request with bytes behind its body": run() + b"xyz",
    "request behind the last one": run("connection: close") + run(),
}

# Reasons for the differences, with patterns for the names of the requests.
EXPLAINED: Final = {
    "uvicorn drops scheme and host of every target": ["* 'ftp://localhost/'"],
    "The emulator closes the connection after CONNECT": ["CONNECT *"],
    "The emulator ignores an upgrade; uvicorn loses the body": ["upgrade '?*'", "version *, upgrade"],
    "uvicorn keeps a connection of HTTP/0.9 open": ["version 0.9, *"],
    "The emulator sends 100 only before the body, as RFC 9110 allows": ["field 'expect: 100-?ontinue' *"],
    "uvicorn rejects garbage before it has sent the response to the request before, which is lost": [
        *("length '0'", "request, then garbage", "request with bytes behind its body")
    ],
    "RFC 9112 demands 400 unless there is exactly one Host": [
        *("version *, ''", "version *, 'host: a\\r\\nHost: a'", "field 'host: b' of 7")
    ],
}


class Outcome(NamedTuple):
    statuses: tuple[int, ...]
    is_closed: bool


def send(origin: str, data: bytes) -> Outcome:
    """Send bytes on a connection of their own; return the statuses received, and whether it was closed."""
    host, _, port = origin.partition(":")
    received, is_closed = b"", True
    with socket.create_connection((host, int(port)), timeout=OPEN_AFTER) as connection:
        try:
            connection.sendall(data + LAST)
            while part := connection.recv(1 << 16):
                received += part
        except TimeoutError:
            is_closed = False
        except ConnectionError:
            pass
    return Outcome(tuple(int(it) for it in re.findall(rb"HTTP/1\.1 (\d{3})", received)), is_closed)


@pytest.mark.slow
def test_every_difference_from_uvicorn_is_explained() -> None:
    with (
        Emulator() as emulator,
        uvicorn_origin(Emulator(), http="httptools") as origin,
        ThreadPoolExecutor(32) as executor,
    ):
        own_origin = httpx.URL(emulator.url).netloc.decode()
        own = executor.map(send, [own_origin] * len(REQUESTS), REQUESTS.values())
        other = executor.map(send, [origin] * len(REQUESTS), REQUESTS.values())
        outcomes = dict(zip(REQUESTS, zip(own, other, strict=True), strict=True))
    patterns = [pattern for group in EXPLAINED.values() for pattern in group]
    different = {name: pair for name, pair in outcomes.items() if pair[0] != pair[1]}
    explained = {name for name in different if any(fnmatchcase(name, it) for it in patterns)}

    assert len(REQUESTS) > 300
    assert {name: pair for name, pair in different.items() if name not in explained} == {}
    assert [it for it in patterns if not any(fnmatchcase(name, it) for name in different)] == []
