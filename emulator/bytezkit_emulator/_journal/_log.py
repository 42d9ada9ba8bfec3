"""One line of JSON for each request."""

from contextlib import suppress
from typing import TextIO

from bytezkit_emulator._journal._entry import JournalEntry
from bytezkit_emulator._journal._journal import Log
from bytezkit_emulator._json import write_json


def json_log(stream: TextIO) -> Log:
    """Return a log that writes lines to a text stream."""

    def write(entry: JournalEntry) -> None:
        # That nobody reads it is no reason to fail a request.
        with suppress(OSError, ValueError):
            stream.write(f"{write_json(entry.as_line()).decode(errors='replace')}\n")
            stream.flush()

    return write
