"""Atomic writes and size limits for chunks of bytes."""

import os
import secrets
import stat
from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import IO


@contextmanager
def atomic_file(path: str | PathLike[str]) -> Generator[IO[bytes], None, None]:
    """Open a file for writing that appears at `path` when the block ends without an exception.

    The outcome is that of `open(path, "wb")`: links are followed, and a file keeps its permissions. A file
    that cannot be replaced without a difference is written in place, not atomically: a device, a FIFO, a file
    with several names or of another user, or a file in a folder where none can be created.

    Raises:
        TypeError: `path` is not a path.
        OSError: The file cannot be written.
    """
    target = Path(os.path.realpath(Path(path)))
    try:
        old = target.stat()
    except FileNotFoundError:
        old = None
    if old is not None and not _is_replaceable(target, old):
        with target.open("wb") as file:
            yield file
        return
    # In the same folder, since `replace` is atomic only within a file system. Not from `tempfile`, whose
    # files only their owner can read. Not with the name of the file, which can have the maximum length.
    temporary = target.with_name(f".bytezkit-{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            yield file
        if old is not None:
            temporary.chmod(stat.S_IMODE(old.st_mode))  # noqa: TID251 - on Windows, the read-only flag
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _is_replaceable(target: Path, old: os.stat_result) -> bool:
    is_own = not hasattr(os, "getuid") or old.st_uid == os.getuid()  # noqa: TID251 - checked before
    return (
        stat.S_ISREG(old.st_mode)
        and old.st_nlink == 1
        and is_own
        # Opening a file without permission in place raises the error of `open`.
        and os.access(target, os.W_OK)
        and os.access(target.parent, os.W_OK)
    )


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
