"""What the client asks of the outside, and what comes of it: plain values, no I/O.

Everything the client does is written once, as a generator that yields what is to be done (send,
sleep) and is sent what came of it. The synchronous and the asynchronous client drive the same
generators and differ only in how they send, sleep and read.
"""

from collections.abc import Generator, Mapping
from enum import Enum, auto
from typing import TypeAlias, TypeVar

import msgspec

T = TypeVar("T")


class Request(msgspec.Struct, frozen=True):
    """A request, without host and keys.

    Attributes:
        method: HTTP method, upper case.
        path: Path below the base URL, quoted.
        query: Query parameters.
        content: JSON body.
        streamed: Whether the body of a successful answer is left open, unless it is JSON of the API.
        repeatable: Whether sending it twice does no more than sending it once.
        provider_key: Whether the key at the provider of a closed-source model goes with it.
        elsewhere: Whether `path` is a whole URL that no key is sent to; a redirect then is an answer.
        paced: Whether its sender sets the pace: 429 then is no matter of this request alone.
    """

    method: str
    path: str
    query: Mapping[str, str] = {}
    content: bytes | None = None
    streamed: bool = False
    repeatable: bool = False
    provider_key: bool = False
    elsewhere: bool = False
    paced: bool = False

    def __repr__(self) -> str:
        """Leave out what may be as good as a key, and what a user gave."""
        return f"Request(method={self.method!r}, path={self.place!r})"

    @property
    def place(self) -> str:
        """What to call `path` in errors and logs: the query of a URL elsewhere may be as good as a key."""
        return self.path.partition("?")[0] if self.elsewhere else self.path


class Answer(msgspec.Struct, frozen=True):
    """What the service answered; `body` is open where the answer is a stream.

    Attributes:
        status: HTTP status.
        headers: Headers, with lower-case names.
        content: The whole body, empty for a stream.
        body: The open stream.
        attempts: How often the request was sent.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    body: "OpenBody | None" = None
    attempts: int = 1

    def __repr__(self) -> str:
        """Leave out what the service said, and what was said to it."""
        return f"Answer(status={self.status}, attempts={self.attempts})"


class Cut(msgspec.Struct, frozen=True):
    """That a stream ended before its end: the connection was cut, or silent for too long."""

    reason: str
    idle: bool


class OpenBody:
    """The body of an answer that is still coming. Each face of the client reads it in its own way."""

    def read(self, idle_seconds: float) -> bytes | Cut | None:
        """Return the next chunk, None at the end, or how the stream was cut."""
        raise NotImplementedError

    async def read_async(self, idle_seconds: float) -> bytes | Cut | None:
        """Return the next chunk, None at the end, or how the stream was cut."""
        raise NotImplementedError

    def close(self) -> None:
        """Give the connection back."""
        raise NotImplementedError

    async def close_async(self) -> None:
        """Give the connection back."""
        raise NotImplementedError


class Cause(Enum):
    """Why no answer came."""

    NOT_SENT = auto()
    OUTCOME_UNKNOWN = auto()
    DEADLINE = auto()
    UNREADABLE = auto()


class Failure(msgspec.Struct, frozen=True):
    """That no answer came, and why."""

    cause: Cause
    reason: str


class Send(msgspec.Struct, frozen=True):
    """Send a request.

    Attributes:
        request: The request.
        budget: Seconds within which the answer or failure must come.
        attempt: How often it will have been sent then.
    """

    request: Request
    budget: float | None
    attempt: int


class Sleep(msgspec.Struct, frozen=True):
    """Wait for some seconds."""

    seconds: float


Outcome: TypeAlias = Answer | Failure
Flow: TypeAlias = Generator[Send | Sleep, Outcome | None, T]
