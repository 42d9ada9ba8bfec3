"""Exceptions of the client, as one tree.

    BytezError
    ├── ConfigurationError            wrong argument or environment variable; a ValueError
    ├── ConnectionFailedError         no response; the outcome may be unknown
    ├── DeadlineExceededError         the total deadline passed; a TimeoutError
    ├── StreamError
    │   ├── StreamIdleTimeoutError    no data for `idle_timeout`; a TimeoutError
    │   └── StreamInterruptedError    the connection broke before the end of the stream
    ├── WaitTimeoutError              the model was not ready in time; a TimeoutError
    ├── ModelFailedError              the model failed to start, or reported an error
    ├── LifecycleUnavailableError     the service does not offer clusters or the v1 API
    ├── DecodeError                   the response does not match the contract
    └── StatusError                   the response has an error status
        ├── BadRequestError           400
        ├── AuthenticationError       401
        ├── PaymentRequiredError      402, and 429 if the message mentions credits
        ├── NotFoundError             404
        ├── ConflictError             409
        ├── ContentTooLargeError      413
        ├── UnsupportedMediaTypeError 415
        ├── UnprocessableContentError 422
        ├── RateLimitError            429
        └── ServerError               5xx

Mistakes in a program and failures of this machine raise built-in exceptions:

- `TypeError`: an argument has a wrong type.
- `ValueError`: an argument is out of range, malformed or contradictory; media exceed `max_bytes`.
- `RuntimeError`: a client or stream is closed, not open yet, or used from another process or event loop; a
  media reference without a client would send a request.
- `OSError`: a file of this machine cannot be read or written.
- `ImportError`: an optional package is missing: Pillow for `image()`, pyarrow for frames of pandas.
- `AttributeError`: a module has no such name.

Every exception of the tree can be pickled, and none contains a key.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

__all__ = [
    "AuthenticationError",
    "BadRequestError",
    "BytezError",
    "ConfigurationError",
    "ConflictError",
    "ConnectionFailedError",
    "ContentTooLargeError",
    "DeadlineExceededError",
    "DecodeError",
    "LifecycleUnavailableError",
    "ModelFailedError",
    "NotFoundError",
    "PaymentRequiredError",
    "RateLimitError",
    "ServerError",
    "StatusError",
    "StreamError",
    "StreamIdleTimeoutError",
    "StreamInterruptedError",
    "UnprocessableContentError",
    "UnsupportedMediaTypeError",
    "WaitTimeoutError",
]


# Characters of a message in a `repr`, and of a body in the text of an error. The service does not bound them.
_MAX_MESSAGE: Final = 150


class BytezError(Exception):
    """Base class of all exceptions of the client.

    Attributes:
        method: HTTP method of the request, or None if the error has no request.
        url: Full URL of the request, or None. It contains no user name and no key, and for media no query,
            which may hold a signature.
        path: Path of the request below the base URL; for media, as `url`. Or None.
        status: HTTP status of the response, or None if no response arrived.
        headers: Headers of the response, with names in lower case and without keys and cookies; empty if no
            response arrived.
        body_excerpt: First 1,000 bytes of the body of the response as text, without keys; None if no body
            was read. `content_type` tells its format.
        request_id: Id of the request at the service, or None if the response has none.
        attempts: Number of times that the request was sent.
        retry_after: Pause that the service asked for, or None.
        last_status: Last status of the model during a wait, or None.
        may_be_charged: Whether the service may have performed, and charged, a request that is not repeatable,
            such as a run: the connection broke or the deadline passed after it was sent, the response cannot
            be read, or the status is 500, 502 or 504.
    """

    may_be_charged: bool = False

    def __init__(  # noqa: PLR0913 - one keyword per attribute
        self,
        message: str,
        *,
        method: str | None = None,
        url: str | None = None,
        path: str | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body_excerpt: str | None = None,
        request_id: str | None = None,
        attempts: int = 0,
        retry_after: timedelta | None = None,
        last_status: str | None = None,
    ) -> None:
        super().__init__(message)
        self.method = method
        self.url = url
        self.path = path
        self.status = status
        self.headers: Mapping[str, str] = headers or {}
        self.body_excerpt = body_excerpt
        self.request_id = request_id
        self.attempts = attempts
        self.retry_after = retry_after
        self.last_status = last_status

    @property
    def message(self) -> str:
        """The error message without the request."""
        return str(self.args[0])

    @property
    def content_type(self) -> str | None:
        """The header `Content-Type` of the response, or None."""
        return self.headers.get("content-type")

    def __str__(self) -> str:
        request = f" ({self.method} {self.url or self.path})" if self.method else ""
        return f"{self.message}{self._shown_body()}{request}"

    def _shown_body(self) -> str:
        return ""

    def __repr__(self) -> str:
        message = repr(self.message)
        shown = message if len(message) <= _MAX_MESSAGE else f"{message[:_MAX_MESSAGE]}..."
        status = "" if self.status is None else f", status={self.status}"
        return f"{type(self).__name__}({shown}{status})"

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.args, vars(self))


def _restore(cls: type[BytezError], args: tuple[object, ...], state: dict[str, object]) -> BytezError:
    error = cls.__new__(cls, *args)
    error.args = args
    vars(error).update(state)
    return error


class ConfigurationError(BytezError, ValueError):
    """An argument or an environment variable of the client is wrong."""


class ConnectionFailedError(BytezError):
    """No response arrived. If the request was sent, the service may have processed it."""


class DeadlineExceededError(BytezError, TimeoutError):
    """The total deadline passed."""


class StreamError(BytezError):
    """A stream was interrupted."""


class StreamIdleTimeoutError(StreamError, TimeoutError):
    """A stream received no data for longer than the idle timeout."""


class StreamInterruptedError(StreamError):
    """The connection broke before the end of the stream."""


class WaitTimeoutError(BytezError, TimeoutError):
    """The model was not ready before the timeout. `last_status` is its last status."""


class ModelFailedError(BytezError):
    """The model failed to start, or reported an error."""


class LifecycleUnavailableError(BytezError):
    """The service does not offer clusters or the v1 API. The message names the replacement."""


class DecodeError(BytezError):
    """The response does not match the contract. The message has the path of the wrong member.

    The text of the error also has the content type and the first characters of the body.

    Attributes:
        body: The whole body of the response without keys, so that no charged output is lost; as received if
            its content encoding is invalid; its first MiB if it is larger than `max_response_bytes`. None for
            a stream, and if no body was read.
    """

    body: bytes | None = None

    def _shown_body(self) -> str:
        if not self.body_excerpt:
            return ""
        return f"; {self.content_type or 'no content type'}: {self.body_excerpt[:_MAX_MESSAGE]!r}"


class StatusError(BytezError):
    """The response has an error status."""


class BadRequestError(StatusError):
    """400: the request does not match the contract."""


class AuthenticationError(StatusError):
    """401: the key is missing or wrong."""


class PaymentRequiredError(StatusError):
    """402: the account has no credits left."""


class NotFoundError(StatusError):
    """404: the model, cluster, instance or route does not exist."""


class ConflictError(StatusError):
    """409: the state of the cluster or instance does not allow the request."""


class ContentTooLargeError(StatusError):
    """413: the request body is too large."""


class UnsupportedMediaTypeError(StatusError):
    """415: the service does not accept the content type of the request."""


class UnprocessableContentError(StatusError):
    """422: the request is inconsistent or does not match the model's task."""


class RateLimitError(StatusError):
    """429: too many requests. `retry_after` is the pause that the service asked for, or None."""


class ServerError(StatusError):
    """5xx: the service failed."""


# Other statuses are a `ServerError` from 500 on, and a plain `StatusError` below.
STATUS_ERRORS: Final[Mapping[int, type[StatusError]]] = MappingProxyType(
    {
        400: BadRequestError,
        401: AuthenticationError,
        402: PaymentRequiredError,
        404: NotFoundError,
        409: ConflictError,
        413: ContentTooLargeError,
        415: UnsupportedMediaTypeError,
        422: UnprocessableContentError,
        429: RateLimitError,
    }
)
