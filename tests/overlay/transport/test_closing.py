"""Copies and closing of clients, and one warning about clients and streams that are not closed."""

import gc
import linecache
import warnings
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeAlias

import anyio.lowlevel
import pytest

from bytezkit import AsyncBytez, Bytez, errors
from tests.overlay.conftest import Connect, MakeClient
from tests.overlay.loopback import Connection, serving
from tests.overlay.replies import MODEL, output
from tests.overlay.scripted_service import CLIENTS, KEY, ClientKind, close, next_of, resolve

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("frozen_heap")]

Construct: TypeAlias = Callable[..., Any]
REST: Final = 200_000  # More than a client reads at once.


@pytest.fixture(scope="module")
def frozen_heap() -> None:
    """Exclude the objects of earlier tests from garbage collection, which would take seconds in each test."""
    gc.collect()
    gc.freeze()


def respond(connection: Connection) -> None:
    while request := connection.read_request():
        if b'"stream":true' in request:
            rest = [b"b" * REST] if b"long" in request else []
            connection.start_text(b"a", *rest)
        else:
            connection.answer(b'{"output": []}')


async def drop_client(make: Construct) -> None:
    client = make()  # made here
    await resolve(client.with_options(max_retries=0).tasks.list())


async def drop_unused_client(make: Construct) -> None:
    make()


async def drop_stream(make: Construct) -> None:
    client = make()
    stream = client.model(MODEL, task="text-generation").stream("a")  # made here
    assert await next_of(stream) == "a"
    del stream
    await close(client)


async def drop_client_of_stream(make: Construct) -> None:
    stream = make().model(MODEL, task="text-generation").stream("long")  # made here
    gc.collect()
    text = await next_of(stream)
    gc.collect()
    while len(text) <= REST:
        text += await next_of(stream)
    assert text == "a" + "b" * REST
    await close(stream)


async def drop_refused_stream(make: Construct) -> None:
    client = make(max_retries=0)
    await close(client)
    with pytest.raises(RuntimeError):
        await next_of(client.model(MODEL, task="text-generation").stream("a"))


async def drop_client_that_failed(make: Construct) -> None:
    with pytest.raises(errors.ConfigurationError):
        make(deadline=0)


DROPS: Final = [
    (drop_client, ["unclosed {}Bytez: close it, or use it in a"]),
    (drop_stream, ["unclosed <{}TextStream openai-community/gpt2 task=text-generation open>"]),
    (drop_client_of_stream, ["unclosed {}Bytez: close it, or use it in a"]),
    (drop_unused_client, []),
    (drop_refused_stream, []),
    (drop_client_that_failed, []),
]


OVER_AIOHTTP: Final = partial(AsyncBytez, http_client="aiohttp")
KINDS: dict[str, Any] = {"sync": Bytez, "async": AsyncBytez, "aiohttp": OVER_AIOHTTP}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("drop", "expected"), DROPS)
async def test_warning_of_unclosed_object(
    caplog: pytest.LogCaptureFixture, kind: str, drop: Any, expected: list[str]
) -> None:
    gc.collect()
    with serving(respond) as service, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        await drop(partial(KINDS[kind], KEY, base_url=service.url))
        await anyio.lowlevel.checkpoint()
        gc.collect()
    prefix = "" if kind == "sync" else "Async"
    for warning, text in zip(caught, expected, strict=True):
        assert warning.category is ResourceWarning
        assert str(warning.message).startswith(text.format(prefix))
        assert linecache.getline(warning.filename, warning.lineno).endswith("# made here\n")
    assert "asyncio" not in {record.name for record in caplog.records if record.levelname != "DEBUG"}


async def test_copies_share_one_connection(connect: Connect) -> None:
    accepted: list[Connection] = []

    def handle(connection: Connection) -> None:
        accepted.append(connection)
        while connection.read_request():
            connection.answer(b'{"output": ["chat"]}')

    async with connect(handle) as (_, client):
        copy = client.with_options(max_retries=0).with_options(deadline=timedelta(seconds=3))
        for it in (client, copy, client):
            assert await resolve(it.tasks.list()) == ["chat"]
        await close(copy)
        assert await resolve(client.tasks.list()) == ["chat"]
        assert len(accepted) == 1


async def test_closed_client_and_its_copies_raise(client_kind: ClientKind) -> None:
    client = CLIENTS[client_kind](KEY)
    copy = client.with_options()
    for _ in range(2):
        await close(client)
    for it in (client, copy):
        with pytest.raises(RuntimeError, match=r"^the client is closed$"):
            await resolve(it.model(MODEL).run("a"))


async def test_close_leaves_given_http_client_open(make_client: MakeClient) -> None:
    it = make_client(output(["chat"]))
    await close(it.client)
    assert not it.http_client.is_closed
    assert await it.do(lambda client: client.tasks.list()) == ["chat"]
