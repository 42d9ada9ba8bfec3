"""Load on a server: `python -m benchmarks.emulator.load PORT run|mixed|streams COUNT`.

It runs in a process of its own and prints the seconds that it took. Whatever is no success, or not whole,
ends it with an error.
"""

import asyncio
import re
import sys
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from itertools import cycle, islice, repeat
from typing import Final

from benchmarks.emulator.requests import CLUSTER, MODEL_PATH, RUN, TASKS, encoded

CONNECTIONS: Final = 16
_END_OF_HEAD: Final = b"\r\n\r\n"
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"
_LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
# Longer than a boot, and than the stream.
_ADVANCE: Final = encoded("POST", "/_emulator/clock/advance", {"seconds": 60}, key=None)


async def send(port: int, requests: Iterable[bytes]) -> None:
    """Send requests on a few connections that are kept; the next goes out when an answer is whole.

    Raises:
        RuntimeError: An answer is no success, or a connection was lost.
    """
    loop = asyncio.get_running_loop()
    unsent = iter(requests)
    connections = [
        (await loop.create_connection(lambda: _Connection(unsent), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(connection.over for connection in connections))


async def hold(port: int, count: int) -> None:
    """Open so many streams at once, each with a key of its own, on a clock that stands; then end them.

    Raises:
        RuntimeError: A stream is refused, or is not as the others.
    """
    keys = [f"key-{number}" for number in range(count)]
    await send(port, [encoded("PUT", MODEL_PATH, key=key) for key in keys])
    await send(port, [_ADVANCE])
    streams = [await asyncio.open_connection("127.0.0.1", port) for _ in keys]
    for key, (_, writer) in zip(keys, streams, strict=True):
        body = {"text": "Once upon a time", "stream": True}
        writer.write(encoded("POST", MODEL_PATH, body, key=key, is_last=True))
    heads = await asyncio.gather(*(reader.readuntil(_END_OF_HEAD) for reader, _ in streams))
    refused = [head for head in heads if not _is_success(head)]
    if refused:
        raise RuntimeError(f"{len(refused)} streams are refused: {refused[0]!r}")
    # All are open now: their text comes when time passes.
    await send(port, [_ADVANCE])
    texts = set(await asyncio.gather(*(reader.read() for reader, _ in streams)))
    for _, writer in streams:
        writer.close()
    if len(texts) > 1 or not all(text.endswith(_LAST_CHUNK) for text in texts):
        raise RuntimeError(f"streams differ, or are not whole: {texts}")
    await send(port, [encoded("DELETE", MODEL_PATH, key=key) for key in keys])


class _Connection(asyncio.Protocol):
    """Takes requests from those that are left, until there are none."""

    def __init__(self, unsent: Iterator[bytes]) -> None:
        self.over: Final[asyncio.Future[None]] = asyncio.get_running_loop().create_future()
        self._unsent = unsent
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # of TCP
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(_END_OF_HEAD)
        length = _LENGTH.search(head)
        if not end or (length is not None and len(body) < int(length[1])):
            return
        if _is_success(head):
            self._received = b""
            self._send()
        else:
            self._fail(self._received.decode("latin-1"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"a connection was lost: {exc}")

    def _send(self) -> None:
        request = next(self._unsent, None)
        if request is not None:
            self._transport.write(request)
        elif not self.over.done():
            self.over.set_result(None)
            self._transport.close()

    def _fail(self, reason: str) -> None:
        if not self.over.done():
            self.over.set_exception(RuntimeError(reason))


def _is_success(head: bytes) -> bool:
    return head.startswith(b"HTTP/1.1 2")


_KINDS: Final[dict[str, Callable[[int, int], Coroutine[None, None, None]]]] = {
    "run": lambda port, count: send(port, repeat(RUN, count)),
    "mixed": lambda port, count: send(port, islice(cycle([RUN, TASKS, CLUSTER]), count)),
    "streams": hold,
}


def main() -> None:
    """Do it, and say how long it took."""
    port, kind, count = sys.argv[1:]
    began = time.perf_counter()
    asyncio.run(_KINDS[kind](int(port), int(count)))
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main()
