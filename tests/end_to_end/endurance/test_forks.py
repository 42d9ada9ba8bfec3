"""A forked process opens new connections and never uses the connections of its parent."""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Final

import httpx
import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit._transport import sender
from bytezkit_emulator import Emulator
from tests.overlay.loopback import Connection, serving
from tests.overlay.replies import MODEL
from tests.overlay.scripted_service import KEY

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform cannot fork"),
    # From Python 3.12 on; the child here uses no lock that a thread of its parent may hold.
    pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning"),
]

MESSAGE: Final = "a forked process cannot use a connection of its parent"


def in_a_fork(act: Callable[[], object]) -> str:
    """Return what a function returns or raises in a child process."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)

    def send() -> None:
        try:
            sending.send(str(act()))
        except Exception as error:  # noqa: BLE001 - the parent compares it
            sending.send(f"{type(error).__name__}: {error}")

    child = context.Process(target=send)
    child.start()
    try:
        assert receiving.poll(10), "the child hangs"
        return str(receiving.recv())
    finally:
        child.kill()
        child.join()
        child.close()
        sending.close()
        receiving.close()


@contextmanager
def numbered_connections() -> Generator[str, None, None]:
    """Serve the number of the connection."""
    numbers = count()

    def number(connection: Connection) -> None:
        own = next(numbers)
        while connection.read_request():
            connection.answer(b'{"output": ["%d"]}' % own)

    with serving(number) as service:
        yield service.url


def test_each_process_opens_and_closes_its_own_connections() -> None:
    with numbered_connections() as url, Bytez(KEY, base_url=url) as client:
        copy = client.with_options(max_retries=0)

        def calls() -> str:
            return "".join([*client.tasks.list(), *copy.tasks.list(), *client.tasks.list()])

        assert calls() == "000"
        assert in_a_fork(calls) == "111"
        assert in_a_fork(lambda: in_a_fork(calls)) == "222"
        assert in_a_fork(client.close) == "None"
        assert calls() == "000"
        client.close()
        assert in_a_fork(client.tasks.list) == "RuntimeError: the client is closed"


def test_change_of_the_process_opens_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    with numbered_connections() as url, Bytez(KEY, base_url=url) as client:
        assert client.tasks.list() == ["0"]
        with monkeypatch.context() as child:  # Coverage is not measured in a child.
            child.setattr(sender, "process_id", lambda: -1)
            assert client.tasks.list() == ["1"]
            client.close()
        assert client.tasks.list() == ["0"]


def test_stream_of_the_parent_raises_in_the_child(emulator: Emulator) -> None:
    with Bytez(KEY, base_url=emulator.url) as client:
        stream = client.model(MODEL).stream("Once upon a time")
        begin = next(stream)
        assert in_a_fork(stream.read).startswith(f"RuntimeError: {MESSAGE}")
        assert in_a_fork(stream.close) == "None"
        rest = stream.read()
        assert begin + rest == client.model(MODEL).stream("Once upon a time").read()


def test_given_http_client_raises_in_the_child_after_use() -> None:
    with numbered_connections() as url, httpx.Client() as given:
        client = Bytez(KEY, base_url=url, http_client=given)
        assert in_a_fork(client.tasks.list) == "['0']"
        assert client.tasks.list() == ["1"]
        assert in_a_fork(client.tasks.list).startswith(f"RuntimeError: {MESSAGE}")
        assert client.tasks.list() == ["1"]


def test_fork_during_calls_of_other_threads_does_not_deadlock(emulator: Emulator) -> None:
    over = threading.Event()
    with Bytez(KEY, base_url=emulator.url) as client, ThreadPoolExecutor(4) as threads:

        def call() -> None:
            while not over.is_set():
                client.tasks.list()

        calls = [threads.submit(call) for _ in range(4)]
        try:
            for _ in range(10):
                assert in_a_fork(lambda: len(client.tasks.list())) == str(len(client.tasks.list()))
        finally:
            over.set()
        for it in calls:
            it.result()


@pytest.mark.usefixtures("network")
def test_async_client_raises_in_the_child_after_use(emulator: Emulator) -> None:
    client = AsyncBytez(KEY, base_url=emulator.url)

    def list_in_child() -> str:
        return in_a_fork(lambda: asyncio.run(client.tasks.list()))

    before_use = list_in_child()
    with asyncio.Runner() as loop:
        assert before_use == str(loop.run(client.tasks.list()))
        message = "RuntimeError: the client belongs to the event loop that first used it"
        assert list_in_child().startswith(message)
        assert loop.run(client.tasks.list())
        loop.run(client.aclose())
