"""Clients and streams that the program does not close: one warning, with the place that made them."""

import gc
import linecache
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeAlias

import anyio.lowlevel
import pytest

from bytezkit import errors
from tests.overlay.loopback import Connection, serving
from tests.overlay.scripted_service import CLIENTS, KEY, MODEL, ClientKind, close, next_text, resolve

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("frozen_heap")]

MakeClient: TypeAlias = Callable[..., Any]


@pytest.fixture(scope="module")
def frozen_heap() -> None:
    """Exclude the objects of earlier tests from garbage collection, which would take seconds in each test."""
    gc.collect()
    gc.freeze()


def respond(connection: Connection) -> None:
    while request := connection.read_request():
        if b'"stream":true' in request:
            connection.start_text(b"a")
        else:
            connection.answer(b'{"output": []}')


async def drop_client(make: MakeClient) -> None:
    client = make()  # made here
    await resolve(client.with_options(max_retries=0).tasks.list())


async def drop_unused_client(make: MakeClient) -> None:
    make()


async def drop_stream(make: MakeClient) -> None:
    client = make()
    stream = client.model(MODEL, task="text-generation").stream("a")  # made here
    assert await next_text(stream) == "a"
    del stream
    await close(client)


async def drop_client_of_stream(make: MakeClient) -> None:
    stream = make().model(MODEL, task="text-generation").stream("a")  # made here
    gc.collect()
    assert await next_text(stream) == "a"
    gc.collect()
    await close(stream)


async def drop_refused_stream(make: MakeClient) -> None:
    client = make(max_retries=0)
    await close(client)
    with pytest.raises(RuntimeError):
        await next_text(client.model(MODEL, task="text-generation").stream("a"))


async def drop_client_that_failed(make: MakeClient) -> None:
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


@pytest.mark.parametrize(
    ("kind", "options"),
    [("sync", {}), ("async", {}), ("async", {"http_client": "aiohttp"})],
)
@pytest.mark.parametrize(("drop", "expected"), DROPS)
async def test_warning_of_unclosed_object(
    kind: ClientKind,
    options: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    drop: Callable[[MakeClient], Any],
    expected: list[str],
) -> None:
    gc.collect()
    with serving(respond) as service, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        await drop(partial(CLIENTS[kind], KEY, base_url=service.url, **options))
        await anyio.lowlevel.checkpoint()
        gc.collect()
    prefix = "Async" if kind == "async" else ""
    for warning, text in zip(caught, expected, strict=True):
        assert warning.category is ResourceWarning
        assert str(warning.message).startswith(text.format(prefix))
        assert linecache.getline(warning.filename, warning.lineno).endswith("# made here\n")
    assert "asyncio" not in {record.name for record in caplog.records if record.levelname != "DEBUG"}
