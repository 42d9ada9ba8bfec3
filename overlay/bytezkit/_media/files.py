"""Writing what comes in chunks, within bounds and whole."""

import secrets
from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole_file(path: Path) -> Generator[IO[bytes], None, None]:
    """Give a file to write to that takes the place of `path` at the end, if nothing went wrong.

    Raises:
        TypeError: The path is none.
        OSError: The file can not be written.
    """
    if not isinstance(path, Path):
        raise TypeError(f"path must be a pathlib.Path, not {type(path).__name__}")
    # Not one of `tempfile`, which nobody but the owner could read afterwards.
    temporary = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    try:
        with temporary.open("xb") as file:
            yield file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def capped(chunks: Iterable[bytes], max_bytes: int | None) -> Iterator[bytes]:
    """Pass chunks on until they are too many.

    Raises:
        ValueError: There are more than `max_bytes` bytes.
    """
    size = 0
    for chunk in chunks:
        size += len(chunk)
        _check(size, max_bytes)
        yield chunk


async def capped_async(chunks: AsyncIterable[bytes], max_bytes: int | None) -> AsyncGenerator[bytes, None]:
    """Pass chunks on until they are too many; errors as for `capped`."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        _check(size, max_bytes)
        yield chunk


def _check(size: int, max_bytes: int | None) -> None:
    if max_bytes is not None and size > max_bytes:
        raise ValueError(f"the media has more than {max_bytes} bytes")
