"""Servers under load or under measurement, each in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from socket import create_server
from typing import Final

import httpx

from benchmarks.environments import program
from benchmarks.payloads import HEADERS, TASKS_PATH
from benchmarks.stage import MeasurementError
from scripts.paths import ROOT

# A server command has this in place of the port.
PORT: Final = "PORT"
# -E ignores PYTHON* variables, such as the one that disables byte code.
EMULATOR_COMMAND: Final = (sys.executable, "-E", "-m", "bytezkit_emulator", "--port", PORT, "--clock", "auto")
# The first start of a pipeline converts its model.
_START_TIMEOUT_SECONDS: Final = 300.0
_POLL_SECONDS: Final = 0.002
# Made before a start is measured.
_CLIENT: Final = httpx.Client(headers={**HEADERS, "connection": "close"})


@contextmanager
def serving(command: Sequence[str]) -> Generator[str, None, None]:
    """Run a server on a free port until the block ends, and yield its URL after its first answer.

    Raises:
        MeasurementError: The server does not start.
    """
    with create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    arguments = [str(port) if part == PORT else part for part in command]
    deadline = time.perf_counter() + _START_TIMEOUT_SECONDS
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        while not _answers(url):
            if process.poll() is not None or time.perf_counter() > deadline:
                raise MeasurementError(f"{command[0]} does not start")
            time.sleep(_POLL_SECONDS)
        yield url
    finally:
        process.terminate()
        process.wait()


def stub_server() -> AbstractContextManager[str]:
    """Run the stub server until the block ends."""
    return serving((program("stub-server", "python"), "-m", "benchmarks.stub_server", PORT))


def _answers(url: str) -> bool:
    with suppress(httpx.ConnectError):
        return _CLIENT.get(url + TASKS_PATH).is_success
    return False
