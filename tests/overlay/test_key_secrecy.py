"""No key stands in a repr, log record, exception, traceback with locals, warning, pickle or answer."""

import asyncio
import base64
import copy
import html
import json
import logging
import pickle
import socket
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import anyio
import httpx
import pytest

import bytezkit
from bytezkit import AsyncBytez, Bytez, compat, errors
from bytezkit._core.secrets import Secret
from bytezkit_emulator import Emulator
from bytezkit_emulator._model.world import World
from tests.overlay.conftest import MakeClient
from tests.overlay.connections import NETWORKS, use_network
from tests.overlay.loopback import Connection, serving
from tests.overlay.scripted_service import (
    MODEL,
    Chunks,
    ClientKind,
    Reply,
    close,
    error_reply,
    reply,
    resolve,
    text,
)

pytestmark = pytest.mark.anyio

TESTS: Final = str(Path(__file__).parents[1])
OURS: Final = str(bytezkit.__path__[0])
PACKAGES: Final = ("bytezkit", "bytezkit_emulator")
SHORT: Final = timedelta(milliseconds=50)


class Keys(NamedTuple):
    """The key of the service, and that of a provider."""

    api: str
    provider: str


PLAIN: Final = Keys("sk-not-to-be-seen-0123456789", "provider-not-to-be-seen-9876543210")
KEYS: Final[dict[str, Keys]] = {
    "plain": PLAIN,
    "quotes": Keys("sk-'single'\"double\"`back`", "'''provider\"\"\""),
    "backslashes": Keys(r"sk\n\x41\u0041\\N{BULLET}\\", "provider\\\\end\\"),
    "forms": Keys("sk%s%(name)d%%41{0}{key!r}$(id)${HOME}", "provider%41{}%s%n<b>&amp;"),
    "like a scheme": Keys("Key-Key:Bearer,Basic;Key", "Bearer:Bearer=Key"),
    "base64": Keys("c2stbm90LXRvLWJlLXNlZW4+/w==", "cHJvdmlkZXItbm90LXRvLWJl/+8="),
    "long": Keys(
        "sk-" + "0123456789abcdef" * 15 + "0123456789abc", "p" + "fedcba9876543210" * 15 + "ABCDEFGHIJKLMNO"
    ),
    "one in the other": Keys("sk-not-to-be-seen", "sk-not-to-be-seen-neither"),
}


@pytest.fixture
def client_kind(socket_client_kind: ClientKind) -> ClientKind:
    return socket_client_kind


def test_the_longest_keys_are_as_long_as_keys_may_be() -> None:
    assert {len(key) for key in KEYS["long"]} == {256}


def spellings(key: str) -> set[str]:
    """Spell a key in the ways in which it could slip through."""
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
    """What was printed, and whether a key stands in it."""

    def __init__(self, keys: Keys) -> None:
        self._spellings = {it for key in keys for it in spellings(key)}
        self._seen: set[int] = set()
        self._kept: list[object] = []
        self.count = 0
        self.leaks: set[str] = set()

    def read(self, text: object, where: str) -> None:
        """Note if a key stands in a text or in bytes."""
        self.count += 1
        written = text.decode("latin-1") if isinstance(text, bytes) else str(text)
        if any(it in written for it in self._spellings):
            self.leaks.add(where)

    def show(self, value: object, where: str) -> None:
        """Print a value, and what hangs on it as far as it is of the two packages."""
        if id(value) in self._seen:
            return
        self._seen.add(id(value))
        self._kept.append(value)  # So that nothing else gets its identity.
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

    def tell(self, error: BaseException, where: str) -> None:
        """Print an exception in all ways, with its chain and the locals of all frames but the tests' own."""
        for one in chain(error):
            self.show(one.args, f"{where}: args")
            self.show(vars(one), f"{where}: attributes")
            self.read(f"{one} {one!r}", where)
            for frame in frames(one.__traceback__):
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


def frames(trace: TracebackType | None) -> Iterator[FrameType]:
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


class Records(logging.Handler):
    """Searches what is logged."""

    def __init__(self, search: Search) -> None:
        super().__init__(1)
        self._search = search
        self.names: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.names.add(record.name)
        where = f"record of {record.name}"
        self._search.read(self.format(record), where)
        self._search.read(vars(record), where)
        if record.exc_info is not None and record.exc_info[1] is not None:
            self._search.tell(record.exc_info[1], where)


