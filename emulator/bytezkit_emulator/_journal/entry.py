"""Public types of journal entries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._time.scheduler import timestamp
from bytezkit_models.json_value import JsonValue

# Enough to tell the keys of a test run apart, and short enough to read.
FINGERPRINT_DIGITS: Final = 12

EntryOutcome: TypeAlias = Literal["waiting", "streaming", "complete", "abandoned", "cut"]


class NearMiss(msgspec.Struct, frozen=True, kw_only=True):
    """Explanation of a request that failed although a similar request would succeed.

    Attributes:
        pointer: The invalid part of the request, such as `body/params/top_k`.
        reason: Why it is invalid.
        routes: For an unknown path, the most similar routes, `<method> <path>`.
        allowed: For a method that the path does not allow, the allowed methods.
        expected: For a run, the inputs and parameters of its task.
    """

    pointer: str
    reason: str
    routes: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    expected: str | None = None

    def __str__(self) -> str:
        lines = [f"{self.pointer}: {self.reason}"]
        if self.routes:
            lines.append(f"similar routes: {', '.join(self.routes)}")
        if self.allowed:
            lines.append(f"allowed: {', '.join(self.allowed)}")
        if self.expected is not None:
            lines.append(f"expected: {self.expected}")
        return "\n".join(lines)

    def as_json(self) -> JsonObject:
        """Return the JSON of the control API."""
        return {
            "pointer": self.pointer,
            "reason": self.reason,
            "routes": [*self.routes],
            "allowed": [*self.allowed],
            "expected": self.expected,
        }


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A request and its outcome.

    Keys are redacted: by their fingerprint where a key is expected, by `***` elsewhere.

    Attributes:
        number: Number of the request, counted from 1.
        request_id: The header `x-request-id` of the response.
        method: The method.
        path: The path, percent-encoded.
        query: The query, without the question mark.
        operation: The id of the operation; `media` for a generated file, None for an unknown path.
        engine: What made the output: `synthetic`, `canned`, `real` for a live engine, or `stub`; None if the
            response has no output.
        model: The model that the path or the body names.
        tenant: The first 12 digits of the SHA-256 of the API key.
        headers: The headers by lower-case name.
        body: The JSON body, with files in it truncated; None if there is no body, if it is not JSON, or if it
            is larger than 64 KiB without its files.
        body_size: Size of the body in bytes.
        status: The status of the response; None before the response.
        reason: The error message of the response.
        near_miss: Explanation of a response with 400, 405, 413, 415 or 422, or with 404 for an unknown path.
        faults: Names of the faults that fired, in order.
        outcome: `waiting` for a response; `streaming`; `complete`; `abandoned`: the client disconnected, the
            emulator was reset or closed during a stream, or `stream_limit` was exceeded; `cut` by a fault or
            because a live engine failed.
        sent: Bytes of the response body that were sent.
        pieces: Sizes in bytes of the first thousand chunks of a streamed body; None if the body was not
            streamed.
        received: Start of the request, in virtual time.
        answered: Start of the response, in virtual time.
        ended: End of the response, in virtual time.
        time: Start of the request, by the system clock.
        duration: Real seconds from the start of the request to the end of the response.
    """

    number: int
    request_id: str | None
    method: str
    path: str
    query: str
    operation: str | None
    engine: str | None
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
        explanation = self.near_miss or self.reason
        return " ".join(words) + ("" if explanation is None else f"\n{explanation}".replace("\n", "\n    "))

    def as_json(self) -> JsonObject:
        """Return the JSON of the control API."""
        return {
            "number": self.number,
            "requestId": self.request_id,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation": self.operation,
            "engine": self.engine,
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

    def as_log_line(self) -> JsonObject:
        """Return the line of the log as JSON."""
        return {
            "time": timestamp(self.time),
            "virtualTime": timestamp(self.received),
            "requestId": self.request_id,
            "method": self.method,
            "path": self.path,
            "operation": self.operation,
            "engine": self.engine,
            "model": self.model,
            "tenant": self.tenant,
            "status": self.status,
            "outcome": self.outcome,
            "duration": self.duration,
            "faults": [*self.faults],
        }
