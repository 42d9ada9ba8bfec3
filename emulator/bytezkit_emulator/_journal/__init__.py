"""Journal of received requests and their outcomes."""

from bytezkit_emulator._journal.entry import EntryOutcome, JournalEntry, NearMiss
from bytezkit_emulator._journal.journal import Journal, Log
from bytezkit_emulator._journal.log import json_log
from bytezkit_emulator._journal.query import JournalError, JournalQuery

__all__ = [
    "EntryOutcome",
    "Journal",
    "JournalEntry",
    "JournalError",
    "JournalQuery",
    "Log",
    "NearMiss",
    "json_log",
]
