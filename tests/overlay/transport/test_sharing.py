"""Clients share connections, close what is theirs, and print nothing secret."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import anyio
import pytest

from bytezkit import AsyncBytez, Bytez, Handle
from bytezkit.errors import ConfigurationError
from tests.overlay.conftest import MakeClient
from tests.overlay.loopback import Connection, serving
from tests.overlay.scripted_service import KEY, MODEL, PROVIDER_KEY, ClientKind, close, output, reply, resolve
from tests.overlay.transport.test_deadlines import CLIENTS

pytestmark = pytest.mark.anyio

TASKS = reply(200, {"output": ["chat"]})


def keeping_alive(connection: Connection) -> None:
    while connection.read_request():
        connection.answer(b'{"error": null, "output": ["chat"]}')


async def test_calls_share_one_connection_across_copies_of_the_client(client_kind: ClientKind) -> None:
    accepted: list[Connection] = []

    def counting(connection: Connection) -> None:
        accepted.append(connection)
        keeping_alive(connection)

    with serving(counting) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url)
        copy = client.with_options(max_retries=0).with_options(deadline=timedelta(seconds=3))
        for one in (client, copy, client):
            assert await resolve(one.tasks.list()) == ["chat"]
        await close(copy)
        assert await resolve(client.tasks.list()) == ["chat"]
        assert len(accepted) == 1
        await close(client)


async def test_a_closed_client_says_so_and_so_do_its_copies(client_kind: ClientKind) -> None:
    client = CLIENTS[client_kind](KEY)
    copy = client.with_options()
    for _ in range(2):
        await close(client)
    for one in (client, copy):
        with pytest.raises(RuntimeError, match="the client is closed"):
            await resolve(one.model(MODEL).run("a"))


async def test_a_client_closes_at_the_end_of_its_block() -> None:
    with Bytez(KEY) as client:
        assert isinstance(client, Bytez)
    async with AsyncBytez(KEY) as async_client:
        assert isinstance(async_client, AsyncBytez)
    for one in (client, async_client):
        with pytest.raises(RuntimeError, match="the client is closed"):
            await resolve(one.tasks.list())


async def test_a_given_http_client_stays_open(make_client: MakeClient) -> None:
    it = make_client(TASKS)
    await close(it.client)
    assert not it.http_client.is_closed
    assert await it.do(lambda client: client.tasks.list()) == ["chat"]


async def test_options_change_the_copy_alone(make_client: MakeClient) -> None:
    it = make_client(TASKS, TASKS)
    copy = it.client.with_options(deadline=timedelta(seconds=3), idle_timeout=timedelta(seconds=4))
    await resolve(copy.tasks.list())
    await it.do(lambda client: client.tasks.list())
    assert it.request_timeouts() == [3.0, 600.0]
    assert type(copy) is type(it.client)


async def test_a_copy_may_have_another_provider_key(make_client: MakeClient) -> None:
    it = make_client(*[output("a") for _ in range(3)], provider_key="first-provider-key")
    copies = [it.client.with_options(provider_key=PROVIDER_KEY), it.client.with_options(), it.client]
    for client in copies:
        await resolve(client.model(MODEL).run("a"))
    keys = [request.headers["provider-key"] for request in it.script.requests]
    assert keys == [PROVIDER_KEY, "first-provider-key", "first-provider-key"]
    with pytest.raises(ConfigurationError, match="the provider key must be"):
        it.client.with_options(provider_key=f"{PROVIDER_KEY}\n")


def shown(client: Any) -> list[tuple[object, str]]:
    prefix = "Async" if isinstance(client, AsyncBytez) else ""
    model = client.model(MODEL)
    return [
        (client, f"<{prefix}Bytez https://api.bytez.com>"),
        (client.with_options(), f"<{prefix}Bytez https://api.bytez.com>"),
        (model, f"<{prefix}UntypedModel {MODEL}>"),
        (client.model(MODEL, task="chat"), f"<{prefix}StreamingMessagesModel {MODEL} task=chat>"),
        (
            client.model(MODEL, task="feature-extraction"),
            f"<{prefix}TextModel {MODEL} task=feature-extraction>",
        ),
    ]


async def test_what_the_client_gives_prints_what_it_is(make_client: MakeClient) -> None:
    client = make_client(provider_key=PROVIDER_KEY).client
    for thing, text_of_it in shown(client):
        assert repr(thing) == str(thing) == text_of_it


async def test_a_handle_knows_its_model(make_client: MakeClient) -> None:
    assert make_client().client.model(MODEL, task="chat").model_id == MODEL


def test_handles_are_known_by_a_public_class() -> None:
    with Bytez(KEY) as client:
        assert isinstance(client.model(MODEL, task="chat"), Handle)


def test_threads_share_a_client() -> None:
    together = threading.Barrier(8, timeout=5)

    def meeting(connection: Connection) -> None:
        while connection.read_request():
            together.wait()
            connection.answer(b'{"output": ["chat"]}')

    with (
        serving(meeting) as service,
        Bytez(KEY, base_url=service.url) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        answers = list(pool.map(lambda _: client.tasks.list(), range(16)))
    assert answers == [["chat"]] * 16


@pytest.mark.usefixtures("network")
async def test_tasks_share_a_client() -> None:
    together = threading.Barrier(8, timeout=5)

    def meeting(connection: Connection) -> None:
        while connection.read_request():
            together.wait()
            connection.answer(b'{"output": ["chat"]}')

    answers: list[list[str]] = []
    with serving(meeting) as service:
        async with AsyncBytez(KEY, base_url=service.url) as client:

            async def ask() -> None:
                answers.append(await client.tasks.list())

            async with anyio.create_task_group() as tasks:
                for _ in range(8):
                    tasks.start_soon(ask)
    assert answers == [["chat"]] * 8
