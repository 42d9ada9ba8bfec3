"""Request journal: received requests, their outcomes and near misses."""

from bytezkit_emulator._journal.entry import EntryOutcome, JournalEntry, NearMiss
from bytezkit_emulator._journal.journal import Journal, Log, json_log
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
