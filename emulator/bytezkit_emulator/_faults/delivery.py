"""Deliver a response body as a fault specifies: content, chunk sizes, rate and interruption."""

from collections.abc import Callable, Generator
from itertools import cycle
from typing import TypeAlias

from bytezkit_emulator._common.http_types import Chunks, Reply
from bytezkit_emulator._faults.fault import Interrupt, Then
from bytezkit_emulator._time.future import Future

Waits: TypeAlias = Generator[Future, None, None]


class Delivery:
    """Applies the effects of a fault to a reply.

    Args:
        then: The effects.
        pause: Waits a number of virtual seconds.
        interrupt: Cuts the connection or stalls it.
    """

    def __init__(
        self, then: Then, pause: Callable[[float], Waits], interrupt: Callable[[Interrupt], Waits]
    ) -> None:
        self._then = then
        self._pause = pause
        self._interrupt = interrupt

    def apply(self, reply: Reply, *, has_body: bool) -> Reply:
        """Return a reply with the effects of the fault."""
        then, headers = self._then, dict(reply.headers)
        if then.content_type is not None:
            headers["content-type"] = then.content_type
        if not has_body:
            return Reply(status=reply.status, headers=headers, body=reply.body)
        if isinstance(reply.body, bytes):
            # The length is that of the changed body, so that a truncated body is still valid HTTP.
            length = len(reply.body) if then.truncate is None else min(then.truncate, len(reply.body))
            headers["content-length"] = str(length + then.malformed)
        chunks = _single_chunk(reply.body) if isinstance(reply.body, bytes) else reply.body
        return Reply(status=reply.status, headers=headers, body=self._deliver(chunks))

    def _deliver(self, chunks: Chunks) -> Chunks:
        # The order matters: sizes, rate and interruption count the bytes that the client receives.
        then = self._then
        if then.truncate is not None:
            chunks = _truncate(chunks, then.truncate)
        if then.malformed:
            chunks = _append_invalid_byte(chunks)
        if then.chunk_sizes is not None:
            chunks = _resize(chunks, then.chunk_sizes)
        if then.bytes_per_second is not None:
            chunks = self._throttle(chunks, then.bytes_per_second)
        if then.interrupt is not None and not then.interrupt.is_early:
            chunks = self._interrupt_after(chunks, then.interrupt)
        return chunks

    def _throttle(self, chunks: Chunks, rate: float) -> Chunks:
        """Yield pieces of at most one second's bytes, each after the time that it takes."""
        size = max(1, int(rate))
        for chunk in chunks:
            if isinstance(chunk, Future):
                yield chunk
                continue
            for start in range(0, len(chunk), size):
                piece = chunk[start : start + size]
                yield from self._pause(len(piece) / rate)
                yield piece

    def _interrupt_after(self, chunks: Chunks, interrupt: Interrupt) -> Chunks:
        if interrupt.after_bytes is not None:
            chunks = _split_at(chunks, interrupt.after_bytes)
        sent_bytes = sent_chunks = 0
        is_done = False
        while True:
            # Before the next chunk is requested: that may wait, and the interruption is due now.
            if not is_done and (sent_bytes == interrupt.after_bytes or sent_chunks == interrupt.after_chunks):
                is_done = True
                yield from self._interrupt(interrupt)
            chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk
            if not isinstance(chunk, Future):
                sent_bytes += len(chunk)
                sent_chunks += 1


def _single_chunk(body: bytes) -> Chunks:
    yield body


def _truncate(chunks: Chunks, size: int) -> Chunks:
    """Yield the first `size` bytes, without waiting for the rest."""
    remaining = size
    while remaining and (chunk := next(chunks, None)) is not None:
        if isinstance(chunk, Future):
            yield chunk
        else:
            yield chunk[:remaining]
            remaining -= len(chunk[:remaining])


def _append_invalid_byte(chunks: Chunks) -> Chunks:
    yield from chunks
    yield b"\xff"  # Neither JSON nor UTF-8.


def _resize(chunks: Chunks, sizes: tuple[int, ...]) -> Chunks:
    """Yield chunks of the given sizes in turn; the last chunk may be shorter."""
    next_sizes = cycle(sizes)
    size, buffer = next(next_sizes), b""
    for chunk in chunks:
        if isinstance(chunk, Future):
            yield chunk
            continue
        buffer, start = buffer + chunk, 0
        while start + size <= len(buffer):
            yield buffer[start : start + size]
            start, size = start + size, next(next_sizes)
        buffer = buffer[start:]
    if buffer:
        yield buffer


def _split_at(chunks: Chunks, position: int) -> Chunks:
    """Split the chunk that contains a byte position, so that a chunk ends there."""
    remaining = position
    for chunk in chunks:
        if isinstance(chunk, bytes) and 0 < remaining < len(chunk):
            yield chunk[:remaining]
            yield chunk[remaining:]
            remaining = 0
        else:
            yield chunk
            remaining -= 0 if isinstance(chunk, Future) else len(chunk)
