"""Atomic writes and size limits for chunks of bytes."""

import secrets
from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import IO


@contextmanager
def atomic_file(path: str | PathLike[str]) -> Generator[IO[bytes], None, None]:
    """Open a temporary file that replaces `path` when the block ends without an exception.

    Raises:
        TypeError: `path` is not a path.
        OSError: The file cannot be written.
    """
    path = Path(path)
    # In the same folder, since `replace` is atomic only within a file system. Not from `tempfile`, whose
    # files only their owner can read.
    temporary = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def capped(chunks: Iterable[bytes], max_bytes: int | None) -> Iterator[bytes]:
    """Yield the chunks, and raise before the chunk that exceeds the limit.

    Raises:
        ValueError: The chunks have more than `max_bytes` bytes; None is no limit.
    """
    size = 0
    for chunk in chunks:
        size += len(chunk)
        _check_size(size, max_bytes)
        yield chunk


async def capped_async(chunks: AsyncIterable[bytes], max_bytes: int | None) -> AsyncGenerator[bytes, None]:
    """Yield the chunks as `capped` does; errors as for `capped`."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        _check_size(size, max_bytes)
        yield chunk


def _check_size(size: int, max_bytes: int | None) -> None:
    if max_bytes is not None and size > max_bytes:
        raise ValueError(f"the media has more than {max_bytes} bytes")
