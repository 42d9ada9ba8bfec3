"""Files that are written atomically."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from bytezkit._media.files import atomic_file
from tests.overlay.scripted_service import contents


def test_atomic_file_replaces_the_file_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with atomic_file(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
        assert len([*tmp_path.iterdir()]) == 2
    assert contents(tmp_path) == [b"new"]


def write_and_fail(path: Path, error: BaseException | None) -> None:
    with atomic_file(path) as file:
        file.write(b"new")
        if error is not None:
            raise error
        os.close(file.fileno())  # Flushing the file fails.


@pytest.mark.parametrize("error", [OSError(), KeyboardInterrupt(), None])
@pytest.mark.parametrize("old", [[], [b"old"]])
def test_error_keeps_old_files(tmp_path: Path, old: list[bytes], error: BaseException | None) -> None:
    for content in old:
        (tmp_path / "a").write_bytes(content)
    with pytest.raises(type(error) if error else OSError):
        write_and_fail(tmp_path / "a", error)
    assert contents(tmp_path) == old


def test_path_that_cannot_be_replaced_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="a"), atomic_file(tmp_path / "a"):
        pass
    assert [*tmp_path.iterdir()] == [tmp_path / "a"]
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "missing" / "a"):
        pass


@pytest.mark.skipif(os.name != "posix", reason="devices, FIFOs, links and modes of files")
class TestSameOutcomeAsOpen:
    def write(self, path: str | Path, content: bytes = b"new") -> None:
        with atomic_file(path) as file:
            file.write(content)

    def test_device_is_written_in_place(self) -> None:
        self.write(os.devnull)
        assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)

    def test_fifo_is_written_in_place(self, tmp_path: Path) -> None:
        path = tmp_path / "fifo"
        os.mkfifo(path)  # noqa: TID251 - skipped on Windows
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            self.write(path)
            assert os.read(reader, 10) == b"new"
        finally:
            os.close(reader)
        assert stat.S_ISFIFO(path.stat().st_mode)

    @pytest.mark.parametrize("length", [238, 255])
    def test_longest_names_are_written(self, tmp_path: Path, length: int) -> None:
        path = tmp_path / ("a" * length)
        self.write(path)
        assert path.read_bytes() == b"new"

    @pytest.mark.parametrize("mode", [None, 0o600, 0o664, 0o755])
    def test_mode_is_kept_or_the_default(self, tmp_path: Path, mode: int | None) -> None:
        path, other = tmp_path / "a", tmp_path / "other"
        other.touch()
        if mode is not None:
            path.touch()
            path.chmod(mode)
            other.chmod(mode)
        self.write(path)
        assert path.read_bytes() == b"new"
        assert path.stat().st_mode == other.stat().st_mode

    def test_target_of_a_symbolic_link_is_replaced(self, tmp_path: Path) -> None:
        target, link = tmp_path / "target", tmp_path / "link"
        link.symlink_to(target)
        for content in (b"first", b"second"):
            self.write(link, content)
            assert (link.is_symlink(), target.read_bytes()) == (True, content)

    def test_other_names_of_the_file_show_the_new_content(self, tmp_path: Path) -> None:
        path, other = tmp_path / "a", tmp_path / "b"
        path.write_bytes(b"old and longer")
        other.hardlink_to(path)
        self.write(path)
        assert (path.read_bytes(), other.read_bytes()) == (b"new", b"new")


@pytest.mark.parametrize("path", [None, 5, b"a.png"])
def test_path_of_another_type_raises_type_error(path: Any) -> None:
    with pytest.raises(TypeError, match=r"str|PathLike"), atomic_file(path):
        pass
