"""For any responses, also of invalid HTTP, each client returns a valid value or raises a client error."""

import asyncio
import json
import pickle
import socket
import struct
from asyncio import Runner
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from traceback import walk_tb
from types import NoneType
from typing import Any, Final
from urllib.parse import unquote

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bytezkit
from bytezkit import AsyncBytez, Bytez, Result, errors
from bytezkit._transport.async_httpx import default_async_client
from bytezkit._transport.httpx import default_client
from bytezkit.types import AsyncMediaRef, MediaRef
from tests.overlay.connections import pool_of
from tests.overlay.fuzzing.operations import OPERATIONS, WAIT_TIMEOUT, Operation
from tests.overlay.fuzzing.responses import Attempt, History, histories
from tests.overlay.loopback import Connection, serving
from tests.overlay.replies import Chunks
from tests.overlay.scripted_service import (
    CLIENTS,
    KEY,
    PROVIDER_KEY,
    ClientKind,
    FakeClock,
    close,
    fix_jitter,
)

PACKAGE: Final = str(bytezkit.__path__[0])
DEADLINE: Final = timedelta(seconds=30)
RETRIES: Final = 2
HISTORIES: Final = {operation.name: histories(operation.valid) for operation in OPERATIONS}
OPTIONS: Final = st.fixed_dictionaries(
    {},
    optional={
        "max_retries": st.integers(0, RETRIES),
        "deadline": st.sampled_from([None, timedelta(seconds=5)]),
        "retry_unknown_outcomes": st.booleans(),
    },
)


@dataclass
class Service:
    """Replays a history; the last attempt repeats."""

    history: History
    clock: FakeClock
    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])
    bodies: list[Chunks] = field(default_factory=list[Chunks])

    @property
    def current(self) -> Attempt:
        """The reaction to the last request."""
        return self.history[min(len(self.requests), len(self.history)) - 1]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        attempt = self.current
        timeout = request.extensions["timeout"]["read"]
        if timeout is not None and attempt.seconds >= timeout:
            self.clock.now += timeout
            raise httpx.ReadTimeout("too late")
        self.clock.now += attempt.seconds
        if attempt.status is None:
            assert attempt.failure is not None
            raise attempt.failure("failed")
        end = [] if attempt.failure is None else [attempt.failure("cut")]
        self.bodies.append(Chunks([*attempt.chunks, *end]))
        return httpx.Response(attempt.status, headers=[*attempt.headers], stream=self.bodies[-1])


@dataclass(frozen=True)
class Outcome:
    """Result of an operation."""

    operation: Operation
    value: object
    error: Exception | None
    seen: list[object]
    service: Service

    @property
    def plain(self) -> object:
        """The output in a form that both clients share."""
        value = self.value.output if isinstance(self.value, Result) else self.value
        return value.url if isinstance(value, (MediaRef, AsyncMediaRef)) else value

    def observed(self) -> object:
        """Return all observations of the caller and the service."""
        error, result = self.error, self.value
        return (
            self.plain,
            (result.provider, result.metadata, result.content) if isinstance(result, Result) else None,
            None if error is None else (type(error), error.args, vars(error)),
            self.seen,
            self.service.clock.pauses,
            [
                (it.method, str(it.url), it.headers.raw, it.content, it.extensions["timeout"])
                for it in self.service.requests
            ],
        )


