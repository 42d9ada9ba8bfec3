"""Output that never blocks, for the log of the command."""

import io
import os
from contextlib import suppress
from queue import Full, Queue
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_MAX_LINES: Final = 10_000
# Seconds that `close` waits for a reader of the pipe.
_CLOSE_TIMEOUT: Final = 1.0


class QueuedOutput(io.BufferedIOBase):
    """Writes lines to a file descriptor in a thread.

    A write to a pipe that nobody reads blocks, which must stop neither requests nor the end of the process.
    Up to 10,000 lines wait; further ones are dropped, and a line `{"droppedLines": 3}` says how many.

    Args:
        descriptor: The file descriptor, which stays open.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._lines: Final[Queue[bytes | None]] = Queue(_MAX_LINES)
        self._dropped = 0
        # A daemon, since a blocked write has no end.
        self._thread = Thread(target=self._run, name="bytezkit-emulator-log", daemon=True)
        self._thread.start()

    @property
    def name(self) -> int:
        """The file descriptor, as of a file without a name."""
        return self._descriptor

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, line: "ReadableBuffer", /) -> int:
        """Write a line, or drop it if too many lines wait."""
        content = bytes(line)
        try:
            self._lines.put_nowait(content)
        except Full:
            self._dropped += 1
        return len(content)

    def close(self) -> None:
        """Write the lines that wait, for at most a second."""
        if not self.closed:
            with suppress(Full):
                self._lines.put_nowait(None)
            self._thread.join(_CLOSE_TIMEOUT)
        super().close()

    def _run(self) -> None:
        reported = 0
        while (line := self._lines.get()) is not None:
            if (dropped := self._dropped) > reported:
                self._write(b'{"droppedLines": %d}\n' % (dropped - reported))
                reported = dropped
            self._write(line)

    def _write(self, content: bytes) -> None:
        # A closed pipe must not end the thread. The stream of Python is not used: at its end, the interpreter
        # would wait for the lock that a blocked write holds.
        with suppress(OSError):
            while content:
                content = content[os.write(self._descriptor, content) :]
