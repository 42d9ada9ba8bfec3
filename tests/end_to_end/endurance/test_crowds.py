"""Many clients in one process, and many concurrent calls on one client."""

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from typing import Final

import anyio
import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit.types import TextGenerationParams
from bytezkit_emulator import Emulator
from tests.overlay.connections import is_at_rest, pool_of, sockets_to
from tests.overlay.loopback import Connection, serving

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("network")]

CLIENTS: Final = 50
CALLS: Final = 300
THREADS: Final = 50
CONNECTIONS: Final = 10  # Fewer than the concurrent calls, so most calls wait for a connection.
SHORT: Final[TextGenerationParams] = {"max_new_tokens": 3}
MODEL: Final = "openai-community/gpt2"


def prompt(number: int) -> str:
    return f"This is call {number}."


def is_answer_to(number: int, text: str) -> bool:
    return text.startswith(prompt(number)) and text != prompt(number)


def test_many_clients(emulator: Emulator) -> None:
    before = threading.active_count()
    with ExitStack() as stack:
        clients = [stack.enter_context(Bytez(f"one-of-{n}", base_url=emulator.url)) for n in range(CLIENTS)]

        def work(number: int) -> bool:
            model = clients[number].model(MODEL, task="text-generation")
            ran = model.run(prompt(number), params=SHORT).output
            streamed = model.stream(prompt(number), params=SHORT).read()
            return ran == streamed and is_answer_to(number, ran)

        with ThreadPoolExecutor(20) as threads:
            assert all(threads.map(work, range(CLIENTS)))
        assert sockets_to(emulator.url) == CLIENTS
    assert sockets_to(emulator.url) == 0
    assert threading.active_count() == before


async def test_many_asynchronous_clients(emulator: Emulator) -> None:
    answers: dict[int, bool] = {}
    before = threading.active_count()
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(AsyncBytez(f"each-of-{n}", base_url=emulator.url))
            for n in range(CLIENTS)
        ]

        async def work(number: int) -> None:
            model = clients[number].model(MODEL, task="text-generation")
            ran = (await model.run(prompt(number), params=SHORT)).output
            streamed = await model.stream(prompt(number), params=SHORT).read()
            answers[number] = ran == streamed and is_answer_to(number, ran)

        async with anyio.create_task_group() as tasks:
            for number in range(CLIENTS):
                tasks.start_soon(work, number)
        assert sockets_to(emulator.url) == CLIENTS
    assert answers == dict.fromkeys(range(CLIENTS), True)
    assert sockets_to(emulator.url) == 0
    assert threading.active_count() == before


def echo_prompt(connection: Connection) -> None:
    """Answer with the prompt and more, as one body or as a stream."""
    connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.socket.settimeout(None)
    while asked := connection.read_request():
        body = json.loads(asked.partition(b"\r\n\r\n")[2])
        text = f"{body['text']} And so on."
        if body.get("stream"):
            connection.start_text(text.encode())
            connection.send(b"0\r\n\r\n")
        else:
            connection.answer(json.dumps({"error": None, "output": text}).encode())


@pytest.fixture
def echo() -> Iterator[str]:
    with serving(echo_prompt) as service:
        yield service.url


def test_each_thread_gets_the_answer_to_its_call(echo: str) -> None:
    with Bytez("shared-by-threads", base_url=echo) as client:
        model = client.model(MODEL, task="text-generation")

        def call(number: int) -> bool:
            if number % 10:
                return is_answer_to(number, model.run(prompt(number)).output)
            return is_answer_to(number, model.stream(prompt(number)).read())

        with ThreadPoolExecutor(THREADS) as threads:
            assert all(threads.map(call, range(CALLS)))
        assert is_at_rest(client)
        assert sockets_to(echo) == pool_of(client).open <= THREADS
    assert sockets_to(echo) == 0


async def test_each_task_gets_the_answer_to_its_call(echo: str) -> None:
    answers: dict[int, bool] = {}
    async with AsyncBytez("shared-by-tasks", base_url=echo) as client:
        pool_of(client).limit(CONNECTIONS)
        model = client.model(MODEL, task="text-generation")

        async def call(number: int) -> None:
            if number % 10:
                text = (await model.run(prompt(number))).output
            else:
                text = await model.stream(prompt(number)).read()
            answers[number] = is_answer_to(number, text)

        async with anyio.create_task_group() as tasks:
            for number in range(CALLS):
                tasks.start_soon(call, number)
        assert is_at_rest(client)
        assert sockets_to(echo) == pool_of(client).open <= CONNECTIONS
    assert answers == dict.fromkeys(range(CALLS), True)
    assert sockets_to(echo) == 0


async def test_finished_streams_return_their_connections(emulator: Emulator) -> None:
    async with AsyncBytez("many-at-once", base_url=emulator.url) as client, AsyncExitStack() as stack:
        model = client.model(MODEL, task="text-generation")
        streams = [
            await stack.enter_async_context(model.stream(prompt(number), params=SHORT))
            for number in range(60)
        ]
        for stream in streams:
            await anext(stream)
        for stream in streams:
            await stream.read()
        assert is_at_rest(client)
        assert sockets_to(emulator.url) == pool_of(client).open <= 60
