"""The journal: which requests came, and what became of them."""

from bytezkit_emulator._journal._entry import JournalEntry, NearMiss, Outcome
from bytezkit_emulator._journal._journal import Journal, Log
from bytezkit_emulator._journal._log import json_log
from bytezkit_emulator._journal._query import JournalError, JournalQuery

__all__ = [
    "Journal",
    "JournalEntry",
    "JournalError",
    "JournalQuery",
    "Log",
    "NearMiss",
    "Outcome",
    "json_log",
]
