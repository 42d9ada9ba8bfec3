"""What the client asks of the outside, and what comes of it: plain values, no I/O.

Everything the client does is written once, as a generator that yields what is to be done (send,
sleep) and is sent what came of it. The synchronous and the asynchronous client drive the same
generators and differ only in how they send, sleep and read.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
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
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    content: bytes | None = field(default=None, repr=False)
    streamed: bool = False
    repeatable: bool = False
    provider_key: bool = False
    elsewhere: bool = False
    paced: bool = False

    @property
    def place(self) -> str:
        """What to call `path` in errors and logs: the query of a URL elsewhere may be as good as a key."""
        return self.path.partition("?")[0] if self.elsewhere else self.path


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered; `body` is open where the answer is a stream.

    Attributes:
        status: HTTP status.
        headers: Headers, with lower-case names.
        content: The whole body, empty for a stream.
        body: The open stream.
        attempts: How often the request was sent.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    body: "OpenBody | None" = None
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
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


@dataclass(frozen=True, slots=True)
class Failure:
    """That no answer came, and why."""

    cause: Cause
    reason: str


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request.

    Attributes:
        request: The request.
        budget: Seconds within which the answer or failure must come.
        attempt: How often it will have been sent then.
    """

    request: Request
    budget: float | None
    attempt: int


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait for some seconds."""

    seconds: float


Outcome: TypeAlias = Answer | Failure
Flow: TypeAlias = Generator[Send | Sleep, Outcome | None, T]