LOGGERS: Final = (
    *("", "httpx", "httpcore", "asyncio", "anyio", "concurrent.futures", "bytezkit", "bytezkit_emulator"),
)


@contextmanager
def searching(keys: Keys) -> Generator[tuple[Search, Records], None, None]:
    """Search all that is logged and warned of, at the finest level."""
    search = Search(keys)
    records = Records(search)
    levels = {name: logging.getLogger(name).level for name in LOGGERS}
    logging.getLogger().addHandler(records)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(1)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield search, records
        for one in warned:
            search.read(one, "warning")
        assert search.leaks == set()
    finally:
        logging.getLogger().removeHandler(records)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def fall_silent(connection: Connection) -> None:
    connection.start_text(b"a")
    connection.wait_until_left()


# What a service can do with a request, besides answering it.
OUTCOMES: dict[str, Callable[[Connection], None]] = {
    **{
        str(status): lambda connection, status=status: answer(  # type: ignore[misc]
            connection, status, b'{"error": "no", "output": null}'
        )
        for status in (200, 302, 400, 401, 402, 404, 405, 409, 413, 415, 418, 422, 429, 500, 502, 503, 504)
    },
    "an output": lambda connection: connection.answer(b'{"error": null, "output": "a"}'),
    "no JSON": lambda connection: connection.answer(b"<html>"),
    "another form": lambda connection: connection.answer(b"[1]"),
    "no HTTP": lambda connection: connection.send(b"\x15\x03\x01\x00\x02\x02\x46"),
    "a broken encoding": lambda connection: connection.send(
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc"
    ),
    "nothing": lambda _: None,
    "a cut head": lambda connection: connection.send(b"HTTP/1.1 200 OK\r\ncontent-"),
    "a cut body": lambda connection: connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"),
    "a text": lambda connection: connection.start_text(b"a", b""),
    "a cut text": lambda connection: connection.start_text(b"a"),
    "no text": lambda connection: connection.start_text(b"\xff", b""),
    "a failed text": lambda connection: connection.start_text(b"INTERNAL_BYTEZ_ERROR: no", b""),
    "a silent text": fall_silent,
    "silence": Connection.wait_until_left,
}


def answer(connection: Connection, status: int, body: bytes) -> None:
    connection.send(b"HTTP/1.1 %d No\r\ncontent-length: %d\r\n\r\n%s" % (status, len(body), body))


def run(client: Any) -> object:
    return client.model(MODEL).run({"text": "a"})


def read(client: Any) -> object:
    return client.model(MODEL).stream("a").read()


ACTIONS: Final[dict[str, Callable[[Any], object]]] = {
    "run": run,
    "stream": read,
    "cluster": lambda client: client.model(MODEL).cluster.get(),
    "older run": lambda client: client.v1.run(MODEL, "a"),
    "older stream": lambda client: client.v1.stream(MODEL, "a").read(),
}


async def attempt(search: Search, where: str, act: Callable[[], object]) -> object:
    """Act, and print what comes of it."""
    try:
        result = await resolve(act())
    except (Exception, anyio.get_cancelled_exc_class()) as error:  # noqa: BLE001 - each of them is told
        search.tell(error, where)
        if isinstance(error, errors.BytezError):
            for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
                search.tell(again, where)
            search.read(pickle.dumps(error), where)
        return error
    search.show(result, where)
    search.read(pickle.dumps(result), where)
    search.show(copy.deepcopy(result), where)
    return result


