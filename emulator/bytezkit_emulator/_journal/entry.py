"""What the journal says of one request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec

from bytezkit_emulator._common.json import JsonObject, JsonValue
from bytezkit_emulator._time.scheduler import timestamp

# How much of a tenant's fingerprint is shown.
DIGITS: Final = 12

EntryOutcome: TypeAlias = Literal["waiting", "streaming", "complete", "abandoned", "cut"]


class NearMiss(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request was nearly one that is answered.

    Attributes:
        pointer: The part of the request that does not fit, such as `body/params/top_k`.
        reason: What is wrong with it.
        routes: Of a path that is none, the nearest that are served, `<method> <path>`.
        allowed: Of a path that does not admit the method, those that it admits.
        expected: Of a run, what its task takes.
    """

    pointer: str
    reason: str
    routes: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    expected: str | None = None

    def __str__(self) -> str:
        lines = [f"{self.pointer}: {self.reason}"]
        if self.routes:
            lines.append(f"near it: {', '.join(self.routes)}")
        if self.allowed:
            lines.append(f"allowed: {', '.join(self.allowed)}")
        if self.expected is not None:
            lines.append(f"expected: {self.expected}")
        return "\n".join(lines)

    def as_json(self) -> JsonObject:
        """Spell it for the control API."""
        return {
            "pointer": self.pointer,
            "reason": self.reason,
            "routes": [*self.routes],
            "allowed": [*self.allowed],
            "expected": self.expected,
        }


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One request, and what became of it.

    Of a key it shows the fingerprint, and `***` where one stands that is not expected there.

    Attributes:
        number: Its place among all requests, from 1 on.
        request_id: The header `x-request-id` of its answer.
        method: Its method.
        path: Its path, percent-encoded.
        query: Its query, without the question mark.
        operation: The id of its operation; `media` for a file, None where there is nothing.
        model: The model that path or body name.
        tenant: Whose key it carries: the first 12 digits of the SHA-256 of the key.
        headers: Its headers, by lower-case name.
        body: Its body, with files in it shortened; None if there is none, if it is not JSON, and beyond
            64 KiB.
        body_size: Bytes of its body.
        status: The status of its answer; None as long as there is none.
        reason: Why it was refused, as the answer says it.
        near_miss: What was nearly right, of a refusal with 400, 405, 413, 415 or 422, and of one with 404
            where there is no route.
        faults: The faults that were fired, in their order.
        outcome: `waiting` for an answer; `streaming`; `complete`; `abandoned` by the client, because the
            emulator was closed, or because `stream_limit` was up; `cut` by a fault.
        sent: Bytes of the answer's body that were handed on.
        pieces: Bytes of each piece of a stream, as far as they are among its first thousand; None if the
            body came whole.
        received: When it came, in virtual time.
        answered: When its answer began, in virtual time.
        ended: When it was over, in virtual time.
        time: When it came, by the wall clock.
        duration: Real seconds from then to its end.
    """

    number: int
    request_id: str | None
    method: str
    path: str
    query: str
    operation: str | None
    model: str | None
    tenant: str | None
    headers: Mapping[str, str]
    body: JsonValue
    body_size: int
    status: int | None
    reason: str | None
    near_miss: NearMiss | None
    faults: tuple[str, ...]
    outcome: EntryOutcome
    sent: int
    pieces: tuple[int, ...] | None
    received: datetime
    answered: datetime | None
    ended: datetime | None
    time: datetime
    duration: float | None

    def __str__(self) -> str:
        words = [f"#{self.number}", self.method, f"{self.path}?{self.query}" if self.query else self.path]
        words.append(str(self.status or self.outcome))
        if self.status is not None and self.outcome != "complete":
            words.append(self.outcome)
        words += [self.operation] if self.operation else []
        words += [f"model={self.model}"] if self.model else []
        words += [f"tenant={self.tenant}"] if self.tenant else []
        words += [f"faults={','.join(self.faults)}"] if self.faults else []
        about = self.near_miss or self.reason
        return " ".join(words) + ("" if about is None else f"\n{about}".replace("\n", "\n    "))

    def as_json(self) -> JsonObject:
        """Spell it for the control API."""
        return {
            "number": self.number,
            "requestId": self.request_id,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation": self.operation,
            "model": self.model,
            "tenant": self.tenant,
            "headers": {**self.headers},
            "body": self.body,
            "bodySize": self.body_size,
            "status": self.status,
            "reason": self.reason,
            "nearMiss": None if self.near_miss is None else self.near_miss.as_json(),
            "faults": [*self.faults],
            "outcome": self.outcome,
            "sent": self.sent,
            "pieces": None if self.pieces is None else [*self.pieces],
            "received": timestamp(self.received),
            "answered": None if self.answered is None else timestamp(self.answered),
            "ended": None if self.ended is None else timestamp(self.ended),
            "time": timestamp(self.time),
            "duration": self.duration,
        }

    def as_line(self) -> JsonObject:
        """Spell what a log says of it."""
        return {
            "time": timestamp(self.time),
            "virtualTime": timestamp(self.received),
            "requestId": self.request_id,
            "method": self.method,
            "path": self.path,
            "operation": self.operation,
            "model": self.model,
            "tenant": self.tenant,
            "status": self.status,
            "outcome": self.outcome,
            "duration": self.duration,
            "faults": [*self.faults],
        }
