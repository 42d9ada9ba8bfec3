"""Sharing and closing of connections, and copies of a client."""

from datetime import timedelta

import pytest

from tests.overlay.conftest import Connect, MakeClient
from tests.overlay.loopback import Connection
from tests.overlay.scripted_service import (
    CLIENTS,
    KEY,
    MODEL,
    ClientKind,
    close,
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