def assert_reports(results: list[object]) -> None:
    """Hold that the outcomes were as different as they should be."""
    kinds = {type(result) for result in results}
    wanted = {
        *errors.STATUS_ERRORS.values(),
        *(errors.ServerError, errors.StatusError, errors.DecodeError, errors.ConnectionFailedError),
        *(errors.DeadlineExceededError, errors.StreamIdleTimeoutError, errors.StreamInterruptedError),
        *(errors.ModelFailedError, errors.LifecycleUnavailableError, str),
    }
    assert wanted <= kinds


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
async def test_whatever_comes_of_a_call_no_key_is_told(client_kind: str, keys: Keys) -> None:
    current = OUTCOMES["an output"]

    def handle(connection: Connection) -> None:
        connection.read_request()
        current(connection)

    results: list[object] = []
    with searching(keys) as (search, records), serving(handle) as service:
        kind: Any = Bytez if client_kind == "sync" else AsyncBytez
        client = kind(keys.api, provider_key=keys.provider, base_url=service.url, max_retries=0)
        quick = client.with_options(deadline=timedelta(milliseconds=20), idle_timeout=SHORT)
        for name, outcome in OUTCOMES.items():
            current = outcome
            one = quick if name == "silence" else client.with_options(idle_timeout=SHORT)
            for action, act in ACTIONS.items():
                if name == "a silent text" and "stream" not in action:
                    continue  # It would be a body without an end.
                results.append(await attempt(search, f"{action}: {name}", lambda: act(one)))  # noqa: B023
        for shown in (
            client,
            quick,
            client.model(MODEL),
            client.v1,
            client.models,
            client.tasks,
            client.clusters,
        ):
            search.show(shown, "client")
        for again in (pickle.dumps, copy.deepcopy):
            # No client can be copied; the reason must not show the key either.
            with pytest.raises(TypeError, match="a key cannot be pickled") as caught:
                again(client)
            search.read(f"{caught.value!r}", "copy")
        search.show(copy.copy(client), "copy")
        current = OUTCOMES["a text"]
        stream = client.model(MODEL).stream("a")
        if client_kind == "async":
            await stream.__aenter__()
        search.show(stream, "open stream")
        await close(stream)
        await close(client)
        assert isinstance(await attempt(search, "closed", lambda: run(client)), RuntimeError)
    assert_reports(results)
    assert "bytezkit" in records.names
    if client_kind == "sync":  # The other library of the asynchronous client logs nothing of a call.
        assert {"httpcore.http11", "httpcore.connection"} <= records.names
    assert search.count > 1000


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
async def test_compat_reveals_no_key(keys: Keys) -> None:
    current = OUTCOMES["an output"]

    def handle(connection: Connection) -> None:
        connection.read_request()
        current(connection)

    with (
        searching(keys) as (search, _),
        serving(handle) as service,
        compat.Bytez(keys.api, base_url=service.url) as client,
    ):
        client._client = client._client.with_options(max_retries=0, idle_timeout=SHORT, deadline=SHORT)
        model = client.model(MODEL, keys.provider)
        calls: dict[str, Callable[[], object]] = {
            "run": lambda: model.run("a"),
            "stream": lambda: list(client.model(MODEL, keys.provider).run("a", stream=True)),
            "status": model.status,
            "tasks": client.list.tasks,
        }
        for name, outcome in OUTCOMES.items():
            current = outcome
            for call, act in calls.items():
                await attempt(search, f"{call}: {name}", act)
        for shown in (client, client.list, model):
            search.show(shown, "client")
        settings: list[dict[str, Any]] = [
            {"api_key": f"{keys.api}\n"},
            {"api_key": keys.api, "base_url": "http://a"},
            {"api_key": keys.api, "dev": "https://a"},
            {"api_key": keys.api, "dev": True, "base_url": "https://a"},
        ]
        for given in settings:
            error = await attempt(search, "wrong", lambda: compat.Bytez(**given))  # noqa: B023
            assert isinstance(error, (errors.ConfigurationError, TypeError))
        assert repr(compat.Bytez.__new__(compat.Bytez)) == "<Bytez (not set up)>"
        with compat.Bytez("key") as other:
            for model_id, provider in (("gpt2", keys.provider), (MODEL, f"{keys.provider}\n")):
                error = await attempt(search, "wrong", lambda: other.model(model_id, provider))  # noqa: B023
                assert isinstance(error, ValueError)


find_address = socket.getaddrinfo


