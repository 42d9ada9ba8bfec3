"""Sharing and closing of connections, and copies of a client."""

import threading
from datetime import timedelta

import anyio
import anyio.to_thread
import pytest

from bytezkit import Bytez
from tests.overlay.conftest import Connect, MakeClient
from tests.overlay.loopback import Connection
from tests.overlay.scripted_service import (
    CLIENTS,
    KEY,
    MODEL,
    PROVIDER_KEY,
    ClientKind,
    close,
    output,
    reply,
    resolve,
)

pytestmark = pytest.mark.anyio

TASKS = reply(200, {"output": ["chat"]})
ANSWER = b'{"error": null, "output": ["chat"]}'


async def test_copies_share_one_connection(connect: Connect) -> None:
    accepted: list[Connection] = []

    def handle(connection: Connection) -> None:
        accepted.append(connection)
        while connection.read_request():
            connection.answer(ANSWER)

    async with connect(handle) as (_, client):
        copy = client.with_options(max_retries=0).with_options(deadline=timedelta(seconds=3))
        for it in (client, copy, client):
            assert await resolve(it.tasks.list()) == ["chat"]
        await close(copy)
        assert await resolve(client.tasks.list()) == ["chat"]
        assert len(accepted) == 1


async def test_concurrent_calls_of_one_client_run_in_parallel(connect: Connect) -> None:
    barrier = threading.Barrier(8, timeout=5)
    found: list[list[str]] = []

    def handle(connection: Connection) -> None:
        while connection.read_request():
            barrier.wait()
            connection.answer(ANSWER)

    async with connect(handle) as (_, client):

        async def call() -> None:
            if isinstance(client, Bytez):
                found.append(await anyio.to_thread.run_sync(client.tasks.list))
            else:
                found.append(await client.tasks.list())

        for _ in range(2):
            async with anyio.create_task_group() as tasks:
                for _ in range(8):
                    tasks.start_soon(call)
    assert found == [["chat"]] * 16


async def test_closed_client_and_its_copies_raise(client_kind: ClientKind) -> None:
    client = CLIENTS[client_kind](KEY)
    copy = client.with_options()
    for _ in range(2):
        await close(client)
    for it in (client, copy):
        with pytest.raises(RuntimeError, match="the client is closed"):
            await resolve(it.model(MODEL).run("a"))


async def test_close_leaves_given_http_client_open(make_client: MakeClient) -> None:
    it = make_client(TASKS)
    await close(it.client)
    assert not it.http_client.is_closed
    assert await it.do(lambda client: client.tasks.list()) == ["chat"]


async def test_with_options_replaces_provider_key(make_client: MakeClient) -> None:
    it = make_client(*[output("a") for _ in range(3)], provider_key="first-provider-key")
    copies = [it.client.with_options(provider_key=PROVIDER_KEY), it.client.with_options(), it.client]
    for client in copies:
        await resolve(client.model(MODEL).run("a"))
    keys = [request.headers["provider-key"] for request in it.script.requests]
    assert keys == [PROVIDER_KEY, "first-provider-key", "first-provider-key"]
