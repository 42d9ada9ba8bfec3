"""Append-only logs of responses, one JSON object per line, in the format of OpenAI's batches."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from io import FileIO
from typing import Final

import msgspec

from bytezkit._core.json import encode
from bytezkit._core.results import Result

# Every line begins with it, since `id` is the first member.
OUTPUT_PREFIX: Final = b'{"id":"batch_req_'


@dataclass(frozen=True, slots=True)
class Entry:
    """A line.

    Attributes:
        custom_id: Id of the input, or None if it has none.
        response: The response, or None.
        error: The error, or None.
    """

    custom_id: str | None
    response: object
    error: object


def parse_entry(text: bytes) -> Entry:
    """Parse a line.

    Raises:
        ValueError: It is not a line of a log.
    """
    try:
        return msgspec.json.decode(text, type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = str(error)
    raise ValueError(f"not the output of a batch: {reason}")


def response_line(number: int, custom_id: str | None, result: Result[object], body: object) -> bytes:
    """Return the line of a response.

    Args:
        number: Number of the input.
        custom_id: Id of the input.
        result: The result.
        body: Body of the response.
    """
    metadata = result.metadata.to_dict()
    response = {
        "status_code": 200,
        "request_id": metadata["request_id"],
        "inference_cost": metadata["inference_cost"],
        "body": body,
    }
    return _encode(number, custom_id, response, None)


def error_line(number: int, custom_id: str | None, error: Exception) -> bytes:
    """Return the line of an error; arguments as for `response_line`."""
    # A `ValueError` is about the line; other errors name their request.
    message = f"line {number}: {error}" if isinstance(error, ValueError) else str(error)
    return _encode(number, custom_id, None, {"code": type(error).__name__, "message": message})


def _encode(
    number: int,
    custom_id: str | None,
    response: Mapping[str, object] | None,
    error: Mapping[str, object] | None,
) -> bytes:
    entry = {"id": f"batch_req_{number}", "custom_id": custom_id, "response": response, "error": error}
    return encode(entry) + b"\n"


class LogWriter:
    """Appends whole lines to a file. Thread-safe.

    Args:
        file: The file, without a buffer: a buffer would be lost if the process is killed.
    """

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._write_lock = threading.Lock()

    def append(self, line: bytes) -> int:
        """Append a line, and return its position.

        Raises:
            OSError: The line cannot be written.
        """
        with self._write_lock:
            position = self._file.seek(0, 2)
            # An unbuffered write may write only a part.
            while line:
                line = line[self._file.write(line) :]
            return position
