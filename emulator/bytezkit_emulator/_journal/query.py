"""Asking the journal for some of its requests."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Final, TypedDict

import msgspec

from bytezkit_emulator._journal.entry import DIGITS, JournalEntry
from bytezkit_emulator._model.tenants import MALFORMED_KEY, fingerprint_of

_FINGERPRINT: Final = re.compile(rf"[0-9a-f]{{{DIGITS},64}}")
_NAMES: Final = ("operation", "model", "key", "tenant", "status", "path", "since")


class JournalQuery(TypedDict, total=False):
    """What a request must be; all that is given must hold.

    Attributes:
        operation: The id of its operation.
        model: Its model.
        key: The key that it carries.
        tenant: The SHA-256 of that key, or its first 12 digits or more, instead of the key.
        status: The status of its answer.
        path: Its path as it was sent, without the query.
        since: The number of an entry that it came after.
    """

    operation: str
    model: str
    key: str
    tenant: str
    status: int
    path: str
    since: int


class JournalError(ValueError):
    """The journal can not be asked this; the text says why."""


class Criteria(msgspec.Struct, frozen=True):
    """A query that was read, without a key."""

    wanted: tuple[tuple[str, str | int], ...]
    since: int = 0

    def admits(self, entry: JournalEntry) -> bool:
        """Say whether an entry is asked for."""
        return entry.number > self.since and all(getattr(entry, name) == value for name, value in self.wanted)

    def __str__(self) -> str:
        words = [f"{name}={value}" for name, value in self.wanted]
        return ", ".join([*words, *([f"since={self.since}"] if self.since else [])]) or "any request"


def read_query(query: JournalQuery, operations: Collection[str]) -> Criteria:
    """Read a query, and take the key out of it: a traceback shows locals.

    Args:
        query: The query.
        operations: The ids of the operations that are served.

    Raises:
        JournalError: It asks for what can not be.
    """
    unknown = [name for name in query if name not in _NAMES]
    tenant = _tenant_of(query)
    if unknown:
        raise JournalError(f"the journal knows no {', '.join(unknown)}; it knows {', '.join(_NAMES)}")
    operation = query.get("operation")
    if operation is not None and operation not in operations:
        near = get_close_matches(operation, operations)
        raise JournalError(
            f"there is no operation {operation}" + (f"; near it: {', '.join(near)}" if near else "")
        )
    wanted: dict[str, str | int | None] = {
        "operation": operation,
        "model": query.get("model"),
        "tenant": tenant,
        "status": query.get("status"),
        "path": query.get("path"),
    }
    given = tuple((name, value) for name, value in wanted.items() if value is not None)
    return Criteria(given, query.get("since", 0))


def _tenant_of(query: JournalQuery) -> str | None:
    """Return what an entry shows of a tenant, and take the key out of the query."""
    if "key" not in query:
        tenant = query.get("tenant")
        if tenant is not None and not _FINGERPRINT.fullmatch(tenant):
            raise JournalError(f"a tenant must be {DIGITS} to 64 lower-case hexadecimal digits")
        return None if tenant is None else tenant[:DIGITS]
    fingerprint = fingerprint_of(query.pop("key"))
    if fingerprint is None:
        raise JournalError(MALFORMED_KEY)
    if "tenant" in query:
        raise JournalError("ask for a key or for its fingerprint, not for both")
    return fingerprint[:DIGITS]