def no_address(host: str, *arguments: Any, **options: Any) -> Any:
    if host in ("a.example", b"a.example"):
        raise socket.gaierror(-2, "Name or service not known")
    return find_address(host, *arguments, **options)


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
async def test_a_connection_that_fails_tells_no_key(
    client_kind: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind: Any = Bytez if client_kind == "sync" else AsyncBytez
    monkeypatch.setattr(socket, "getaddrinfo", no_address)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    def no_tls(connection: Connection) -> None:
        connection.socket.recv(1)
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with searching(keys) as (search, _), serving(no_tls) as service:
        for url in (f"http://127.0.0.1:{port}", service.url.replace("http:", "https:"), "https://a.example"):
            client = kind(keys.api, provider_key=keys.provider, base_url=url, max_retries=0)
            for act in ACTIONS.values():
                error = await attempt(search, url, lambda: act(client))  # noqa: B023
                assert isinstance(error, errors.ConnectionFailedError)
            await close(client)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
async def test_a_call_that_is_cancelled_tells_no_key(
    keys: Keys, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_network(network, monkeypatch)
    arrived = anyio.Event()

    def handle(connection: Connection) -> None:
        if connection.read_request():
            loop.call_soon_threadsafe(arrived.set)
            connection.wait_until_left()

    loop = asyncio.get_running_loop()
    with searching(keys) as (search, _), serving(handle) as service:
        async with AsyncBytez(keys.api, provider_key=keys.provider, base_url=service.url) as client:
            for act in (run, read):
                arrived = anyio.Event()
                told: list[object] = []

                async def call(act: Any = act, told: list[object] = told) -> None:
                    told.append(await attempt(search, "cancelled", lambda: act(client)))

                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(call)
                    await arrived.wait()
                    tasks.cancel_scope.cancel()
                assert [type(error) for error in told] == [anyio.get_cancelled_exc_class()]


WRONG_SETTINGS: Final[list[dict[str, Any]]] = [
    *({"base_url": "https://a\x00b"}, {"base_url": "http://a"}, {"base_url": 5}, {"max_retries": -1}),
    *({"http_client": 5}, {"deadline": 3}, {"allow_insecure": "no"}, {"idle_timeout": None}),
]


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("client", [Bytez, AsyncBytez])
async def test_a_constructor_that_fails_tells_no_key(
    client: Any, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    with searching(keys) as (search, _):
        for wrong in WRONG_SETTINGS:
            given = {"api_key": keys.api, "provider_key": keys.provider, **wrong}
            error = await attempt(search, str(wrong), lambda: client(**given))  # noqa: B023
            assert isinstance(error, errors.ConfigurationError)
        for end in ("\n", " ", "\x00", "ü", "x" * 256):
            for given in (
                {"api_key": keys.api + end},
                {"api_key": keys.api, "provider_key": keys.provider + end},
            ):
                error = await attempt(search, f"a key with {end!r}", lambda: client(**given))  # noqa: B023
                assert isinstance(error, errors.ConfigurationError)
        monkeypatch.setenv("BYTEZ_KEY", keys.api + " ")
        assert isinstance(await attempt(search, "environment", client), errors.ConfigurationError)
    assert repr(client.__new__(client)) == f"<{client.__name__} (not set up)>"


FAILURES: list[tuple[Callable[[Any], object], Reply]] = [
    (run, httpx.ConnectError("refused")),
    (run, httpx.ReadTimeout("silence")),
    (run, error_reply(401)),
    (run, error_reply(402, "Payment Required")),
    (run, reply(502, b"<html>")),
    (run, reply(200, b"not gzip", content_encoding="gzip")),
    (run, reply(200, b"not JSON")),
    (run, reply(200, {"error": "broken"})),
    (run, reply(200, {})),
    (read, reply(200, {"output": 1})),
    (read, text(httpx.ReadError("cut"))),
    (read, text(httpx.ReadTimeout("silence"))),
    (read, text(b"\xff")),
    (read, text(b"INTERNAL_BYTEZ_ERROR: broken")),
    (lambda client: client.model(MODEL).cluster.get(), error_reply(405)),
    (lambda client: client.model(MODEL).cluster.get(), reply(200, {"output": None})),
    (lambda client: client.v1.run(MODEL, "a"), reply(200, {"output_png": "=broken"})),
    (lambda client: client.v1.status(MODEL), error_reply(405)),
    (
        lambda client: client.v1.request(MODEL),
        reply(200, {"success": False, "modified": "2024-06-07T22:28:40Z"}),
    ),
    (lambda client: client.model(MODEL).load(), reply(503, Chunks([httpx.ReadError("cut")]))),
]


@pytest.mark.parametrize(("action", "failure"), FAILURES)
async def test_an_error_brings_nothing_of_the_http_library_along(
    make_client: MakeClient, action: Any, failure: Reply
) -> None:
    it = make_client(failure, max_retries=0, api_key=PLAIN.api, provider_key=PLAIN.provider)
    with pytest.raises(errors.BytezError) as caught:
        await it.do(action)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    files = [frame.f_code.co_filename for frame in frames(caught.value.__traceback__)]
    within = files[next(index for index, file in enumerate(files) if file.startswith(OURS)) :]
    # What the standard library makes of a dataclass.
    assert {file for file in within if not file.startswith(OURS)} <= {"<string>"}


@pytest.mark.parametrize("key", ["k", "k" * 256, "!~:/?#[]@", "0123-abc_DEF"])
def test_printable_keys_are_taken(key: str) -> None:
    secret = Secret(key)
    secret.check("the key")
    assert secret.reveal() == key


def test_a_secret_hides_in_whatever_prints_it() -> None:
    secret = Secret("visible")
    assert "visible" not in f"{secret} {secret!r} {[secret]} {secret:} {secret.__getstate__!r}"
    with pytest.raises(TypeError, match="a key cannot be pickled"):
        pickle.dumps(secret)


def fail(*_: object) -> object:
    raise ZeroDivisionError


def emulator_calls(keys: Keys) -> Iterator[tuple[str, str, dict[str, str], dict[str, object] | None]]:
    v2, older = f"/models/v2/{MODEL}", "/model/run"
    for value in (
        f"Key {keys.api}",
        keys.api,
        f"Bearer {keys.api}",
        f"Basic {keys.api}",
        f"Key  {keys.api} x",
    ):
        yield "GET", "/models/v2/list/tasks", {"authorization": value}, None
        yield "POST", v2, {"authorization": value}, {"text": "a"}
    good = {"authorization": f"Key {keys.api}"}
    for provider in (keys.provider, f"{keys.provider} {keys.provider}", keys.provider + "x" * 256):
        for model in (MODEL, "openai/gpt-4o"):
            yield "POST", f"/models/v2/{model}", {**good, "provider-key": provider}, {"text": "a"}
    for key in (keys.api, f"{keys.api} ", f"Key {keys.api}", [keys.api], {keys.api: keys.provider}):
        for path in ("/model/load", "/model/status", older, "/model/delete"):
            yield "POST", path, {}, {"model": MODEL, "key": key}
    yield "POST", "/model/job", {}, {"model": MODEL, "key": keys.api, "concurrency": -1}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("breaks", [False, True])
def test_the_emulator_tells_no_key(keys: Keys, breaks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if breaks:
        monkeypatch.setattr(World, "model", fail)  # Below the frames that hold what was called.
    statuses: set[int] = set()
    with (
        searching(keys) as (search, records),
        Emulator(keys=[keys.api]) as emulator,
        httpx.Client(base_url=emulator.url, trust_env=False) as client,
    ):
        for method, path, headers, body in emulator_calls(keys):
            response = client.request(method, path, headers=headers, json=body)
            statuses.add(response.status_code)
            search.read(response.content, f"{method} {path}: body")
            search.read(response.headers.raw, f"{method} {path}: headers")
        client.get("/")  # Once it is answered, no call with a key is under way.
        search.show(emulator, "emulator")
    assert statuses == {200, 400, 401, 500 if breaks else 422}
    assert ("bytezkit_emulator" in records.names) == breaks


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
async def test_an_emulator_that_cannot_be_made_tells_no_key(keys: Keys) -> None:
    with searching(keys) as (search, _):
        for wrong in (
            *({"keys": [keys.api, f"{keys.provider}\n"]}, {"keys": keys.api}, {"keys": [keys.api, 5]}),
            *({"keys": [keys.api], "scale": 0}, {"keys": [keys.api], "credits": -1}),
            {"keys": [keys.api], "catalog": Path("missing")},
        ):
            given: dict[str, Any] = wrong
            error = await attempt(search, str(given.keys()), lambda: Emulator(**given))  # noqa: B023
            assert isinstance(error, (TypeError, ValueError))


@pytest.mark.parametrize("key", ['sk-"quoted"-\\0123', "sk-0123456789"])
async def test_a_refusal_that_repeats_the_keys_is_blotted(make_client: MakeClient, key: str) -> None:
    def repeat(request: httpx.Request) -> httpx.Response:
        sent = {name: request.headers[name] for name in ("authorization", "provider-key")}
        return httpx.Response(400, json={"error": f"bad request: {sent['authorization']}", **sent})

    here = make_client(repeat, api_key=key, provider_key=f"other-{key}")

    with pytest.raises(errors.BadRequestError, match=r"^bad request: Key \*\*\* \(POST "):
        await here.run("Hello")


async def test_a_short_key_does_not_blot_words_out(make_client: MakeClient) -> None:
    with pytest.raises(errors.BadRequestError, match=r"^bad request"):
        await make_client(error_reply(400, "bad request"), api_key="bad").run("Hello")
