"""Files that appear whole or not at all, and chunks within bounds."""

import os
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bytezkit._media.files import atomic_file, capped, capped_async


def test_a_file_appears_at_the_end_in_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with atomic_file(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
        assert len([*tmp_path.iterdir()]) == 2
    assert path.read_bytes() == b"new"
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("old", [[], [b"old"]])
def test_an_error_leaves_everything_as_it_was(
    tmp_path: Path, old: list[bytes], error: type[BaseException]
) -> None:
    path = tmp_path / "a.bin"
    for content in old:
        path.write_bytes(content)

    def fail() -> None:
        with atomic_file(path) as file:
            file.write(b"new")
            raise error

    with pytest.raises(error):
        fail()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == old


def test_an_error_while_the_rest_is_written_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with atomic_file(tmp_path / "a") as file:
            file.write(b"new")  # It stands in the buffer still.
            os.close(file.fileno())
            raise LookupError

    with pytest.raises(OSError, match="descriptor"):
        fail()
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_cannot_take_its_place_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="a"), atomic_file(tmp_path / "a"):
        pass
    assert [*tmp_path.iterdir()] == [tmp_path / "a"]
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "missing" / "a"):
        pass


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_a_file_has_the_mode_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    with atomic_file(tmp_path / "a"):
        pass
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


@pytest.mark.parametrize("path", ["a.png", None, b"a.png"])
def test_what_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(TypeError, match=r"path must be a pathlib\.Path, not"), atomic_file(path):
        pass


class Source:
    """Endless chunks of two bytes, counted."""

    given = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.given += 1
            yield b"ab"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


def test_chunks_are_taken_until_they_are_too_many() -> None:
    source = Source()
    taken: list[bytes] = []
    with pytest.raises(ValueError, match="the media has more than 5 bytes"):
        taken.extend(capped(source, 5))
    assert source.given == 3
    assert b"".join(capped([b"ab", b"", b"cde"], 5)) == b"abcde"
    assert b"".join(capped([], 0)) == b""
    assert b"".join(capped([b"ab"], None)) == b"ab"


@pytest.mark.anyio
async def test_chunks_are_taken_until_they_are_too_many_asynchronously() -> None:
    source = Source()
    chunks = capped_async(source, 5)
    assert [await anext(chunks), await anext(chunks)] == [b"ab", b"ab"]
    with pytest.raises(ValueError, match="the media has more than 5 bytes"):
        await anext(chunks)
    assert source.given == 3
