"""Output of a batch: stdout, or an append-only log, with which an interrupted batch resumes."""

import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from bytezkit._bulk.log import OUTPUT_PREFIX, Entry, LogWriter, parse_entry
from bytezkit._cli.output import write_text

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl  # noqa: TID251 - Windows has msvcrt


class OutputStream:
    """Writes the lines of responses and errors to stdout. There is no earlier call to resume.

    Attributes:
        completed: Empty.
    """

    def __init__(self) -> None:
        self.completed: frozenset[str] = frozenset()
        # A live display replaces `sys.stdout`.
        self._stdout = sys.stdout
        self._write_lock = threading.Lock()

    def add_response(self, line: bytes) -> None:
        """Write a line. Thread-safe."""
        with self._write_lock:
            if self._stdout.isatty():
                write_text(line.decode())
            else:
                # JSON is UTF-8, whatever the encoding of stdout.
                self._stdout.buffer.write(line)
                self._stdout.buffer.flush()

    add_error = add_response

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass


class BatchLog:
    """Appends each response on arrival, and all errors when it is closed.

    Opening an existing file keeps its responses and truncates the rest: errors, whose lines are then retried,
    and a last line that is incomplete. Each response is one complete line, written without a
    buffer, so that it survives the end of this process.

    Args:
        path: The file.

    Attributes:
        completed: `custom_id`s of the lines with a response.

    Raises:
        ValueError: Another process has locked the file, or it is not the output of a batch.
        OSError: The file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.completed: set[str] = set()
        self._path = path
        with ExitStack() as files:
            # Errors stay out of the log until its end: a response behind them would keep them there for good.
            self._errors = files.enter_context(TemporaryFile())
            self._file = files.enter_context(path.open("a+b", buffering=0))
            self._writer = LogWriter(self._file)
            self._lock_file()
            self._resume()
            self._files = files.pop_all()

    def add_response(self, line: bytes) -> None:
        """Append the line of a response. Thread-safe.

        Raises:
            OSError: The line cannot be written.
        """
        self._writer.append(line)

    def add_error(self, line: bytes) -> None:
        """Store the line of an error, which is appended when the log is closed."""
        self._errors.write(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._files:
            self._errors.seek(0)
            for line in self._errors:
                self._writer.append(line)

    def _lock_file(self) -> None:
        try:
            if sys.platform == "win32":
                # A byte beyond any content: on Windows a locked byte cannot be read by other processes.
                self._file.seek(2**62)
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ValueError(f"{self._path}: another process is writing to the file") from None

    def _resume(self) -> None:
        """Collect the completed lines, and truncate the file after the last response."""
        end, position, last_byte = 0, 0, b"\n"
        ids_since_response: set[str] = set()
        self._file.seek(0)
        with self._path.open("rb") as file:
            for number, text in enumerate(file, 1):
                position += len(text)
                entry = self._parse_entry(number, text)
                if entry is None:
                    break
                if entry.custom_id is not None:
                    ids_since_response.add(entry.custom_id)
                if entry.response is not None:
                    # Errors before a response come from another program, such as a download of OpenAI's. They
                    # stay, and count as completed, since an append-only log cannot remove them.
                    self.completed |= ids_since_response
                    ids_since_response.clear()
                    end, last_byte = position, text[-1:]
        self._file.truncate(end)
        if last_byte != b"\n":
            self._writer.append(b"\n")

    def _parse_entry(self, number: int, text: bytes) -> Entry | None:
        """Return the entry of a line, or None for an incomplete last line."""
        try:
            return parse_entry(text)
        except ValueError as error:
            reason = str(error)
        # The process was killed during the write. The prefix tells such a line from a file of another kind,
        # which must not be truncated.
        has_prefix = text.startswith(OUTPUT_PREFIX) or OUTPUT_PREFIX.startswith(text)
        if has_prefix and not text.endswith(b"\n"):
            return None
        raise ValueError(f"{self._path}, line {number}: {reason}")
