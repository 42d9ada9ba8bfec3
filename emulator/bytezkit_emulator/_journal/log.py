"""One line of JSON for each request."""

from contextlib import suppress
from typing import TextIO

from bytezkit_emulator._common.json import write_json
from bytezkit_emulator._journal.entry import JournalEntry
from bytezkit_emulator._journal.journal import Log


def json_log(stream: TextIO) -> Log:
    """Return a log that writes lines to a text stream."""

    def write(entry: JournalEntry) -> None:
        # That nobody reads it is no reason to fail a request.
        with suppress(OSError, ValueError):
            stream.write(f"{write_json(entry.as_line()).decode(errors='replace')}\n")
            stream.flush()

    return write