def perform(client_kind: ClientKind, operation: Operation, history: History, **options: Any) -> Outcome:
    """Run an operation with a new client and its default HTTP client."""
    if operation.before is not None:
        history = [Attempt(status=200, chunks=(json.dumps(operation.before).encode(),)), *history]
    clock = FakeClock()
    service = Service(history, clock)
    http: Any = default_client() if client_kind == "sync" else default_async_client()
    http._transport, http._mounts = httpx.MockTransport(service), {}
    given = {"deadline": DEADLINE, "max_retries": RETRIES, "provider_key": PROVIDER_KEY, **options}
    client = CLIENTS[client_kind](KEY, base_url="https://api.example", http_client=http, clock=clock, **given)
    fix_jitter(client)
    seen: list[object] = []

    async def act() -> object:
        try:
            return await operation.act(client, seen)
        finally:
            await close(http)

    value, error = None, None
    try:
        value = asyncio.run(act())
    except Exception as caught:  # noqa: BLE001 - the tests check the type
        error = caught
    return Outcome(operation, value, error, seen, service)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@settings(max_examples=settings().max_examples // 5)
@given(data=st.data())
def test_any_responses_give_value_or_error(operation: Operation, data: st.DataObject) -> None:
    history = data.draw(HISTORIES[operation.name])
    options: dict[str, Any] = data.draw(OPTIONS)
    first, second = (perform(kind, operation, history, **options) for kind in CLIENTS)
    assert first.observed() == second.observed()
    for outcome in (first, second):
        if outcome.error is None:
            msgspec.convert(msgspec.to_builtins(outcome.plain), operation.result_type)
            assert outcome.service.current.status in range(200, 300)
        else:
            assert_error(outcome.error, outcome)
        assert all(body.closed for body in outcome.service.bodies)
        if deadline := options.get("deadline", DEADLINE):
            limit: timedelta = deadline if operation.one_exchange else DEADLINE + WAIT_TIMEOUT
            assert outcome.service.clock.now <= limit.total_seconds()


def assert_error(error: Exception, outcome: Outcome) -> None:
    """Check that the error is a client error, has its data, and contains no key and no other error."""
    assert isinstance(error, errors.BytezError), repr(error)
    text = f"{error} {error!r} {vars(error)}"
    assert KEY not in text
    assert PROVIDER_KEY not in text
    assert (error.__cause__, error.__context__) == (None, None)
    files = [frame.f_code.co_filename for frame, _ in walk_tb(error.__traceback__)]
    first = next(index for index, file in enumerate(files) if file.startswith(PACKAGE))
    # Frames of other packages hold requests with keys. Dataclasses have generated code.
    assert {file for file in files[first:] if not file.startswith(PACKAGE)} <= {"<string>"}
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert error.message
    if error.method is None:
        assert (error.path, error.status, error.attempts) == (None, None, 0)
        assert not outcome.operation.one_exchange
    else:
        assert_request(error, outcome)


def assert_request(error: errors.BytezError, outcome: Outcome) -> None:
    """Check that the error names its request and its response, and has the type of its status."""
    requests, response = outcome.service.requests, outcome.service.current
    url = requests[-1].url
    assert error.method == requests[-1].method
    # A redirect can have an invalid URL as its target, which the error has as the server spelled it.
    targets = {value.decode("latin-1") for name, value in response.headers if name == b"location"}
    # The query of a media URL can contain a secret.
    known = {url.path, *(it.partition("?")[0] for it in (str(url), *targets))}
    assert unquote(str(error.path)) in {unquote(path) for path in known}
    if outcome.operation.one_exchange:
        assert error.attempts == len(requests)
    assert 1 <= error.attempts <= 1 + RETRIES
    if not isinstance(error, errors.StatusError):
        assert error.status in {None, response.status}
    elif outcome.operation.name == "details" and response.status in range(200, 300):
        assert type(error) is errors.NotFoundError
    else:
        status = error.status or 0
        assert status == response.status
        assert status not in range(200, 300)
        default = errors.ServerError if status >= 500 else errors.StatusError
        no_credits = status == 429 and type(error) is errors.PaymentRequiredError
        assert no_credits or type(error) is errors.STATUS_ERRORS.get(status, default)


# Responses that once raised another error than a client error.
@pytest.mark.parametrize(
    ("status", "header", "expected"),
    [
        *((503, (b"set-cookie", it), NoneType) for it in (b"a=b", b"\x80", b"\x80=\xff; path=/")),
        (302, (b"location", b"https://xn--zz--/"), errors.DecodeError),
    ],
)
def test_header_of_first_response_is_not_kept(
    client_kind: ClientKind, status: int, header: tuple[bytes, bytes], expected: type
) -> None:
    [operation] = [it for it in OPERATIONS if it.name == "list tasks"]
    tasks = Attempt(status=200, chunks=(b'{"output": ["chat"]}',))
    outcome = perform(client_kind, operation, [Attempt(status=status, headers=(header,)), tasks])
    assert type(outcome.error) is expected
    assert all("cookie" not in request.headers for request in outcome.service.requests)


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
