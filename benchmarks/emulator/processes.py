"""Servers and load, each in a process of its own."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.emulator.requests import TASKS, WRONG
from scripts.paths import ROOT

_PATIENCE: Final = 60.0
_BETWEEN_TRIES: Final = 0.002
# Without what the environment says of Python, such as to write no byte code.
_PYTHON: Final = (sys.executable, "-E")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has answered.

    Attributes:
        port: Its port.
        start: Seconds from its start to its first answer.
    """

    port: int
    start: float


def emulator(port: int) -> list[str]:
    """Return the command that serves the emulator, in time that nobody waits for."""
    return [*_PYTHON, "-m", "bytezkit_emulator", "--port", str(port), "--clock", "auto"]


def floor(port: int) -> list[str]:
    """Return the command that serves the same bytes to everybody."""
    return [*_PYTHON, "-m", "benchmarks.emulator.floor", str(port)]


@contextmanager
def serving(
    command: Callable[[int], Sequence[str]], *, validates: bool = True
) -> Generator[Server, None, None]:
    """Run the command of a server on a free port until the block ends; what it writes goes nowhere.

    Args:
        command: The command, for a port.
        validates: Whether it refuses a wrong body.

    Raises:
        SystemExit: It does not start, or takes a wrong body.
    """
    port = _free_port()
    began = time.perf_counter()
    process = subprocess.Popen(command(port), cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        while (status := _status(port, TASKS)) is None:
            if process.poll() is not None or time.perf_counter() > began + _PATIENCE:
                raise SystemExit(f"{command(port)[0]} does not serve")
            time.sleep(_BETWEEN_TRIES)
        start = time.perf_counter() - began
        if status != 200 or (_status(port, WRONG) in (400, 422)) != validates:
            raise SystemExit(f"{command(port)[0]} does not validate")
        yield Server(port, start)
    finally:
        process.terminate()
        process.wait()


def load(port: int, kind: Literal["run", "mixed", "streams"], count: int) -> float:
    """Put load on a server, and return the seconds that it took.

    Raises:
        SystemExit: An answer is none as it should be.
    """
    command = [sys.executable, "-m", "benchmarks.emulator.load", str(port), kind, str(count)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{count} of kind {kind} do not succeed")
    return float(done.stdout)


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port


def _status(port: int, request: bytes) -> int | None:
    """Return the status of an answer; None where nobody listens yet."""
    try:
        connection = socket.create_connection(("127.0.0.1", port), _PATIENCE)
    except ConnectionRefusedError:
        return None
    with connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection)
        response.begin()
        response.read()
        return response.status
