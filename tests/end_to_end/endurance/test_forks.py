"""A forked process opens new connections and never uses the connections of its parent."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Final, NoReturn

import httpx
import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit._transport import sender
from bytezkit_emulator import Emulator
from tests.overlay.loopback import Connection, serving
from tests.overlay.scripted_service import KEY, MODEL

pytestmark = [
    pytest.mark.usefixtures("network"),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform cannot fork"),
    # From Python 3.12 on; the child here uses no lock that a thread of its parent may hold.
    pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning"),
]

MESSAGE: Final = "a forked process cannot use a connection of its parent"
TIMEOUT_SECONDS: Final = 10  # Until a child that hangs is ended.


def in_a_fork(act: Callable[[], object]) -> str:
    """Return what a function returns or raises in a child process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _act_and_exit(act, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, text
    return text


def _act_and_exit(act: Callable[[], object], writing: int) -> NoReturn:
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(TIMEOUT_SECONDS)
        try:
            text = str(act())
        except Exception as error:  # noqa: BLE001 - the parent compares it
            text = f"{type(error).__name__}: {error}"
        os.write(writing, text.encode())
        os._exit(0)
    finally:
        os._exit(1)  # The child must never continue the tests.


@contextmanager
def numbered_connections() -> Generator[str, None, None]:
    """Serve the number of the connection."""
    numbers = count()

    def number(connection: Connection) -> None:
        own = next(numbers)
        while connection.read_request():
            connection.answer(b'{"output": ["connection %d"]}' % own)

    with serving(number) as service:
        yield service.url


def test_parent_and_child_use_separate_connections() -> None:
    with numbered_connections() as url, Bytez(KEY, base_url=url) as client:
        copy = client.with_options(max_retries=0)

        def calls() -> list[str]:
            return [*client.tasks.list(), *copy.tasks.list(), *client.tasks.list()]

        assert calls() == ["connection 0"] * 3
        assert in_a_fork(calls) == str(["connection 1"] * 3)
        assert in_a_fork(lambda: in_a_fork(calls)) == str(["connection 2"] * 3)
        assert calls() == ["connection 0"] * 3


def test_connections_belong_to_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    with numbered_connections() as url, Bytez(KEY, base_url=url) as client:
        assert client.tasks.list() == ["connection 0"]
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(sender, "process_id", lambda: -1)
            assert client.tasks.list() == ["connection 1"]
            client.close()
            with pytest.raises(RuntimeError, match="the client is closed"):
                client.tasks.list()
        assert client.tasks.list() == ["connection 0"]


def test_close_reaches_the_child_but_not_the_parent() -> None:
    with numbered_connections() as url, Bytez(KEY, base_url=url) as client:
        assert client.tasks.list() == ["connection 0"]
        assert in_a_fork(client.close) == "None"
        assert client.tasks.list() == ["connection 0"]
        client.close()
        assert in_a_fork(client.tasks.list) == "RuntimeError: the client is closed"


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
        assert in_a_fork(client.tasks.list) == "['connection 0']"
        assert client.tasks.list() == ["connection 1"]
        assert in_a_fork(client.tasks.list).startswith(f"RuntimeError: {MESSAGE}")
        assert client.tasks.list() == ["connection 1"]


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
