"""Queries that select journal entries."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Final, TypedDict

import msgspec

from bytezkit_emulator._journal.entry import FINGERPRINT_DIGITS, JournalEntry
from bytezkit_emulator._model.tenants import MALFORMED_KEY, fingerprint_of

_FINGERPRINT: Final = re.compile(rf"[0-9a-f]{{{FINGERPRINT_DIGITS},64}}")
_MEMBERS: Final = ("operation", "model", "key", "tenant", "status", "path", "since")


class JournalQuery(TypedDict, total=False):
    """Conditions on requests; all given conditions must hold.

    Attributes:
        operation: The id of the operation.
        model: The model.
        key: The API key.
        tenant: The SHA-256 of the API key, or at least its first 12 digits; excludes `key`.
        status: The status of the response.
        path: The path as it was sent, without the query.
        since: The number of an entry; only later requests match.
    """

    operation: str
    model: str
    key: str
    tenant: str
    status: int
    path: str
    since: int


class JournalError(ValueError):
    """A journal query is invalid; the message has the reason."""


class Criteria(msgspec.Struct, frozen=True):
    """A validated query, without the key.

    Attributes:
        values: Names of entry attributes and their required values.
        since: The number that entries must exceed.
    """

    values: tuple[tuple[str, str | int], ...]
    since: int = 0

    def matches(self, entry: JournalEntry) -> bool:
        """Return whether an entry satisfies the query."""
        return entry.number > self.since and all(getattr(entry, name) == value for name, value in self.values)

    def __str__(self) -> str:
        conditions = [f"{name}={value}" for name, value in self.values]
        conditions += [f"since={self.since}"] if self.since else []
        return f"requests with {', '.join(conditions)}" if conditions else "requests"


def read_query(query: JournalQuery, operations: Collection[str]) -> Criteria:
    """Validate a query, and delete the key from it, because a traceback may show local variables.

    Args:
        query: The query.
        operations: The ids of all operations.

    Raises:
        JournalError: The query is invalid.
    """
    unknown = [name for name in query if name not in _MEMBERS]
    # Before any error is raised, since this deletes the key.
    tenant = _pop_tenant(query)
    if unknown:
        raise JournalError(f"unknown conditions: {', '.join(unknown)}; allowed are {', '.join(_MEMBERS)}")
    operation = query.get("operation")
    if operation is not None and operation not in operations:
        similar = get_close_matches(operation, operations)
        suggestion = f"; similar operations: {', '.join(similar)}" if similar else ""
        raise JournalError(f"there is no operation {operation}{suggestion}")
    candidates: dict[str, str | int | None] = {
        "operation": operation,
        "model": query.get("model"),
        "tenant": tenant,
        "status": query.get("status"),
        "path": query.get("path"),
    }
    values = tuple((name, value) for name, value in candidates.items() if value is not None)
    return Criteria(values, query.get("since", 0))


def _pop_tenant(query: JournalQuery) -> str | None:
    """Return the fingerprint as entries show it, and delete the key from the query."""
    if "key" not in query:
        tenant = query.get("tenant")
        if tenant is not None and not _FINGERPRINT.fullmatch(tenant):
            raise JournalError(f"tenant must be {FINGERPRINT_DIGITS} to 64 lower-case hexadecimal digits")
        return None if tenant is None else tenant[:FINGERPRINT_DIGITS]
    fingerprint = fingerprint_of(query.pop("key"))
    if fingerprint is None:
        raise JournalError(MALFORMED_KEY)
    if "tenant" in query:
        raise JournalError("key and tenant must not be given together")
    return fingerprint[:FINGERPRINT_DIGITS]
