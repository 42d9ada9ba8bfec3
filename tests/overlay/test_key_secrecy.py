"""Reprs, log records, exceptions, tracebacks with locals, warnings, pickles and responses contain no key."""

import asyncio
import base64
import copy
import html
import json
import pickle
import socket
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from traceback import walk_tb
from typing import Any, Final, NamedTuple
from unittest.mock import Mock
from urllib.parse import quote

import anyio
import httpx
import pytest

from bytezkit import AsyncBytez, Bytez, compat, errors
from bytezkit._core.secrets import Secret
from bytezkit_emulator import Emulator
from bytezkit_emulator._model.world import World
from tests.overlay.conftest import MakeClient
from tests.overlay.loopback import Connection, serving
from tests.overlay.replies import MODEL
from tests.overlay.scripted_service import CLIENTS, ClientKind, close, resolve

pytestmark = pytest.mark.anyio

TESTS: Final = str(Path(__file__).parents[1])
PACKAGES: Final = ("bytezkit", "bytezkit_emulator")
SHORT: Final = timedelta(milliseconds=50)


class Keys(NamedTuple):
    """API key and provider key."""

    api: str
    provider: str


KEYS: Final[dict[str, Keys]] = {
    "plain": Keys("sk-not-to-be-seen-0123456789", "provider-not-to-be-seen-9876543210"),
    "quotes": Keys("sk-'single'\"double\"`back`", "'''provider\"\"\""),
    "backslashes": Keys(r"sk\n\x41\u0041\\N{BULLET}\\", "provider\\\\end\\"),
    "placeholders": Keys("sk%s%(name)d%%41{0}{key!r}$(id)${HOME}", "provider%41{}%s%n<b>&amp;"),
    "schemes": Keys("Key-Key:Bearer,Basic;Key", "Bearer:Bearer=Key"),
    "base64": Keys("c2stbm90LXRvLWJlLXNlZW4+/w==", "cHJvdmlkZXItbm90LXRvLWJl/+8="),
    "longest": Keys(("sk-" + "0123456789abcdef" * 16)[:256], ("p" + "fedcba9876543210" * 16)[:256]),
    "prefix": Keys("sk-not-to-be-seen", "sk-not-to-be-seen-neither"),
}


@pytest.fixture(params=[*KEYS.values()], ids=[*KEYS])
def keys(request: pytest.FixtureRequest) -> Keys:
    given: Keys = request.param
    return given


@pytest.fixture
def client_kind(socket_client_kind: ClientKind) -> ClientKind:
    return socket_client_kind


def spellings(key: str) -> set[str]:
    """Return the key and its encodings."""
    encoded = [base64.b64encode(f"{scheme}{key}".encode()).decode() for scheme in ("", "Key ", "Bearer ")]
    return {
        key,
        quote(key),
        quote(key, safe=""),
        json.dumps(key)[1:-1],
        repr(key)[1:-1],
        repr(key.encode())[2:-1],
        repr(repr(key))[2:-2],
        html.escape(key),
        *(it.rstrip("=") for it in encoded),
        *(it.rstrip("=").translate(str.maketrans("+/", "-_")) for it in encoded),
    }


class Search:
    """Searches printed values for keys."""

    def __init__(self, keys: Keys) -> None:
        self._spellings = {it for key in keys for it in spellings(key)}
        self._seen: set[int] = set()
        self._kept: list[object] = []
        self.count = 0
        self.leaks: set[str] = set()

    def read(self, text: object, where: str) -> None:
        self.count += 1
        written = text.decode("latin-1") if isinstance(text, bytes) else str(text)
        if any(it in written for it in self._spellings):
            self.leaks.add(where)

    def show(self, value: object, where: str) -> None:
        """Search a value, its items, and the attributes of objects of the two packages."""
        if id(value) in self._seen:
            return
        self._seen.add(id(value))
        # Keeps the object alive, so that no other object gets its identity.
        self._kept.append(value)
        for printed in (repr(value), str(value)):
            self.read(printed, where)
        if isinstance(value, Secret):
            return
        if isinstance(value, Mapping):
            for name, child in value.items():
                self.show(child, f"{where}[{name!r}]")
        elif isinstance(value, (list, tuple, set, frozenset)):
            for child in value:
                self.show(child, f"{where}[]")
        elif type(value).__module__.partition(".")[0] in PACKAGES:
            for name in {*getattr(value, "__dict__", ()), *getattr(type(value), "__slots__", ())}:
                self.show(getattr(value, name, None), f"{where}.{name}")

    def show_error(self, error: BaseException, where: str) -> None:
        """Search an exception, its chain, and the locals of all frames outside of the tests."""
        for one in chain(error):
            self.show(one.args, f"{where}: args")
            self.show(vars(one), f"{where}: attributes")
            self.read(f"{one} {one!r}", where)
            for frame, _ in walk_tb(one.__traceback__):
                place = f"{where}: {frame.f_code.co_filename}:{frame.f_code.co_name}"
                if not frame.f_code.co_filename.startswith(TESTS):
                    for name, value in frame.f_locals.items():
                        self.read(repr(value), f"{place}: {name}")


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from chain(member)
        if error.__cause__ is not None and error.__cause__ is not error.__context__:
            yield from chain(error.__cause__)
        error = error.__context__


