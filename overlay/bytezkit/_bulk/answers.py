"""Stored answers: a folder with one append-only log per process."""

import os
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec

from bytezkit._bulk.log import LogWriter, parse_entry, response_line
from bytezkit._core.results import Result
from bytezkit_models.json_value import JsonValue


@dataclass(frozen=True, slots=True)
class _Body:
    output: JsonValue


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored response.

    Attributes:
        body: Its body.
        request_id: Id of the request at the service.
        inference_cost: Cost in US dollars, with its exact digits.
    """

    body: _Body
    request_id: str | None = None
    inference_cost: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    response: Answer


class Answers:
    """The answers in a folder, found by a digest of their input. Thread-safe.

    Memory holds the position of each answer, and not the answer.

    Args:
        folder: The folder, which is created if necessary.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._places: dict[str, tuple[Path, int]] = {}
        # Number of bytes that were read of each log of another process.
        self._read: dict[Path, int] = {}
        self._own: Path | None = None
        self._writer: LogWriter | None = None

    def refresh(self) -> None:
        """Read the lines that other processes have added.

        Raises:
            ValueError: A file is not a log of answers.
            OSError: A file cannot be read.
        """
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            for path in sorted(self._folder.glob("*.jsonl")):
                if path != self._own and path.stat().st_size > self._read.get(path, 0):
                    self._read_log(path)

    def _read_log(self, path: Path) -> None:
        with path.open("rb") as file:
            position = file.seek(self._read.get(path, 0))
            for line in file:
                # The process is writing the line, or was killed while it did.
                if not line.endswith(b"\n"):
                    break
                try:
                    custom_id = parse_entry(line).custom_id
                except ValueError as error:
                    raise ValueError(f"{path}, byte {position}: {error}") from None
                if custom_id is not None:
                    self._places[custom_id] = path, position
                position += len(line)
        self._read[path] = position

    def get(self, digest: str) -> Answer | None:
        """Return the answer to an input, or None.

        Raises:
            ValueError: The line of the answer is not valid.
            OSError: The log cannot be read.
        """
        with self._lock:
            place = self._places.get(digest)
        if place is None:
            return None
        path, position = place
        with path.open("rb") as file:
            file.seek(position)
            line = file.readline()
        try:
            return msgspec.json.decode(line, type=_Line).response
        except msgspec.DecodeError as error:
            raise ValueError(f"{path}, byte {position}: not an answer: {error}") from None

    def add(self, digest: str, result: Result[object]) -> None:
        """Append an answer.

        Raises:
            OSError: The answer cannot be written.
        """
        with self._lock:
            if self._own is None or self._writer is None:
                self._own = self._folder / f"{os.getpid()}-{uuid4().hex}.jsonl"
                file = self._own.open("xb", buffering=0)
                weakref.finalize(self, file.close)
                self._writer = LogWriter(file)
            line = response_line(len(self._places) + 1, digest, result, result.raw)
            self._places[digest] = self._own, self._writer.append(line)


# By process, since a forked process must not append to the log of its parent.
_ANSWERS: Final[dict[tuple[int, str], Answers]] = {}


def answers_in(folder: str) -> Answers:
    """Return the answers in a folder, one object per process and folder."""
    return _ANSWERS.setdefault((os.getpid(), folder), Answers(Path(folder)))
