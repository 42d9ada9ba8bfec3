"""The effects that operations yield, and the results that sessions send back."""

import re
from collections.abc import Generator, Mapping
from enum import Enum, auto
from typing import Final, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")


_USER: Final = re.compile(r"//[^/?#]*@")
_QUERY: Final = re.compile(r"[?#].*", re.DOTALL)


def public_url(url: str) -> str:
    """Return a URL without user, query and fragment, which may hold a password or a signature."""
    return _USER.sub("//", _QUERY.sub("", url), count=1)


class Request(msgspec.Struct, frozen=True):
    """A request, without host and keys.

    Attributes:
        method: HTTP method, upper case.
        path: Path below the base URL, percent-encoded; or a whole URL if `external` is true.
        query: Query parameters.
        content: JSON body.
        streamed: Whether the body of a successful response stays open, unless it is JSON.
        repeatable: Whether sending the request twice has the effect of sending it once.
        provider_key: Whether the key for a closed-source provider is sent.
        external: Whether the request goes to a host other than the service. It then carries no key, and a
            redirect is returned as a response.
        rate_limited_by_caller: Whether the caller lowers its rate on status 429, so that the request is not
            retried for it.
    """

    method: str
    path: str
    query: Mapping[str, str] = {}
    content: bytes | None = None
    streamed: bool = False
    repeatable: bool = False
    provider_key: bool = False
    external: bool = False
    rate_limited_by_caller: bool = False

    def __repr__(self) -> str:
        """Leave out the body, and the query of an external URL, which may hold a signature."""
        return f"Request(method={self.method!r}, path={self.display_path!r})"

    @property
    def display_path(self) -> str:
        """The path for errors and logs; of an external URL, only what holds no secret."""
        return public_url(self.path) if self.external else self.path


class Response(msgspec.Struct, frozen=True):
    """A response of the service.

    Attributes:
        status: HTTP status.
        headers: Headers, with names in lower case.
        content: The whole body, of an error only its beginning; empty for a stream.
        body: The open body of a stream.
        attempts: How often the request was sent.
        problem: Why `content` is not the whole decoded body of a success, or None.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    body: "OpenBody | None" = None
    attempts: int = 1
    problem: str | None = None

    def __repr__(self) -> str:
        """Leave out headers and body: they hold the user's data."""
        return f"Response(status={self.status}, attempts={self.attempts})"


class StreamCut(msgspec.Struct, frozen=True):
    """A stream ended early.

    Attributes:
        reason: The error of the network.
        idle: Whether the stream was silent for longer than the idle timeout.
    """

    reason: str
    idle: bool


class OpenBody:
    """The open body of a response. The synchronous and the asynchronous client each implement two methods."""

    def read(self, idle_seconds: float) -> bytes | StreamCut | None:
        """Return the next chunk, None at the end, or how the stream was cut."""
        raise NotImplementedError

    async def read_async(self, idle_seconds: float) -> bytes | StreamCut | None:
        """Return the next chunk, None at the end, or how the stream was cut."""
        raise NotImplementedError

    def close(self) -> None:
        """Release the connection."""
        raise NotImplementedError

    async def close_async(self) -> None:
        """Release the connection."""
        raise NotImplementedError


class Cause(Enum):
    """Why a request has no response."""

    NOT_SENT = auto()
    OUTCOME_UNKNOWN = auto()
    DEADLINE = auto()
    UNREADABLE = auto()


class TransportFailure(msgspec.Struct, frozen=True):
    """A request has no response."""

    cause: Cause
    reason: str


class Send(msgspec.Struct, frozen=True):
    """Send a request.

    Attributes:
        request: The request.
        budget: Seconds until the response must be there. None: no limit.
        max_bytes: Maximum size of the body of a success, unless it is a stream.
        attempt: Number of this attempt, from 1 on.
    """

    request: Request
    budget: float | None
    max_bytes: int
    attempt: int


class Sleep(msgspec.Struct, frozen=True):
    """Wait for a number of seconds."""

    seconds: float


SendResult: TypeAlias = Response | TransportFailure
Operation: TypeAlias = Generator[Send | Sleep, SendResult | None, T]