@contextmanager
def searching(keys: Keys, caplog: pytest.LogCaptureFixture) -> Generator[Search, None, None]:
    """Search log records of all levels, and warnings."""
    search = Search(keys)
    for name in ("", "httpx", "httpcore", "asyncio", "anyio", "concurrent.futures", *PACKAGES):
        caplog.set_level(1, logger=name)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield search
    for one in warned:
        search.read(one, "warning")
    for record in caplog.records:
        where = f"record of {record.name}"
        search.read(caplog.handler.format(record), where)
        search.read(vars(record), where)
        if record.exc_info is not None and record.exc_info[1] is not None:
            search.show_error(record.exc_info[1], where)
    assert search.leaks == set()


def stall_stream(connection: Connection) -> None:
    connection.start_text(b"a")
    connection.wait_until_left()


# Reactions to a request.
OUTCOMES: dict[str, Callable[[Connection], None]] = {
    **{
        str(status): lambda connection, status=status: connection.send(  # type: ignore[misc]
            b"HTTP/1.1 %d No\r\ncontent-length: 31\r\n\r\n%s" % (status, b'{"error": "no", "output": null}')
        )
        for status in (200, 302, 400, 405, 429, 500)
    },
    "output": lambda connection: connection.answer(b'{"error": null, "output": "a"}'),
    "HTML": lambda connection: connection.answer(b"<html>"),
    "TLS record": lambda connection: connection.send(b"\x15\x03\x01\x00\x02\x02\x46"),
    "invalid gzip": lambda connection: connection.send(
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc"
    ),
    "close": lambda _: None,
    "cut body": lambda connection: connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"),
    "stream": lambda connection: connection.start_text(b"a", b""),
    "cut stream": lambda connection: connection.start_text(b"a"),
    "stream of a failed model": lambda connection: connection.start_text(b"INTERNAL_BYTEZ_ERROR: no", b""),
    "stalled stream": stall_stream,
    "stall": Connection.wait_until_left,
}


def run(client: Any) -> object:
    return client.model(MODEL).run({"text": "a"})


def read(client: Any) -> object:
    return client.model(MODEL).stream("a").read()


ACTIONS: Final[dict[str, Callable[[Any], object]]] = {
    "run": run,
    "stream": read,
    "cluster": lambda client: client.model(MODEL).cluster.get(),
    "v1 run": lambda client: client.v1.run(MODEL, "a"),
    "v1 stream": lambda client: client.v1.stream(MODEL, "a").read(),
}


class Server:
    """Reacts to each request with the current outcome."""

    react: Callable[[Connection], None]

    def __call__(self, connection: Connection) -> None:
        connection.read_request()
        self.react(connection)


async def attempt(search: Search, where: str, act: Callable[[], object]) -> object:
    """Call `act`, and search and return its result or its error."""
    try:
        result = await resolve(act())
    except (Exception, anyio.get_cancelled_exc_class()) as error:  # noqa: BLE001 - each error is searched
        search.show_error(error, where)
        if isinstance(error, errors.BytezError):
            for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
                search.show_error(copied, where)
            search.read(pickle.dumps(error), where)
        return error
    search.show(result, where)
    search.read(pickle.dumps(result), where)
    search.show(copy.deepcopy(result), where)
    return result


