"""What is told of each sending of a request: to the log, and to whoever traces."""

import logging
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias

from bytezkit._core.clock import Clock
from bytezkit._core.effects import Response, Send, SendResult

_LOGGER: Final = logging.getLogger("bytezkit")


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One sending of a request. What comes of it is known when the tracer's context ends.

    Attributes:
        method: HTTP method.
        path: Path of the request, without its query; of media that are elsewhere, their URL.
        number: Which attempt of its call it is, from 1 on.
        headers: To be filled by a tracer: headers that go with the request to the service, such as
            `traceparent`. They can not replace the client's own.
        status: HTTP status of the answer, if one came.
        error: Why none came, if none did.
        duration: Until the answer was read; of a stream, until it began.
    """

    method: str
    path: str
    number: int
    headers: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    status: int | None = None
    error: str | None = None
    duration: timedelta | None = None


Tracer: TypeAlias = Callable[[Attempt], AbstractContextManager[object]]


def note(attempt: Attempt, outcome: SendResult) -> None:
    """Say of an attempt what came of it."""
    if isinstance(outcome, Response):
        attempt.status = outcome.status
    else:
        attempt.error = outcome.reason


@contextmanager
def observed(send: Send, clock: Clock, tracer: Tracer | None) -> Generator[Attempt, None, None]:
    """Let a request be sent under the eyes of the tracer and the log."""
    attempt = Attempt(method=send.request.method, path=send.request.display_path, number=send.attempt)
    began = clock.monotonic()
    with nullcontext() if tracer is None else tracer(attempt):
        yield attempt
        attempt.duration = timedelta(seconds=clock.monotonic() - began)
    if _LOGGER.isEnabledFor(logging.DEBUG):
        _log(attempt, attempt.duration.total_seconds())


def _log(attempt: Attempt, seconds: float) -> None:
    _LOGGER.debug(
        "%s %s: %s in %.3f s (attempt %d)",
        attempt.method,
        attempt.path,
        attempt.status or attempt.error,
        seconds,
        attempt.number,
        extra={
            "method": attempt.method,
            "path": attempt.path,
            "status": attempt.status,
            "error": attempt.error,
            "attempt": attempt.number,
            "duration": seconds,
        },
    )
