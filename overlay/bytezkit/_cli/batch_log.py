"""The output of a batch: a file that is appended to alone, so that nothing is paid twice."""

import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

import msgspec

from bytezkit._cli.batch_lines import BEGINNING


@dataclass(frozen=True, slots=True)
class _Entry:
    custom_id: str | None
    response: object
    error: object


class Journal:
    """Keeps answers as they come, and errors behind them in the end.

    What it finds in the file it goes on from: it keeps the answers, and cuts off what follows the last of
    them, which are errors, and a line that was not written to its end. An answer is given to the operating
    system as one whole line, so that no end of this process can take it away again.

    Args:
        path: The file.

    Raises:
        ValueError: Another process writes it, or it holds something else.
        OSError: It can not be read or written.

    Attributes:
        answered: Of which lines it holds the answer, by their `custom_id`.
    """

    def __init__(self, path: Path) -> None:
        self.answered: set[str] = set()
        self._path = path
        self._writing = threading.Lock()
        self._errors = TemporaryFile()  # noqa: SIM115 - closed with the journal
        self._file = path.open("a+b", buffering=0)
        try:
            self._lock()
            self._go_on()
        except BaseException:
            self._close()
            raise

    def keep(self, line: bytes) -> None:
        """Write an answer.

        Raises:
            OSError: It can not be written.
        """
        self._append(line)

    def keep_error(self, line: bytes) -> None:
        """Keep an error, to be written behind the answers."""
        self._errors.write(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self._errors.seek(0)
            for line in self._errors:
                self._append(line)
        finally:
            self._close()

    def _append(self, line: bytes) -> None:
        with self._writing:
            while line:
                line = line[self._file.write(line) :]

    def _close(self) -> None:
        self._errors.close()
        self._file.close()

    def _lock(self) -> None:
        try:
            if sys.platform == "win32":
                import msvcrt  # noqa: PLC0415

                # A byte that is never written: who locks one keeps others from reading it.
                self._file.seek(2**62)
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl  # noqa: PLC0415

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            taken = True
        else:
            taken = False
        if taken:
            raise ValueError(f"{self._path}: another process writes it")

    def _go_on(self) -> None:
        end, position, last = 0, 0, b"\n"
        behind: set[str] = set()
        self._file.seek(0)
        with self._path.open("rb") as file:
            for number, text in enumerate(file, 1):
                position += len(text)
                entry = self._read(number, text)
                if entry is None:
                    break
                if entry.custom_id is not None:
                    behind.add(entry.custom_id)
                if entry.response is not None:
                    # Errors before an answer are not of this program's making: they stay.
                    self.answered |= behind
                    behind.clear()
                    end, last = position, text[-1:]
        self._file.truncate(end)
        if last != b"\n":
            self._append(b"\n")

    def _read(self, number: int, text: bytes) -> _Entry | None:
        """Read a line, or return None if it was not written to its end."""
        try:
            return msgspec.json.decode(text, type=_Entry)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            reason = str(error)
        begins_well = text.startswith(BEGINNING) or BEGINNING.startswith(text)
        if begins_well and not text.endswith(b"\n"):
            return None
        raise ValueError(f"{self._path}, line {number}: it is no output of a batch: {reason}")