async def test_calls_and_clients_reveal_no_key(
    client_kind: ClientKind, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    server, results = Server(), list[object]()
    with searching(keys, caplog) as search, serving(server) as service:
        client = CLIENTS[client_kind](
            keys.api, provider_key=keys.provider, base_url=service.url, max_retries=0
        )
        # Only stalls meet a time limit: a slow machine would exceed it in other calls too.
        limited = {
            "stall": client.with_options(deadline=timedelta(milliseconds=20)),
            "stalled stream": client.with_options(idle_timeout=SHORT),
        }
        for name, server.react in OUTCOMES.items():
            for action, act in ACTIONS.items():
                # Only a stream reads a body without an end.
                if name != "stalled stream" or "stream" in action:
                    call = partial(act, limited.get(name, client))
                    results.append(await attempt(search, f"{action}: {name}", call))
        expired = client.with_options(deadline=timedelta(microseconds=1))
        results.append(await attempt(search, "expired", partial(run, expired)))
        for shown in (client, expired, client.model(MODEL), client.v1, client.models, copy.copy(client)):
            search.show(shown, "client")
        search.read(repr(client.openai_options()), "options")
        for copier in (pickle.dumps, copy.deepcopy):
            with pytest.raises(TypeError, match=r"^a key cannot be pickled$") as caught:
                copier(client)
            search.read(f"{caught.value!r}", "copy")
        server.react = OUTCOMES["stream"]
        stream = client.model(MODEL).stream("a")
        await resolve(stream.__aenter__() if client_kind == "async" else stream)
        search.show(stream, "open stream")
        await close(stream)
        await close(client)
        assert isinstance(await attempt(search, "closed", partial(run, client)), RuntimeError)
    assert {type(result) for result in results} >= {
        *(errors.BadRequestError, errors.RateLimitError, errors.ServerError, errors.StatusError, str),
        *(errors.ConnectionFailedError, errors.DeadlineExceededError, errors.StreamIdleTimeoutError),
        *(errors.StreamInterruptedError, errors.ModelFailedError, errors.LifecycleUnavailableError),
    }
    # aiohttp logs no calls.
    expected = {"bytezkit", *(["httpcore.http11", "httpcore.connection"] if client_kind == "sync" else [])}
    assert {record.name for record in caplog.records} >= expected
    assert search.count > 1000


async def test_compat_reveals_no_key(keys: Keys, caplog: pytest.LogCaptureFixture) -> None:
    server = Server()
    with (
        searching(keys, caplog) as search,
        serving(server) as service,
        compat.Bytez(keys.api, base_url=service.url) as client,
    ):
        owner = client._client
        client._client = owner.with_options(max_retries=0, idle_timeout=SHORT, deadline=SHORT)
        model = client.model(MODEL, keys.provider)
        stream = partial(client.model(MODEL, keys.provider).run, "a", stream=True)
        for name, server.react in OUTCOMES.items():
            for call in (partial(model.run, "a"), model.status, client.list.tasks, lambda: list(stream())):
                await attempt(search, name, call)
        for shown in (client, client.list, model):
            search.show(shown, "client")
        owner.close()


async def test_failed_connection_reveals_no_key(
    client_kind: ClientKind, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"http://127.0.0.1:{server.getsockname()[1]}"

    def refuse_tls(connection: Connection) -> None:
        connection.socket.recv(1)
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with searching(keys, caplog) as search, serving(refuse_tls) as service:
        for url in (closed, service.url.replace("http:", "https:")):
            client = CLIENTS[client_kind](keys.api, provider_key=keys.provider, base_url=url, max_retries=0)
            for act in ACTIONS.values():
                error = await attempt(search, url, partial(act, client))
                assert isinstance(error, errors.ConnectionFailedError)
            await close(client)


@pytest.mark.usefixtures("network")
async def test_cancelled_call_reveals_no_key(keys: Keys, caplog: pytest.LogCaptureFixture) -> None:
    loop, arrived = asyncio.get_running_loop(), anyio.Event()

    def handle(connection: Connection) -> None:
        if connection.read_request():
            loop.call_soon_threadsafe(arrived.set)
            connection.wait_until_left()

    async def call(results: list[object], act: Callable[[], object]) -> None:
        results.append(await attempt(search, "cancelled", act))

    with searching(keys, caplog) as search, serving(handle) as service:
        async with AsyncBytez(keys.api, provider_key=keys.provider, base_url=service.url) as client:
            for act in (run, read):
                arrived, results = anyio.Event(), list[object]()
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(call, results, partial(act, client))
                    await arrived.wait()
                    tasks.cancel_scope.cancel()
                assert [type(error) for error in results] == [anyio.get_cancelled_exc_class()]


def invalid_calls(keys: Keys) -> Iterator[Callable[[], object]]:
    kinds: list[Any] = [Bytez, AsyncBytez]
    emulator: Any = Emulator
    for kind in kinds:
        for end in ("\n", "ü", "x" * 256):
            yield partial(kind, keys.api + end)
            yield partial(kind, keys.api, provider_key=keys.provider + end)
        given = {"base_url": "https://a\x00b", "http_client": 5, "deadline": -3, "allow_insecure": "no"}
        for name, value in given.items():
            yield partial(kind, keys.api, provider_key=keys.provider, **{name: value})
    yield partial(compat.Bytez, f"{keys.api}\n")
    yield partial(compat.Bytez, keys.api, base_url="http://a")
    yield partial(compat.Bytez, keys.api, dev=True, base_url="https://a")
    client = compat.Bytez("key")
    client.close()
    yield partial(client.model, "gpt2", keys.provider)
    yield partial(client.model, MODEL, f"{keys.provider}\n")
    for accepted in ([keys.api, f"{keys.provider}\n"], keys.api, [keys.api, 5]):
        yield partial(emulator, keys=accepted)
    for settings in ({"scale": 0}, {"credits": -1}, {"catalog": Path("missing")}):
        yield partial(emulator, keys=[keys.api], **settings)


async def test_failed_constructor_reveals_no_key(
    keys: Keys, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BYTEZ_KEY", keys.api + " ")
    with searching(keys, caplog) as search:
        calls: list[Callable[[], object]] = [Bytez, AsyncBytez, *invalid_calls(keys)]
        for call in calls:
            assert isinstance(await attempt(search, f"{call}", call), (TypeError, ValueError))
    for kind in (Bytez, AsyncBytez, compat.Bytez):
        assert repr(kind.__new__(kind)) == f"<{kind.__name__} (not set up)>"


def emulator_calls(keys: Keys) -> Iterator[tuple[str, str, dict[str, str], dict[str, object] | None]]:
    schemes = ("Key {}", "{}", "Bearer {}", "Basic {}", "Key  {} x")
    for value in (scheme.format(keys.api) for scheme in schemes):
        yield "GET", "/models/v2/list/tasks", {"authorization": value}, None
        yield "POST", f"/models/v2/{MODEL}", {"authorization": value}, {"text": "a"}
    good = {"authorization": f"Key {keys.api}"}
    for provider in (keys.provider, f"{keys.provider} {keys.provider}", keys.provider + "x" * 256):
        for model in (MODEL, "openai/gpt-4o"):
            yield "POST", f"/models/v2/{model}", {**good, "provider-key": provider}, {"text": "a"}
    for key in (keys.api, f"{keys.api} ", f"Key {keys.api}", [keys.api], {keys.api: keys.provider}):
        for path in ("/model/load", "/model/status", "/model/run", "/model/delete"):
            yield "POST", path, {}, {"model": MODEL, "key": key}
    yield "POST", "/model/job", {}, {"model": MODEL, "key": keys.api, "concurrency": -1}


def test_emulator_reveals_no_key(
    keys: Keys, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    statuses: list[set[int]] = []
    with (
        searching(keys, caplog) as search,
        Emulator(keys=[keys.api]) as emulator,
        httpx.Client(base_url=emulator.url, trust_env=False) as client,
    ):
        for _ in range(2):
            statuses.append(set())
            for method, path, headers, body in emulator_calls(keys):
                response = client.request(method, path, headers=headers, json=body)
                statuses[-1].add(response.status_code)
                search.read(response.content, f"{method} {path}: body")
                search.read(response.headers.raw, f"{method} {path}: headers")
            client.get("/")  # The earlier requests are complete after this response.
            # Fails below the frames that hold the arguments of the request.
            monkeypatch.setattr(World, "model", Mock(side_effect=ZeroDivisionError))
        search.show(emulator, "emulator")
    assert statuses == [{200, 400, 401, 422}, {200, 400, 401, 500}]
    assert "bytezkit_emulator" in {record.name for record in caplog.records}


async def test_keys_but_no_words_in_an_error_response_are_redacted(make_client: MakeClient) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        sent = {name: request.headers[name] for name in ("authorization", "provider-key")}
        return httpx.Response(400, json={"error": f"bad request: {sent['authorization']}", **sent})

    it = make_client(echo, api_key='sk-"quoted"-\\0123', provider_key="bad")
    with pytest.raises(errors.BadRequestError, match=r"^bad request: Key \*\*\* \(POST "):
        await it.run("Hello")
