"""How the body of an answer is delivered: what of it, in which pieces, how fast, and how far."""

from collections.abc import Callable, Generator
from itertools import cycle
from typing import TypeAlias

from bytezkit_emulator._common.http_types import Chunks, Reply
from bytezkit_emulator._faults.fault import Interrupt, Then
from bytezkit_emulator._time.future import Future

Waits: TypeAlias = Generator[Future, None, None]


class Delivery:
    """Delivers bodies as a fault says.

    Args:
        then: The fault.
        pause: Lets so many seconds pass.
        interrupt: Breaks off.
    """

    def __init__(
        self, then: Then, pause: Callable[[float], Waits], interrupt: Callable[[Interrupt], Waits]
    ) -> None:
        self._then = then
        self._pause = pause
        self._interrupt = interrupt

    def of(self, reply: Reply, *, has_body: bool) -> Reply:
        """Return an answer as it is delivered."""
        then, headers = self._then, dict(reply.headers)
        if then.content_type is not None:
            headers["content-type"] = then.content_type
        if not has_body:
            return Reply(status=reply.status, headers=headers, body=reply.body)
        if isinstance(reply.body, bytes):
            length = len(reply.body) if then.truncate is None else min(then.truncate, len(reply.body))
            headers["content-length"] = str(length + then.malformed)
        chunks = _whole(reply.body) if isinstance(reply.body, bytes) else reply.body
        return Reply(status=reply.status, headers=headers, body=self._delivered(chunks))

    def _delivered(self, chunks: Chunks) -> Chunks:
        then = self._then
        if then.truncate is not None:
            chunks = _truncated(chunks, then.truncate)
        if then.malformed:
            chunks = _malformed(chunks)
        if then.chunk_sizes is not None:
            chunks = _resized(chunks, then.chunk_sizes)
        if then.bytes_per_second is not None:
            chunks = self._slowed(chunks, then.bytes_per_second)
        if then.interrupt is not None and not then.interrupt.is_early:
            chunks = self._interrupted(chunks, then.interrupt)
        return chunks

    def _slowed(self, chunks: Chunks, rate: float) -> Chunks:
        """Give at most the bytes of a second at once, when they would have come."""
        size = max(1, int(rate))
        for chunk in chunks:
            if isinstance(chunk, Future):
                yield chunk
                continue
            for start in range(0, len(chunk), size):
                piece = chunk[start : start + size]
                yield from self._pause(len(piece) / rate)
                yield piece

    def _interrupted(self, chunks: Chunks, interrupt: Interrupt) -> Chunks:
        if interrupt.after_bytes is not None:
            chunks = _divided(chunks, interrupt.after_bytes)
        sent = pieces = 0
        is_over = False
        while True:
            if not is_over and (sent == interrupt.after_bytes or pieces == interrupt.after_chunks):
                is_over = True
                yield from self._interrupt(interrupt)
            chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk
            if not isinstance(chunk, Future):
                sent += len(chunk)
                pieces += 1


def _whole(body: bytes) -> Chunks:
    yield body


def _truncated(chunks: Chunks, size: int) -> Chunks:
    """Give the first bytes; what is not given is not waited for either."""
    left = size
    while left and (chunk := next(chunks, None)) is not None:
        if isinstance(chunk, Future):
            yield chunk
        else:
            yield chunk[:left]
            left -= len(chunk[:left])


def _malformed(chunks: Chunks) -> Chunks:
    yield from chunks
    yield b"\xff"


def _resized(chunks: Chunks, sizes: tuple[int, ...]) -> Chunks:
    """Give pieces of other sizes; the last one may be shorter."""
    wanted = cycle(sizes)
    size, held = next(wanted), b""
    for chunk in chunks:
        if isinstance(chunk, Future):
            yield chunk
            continue
        held, start = held + chunk, 0
        while start + size <= len(held):
            yield held[start : start + size]
            start, size = start + size, next(wanted)
        held = held[start:]
    if held:
        yield held


def _divided(chunks: Chunks, at: int) -> Chunks:
    """Let a piece end after so many bytes."""
    left = at
    for chunk in chunks:
        if isinstance(chunk, bytes) and 0 < left < len(chunk):
            yield chunk[:left]
            yield chunk[left:]
            left = 0
        else:
            yield chunk
            left -= 0 if isinstance(chunk, Future) else len(chunk)
