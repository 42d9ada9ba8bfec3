"""Exceptions of the client, as one tree.

    BytezError
    ├── ConfigurationError            an argument or environment variable is wrong (also a ValueError)
    ├── ConnectionFailedError         no response arrived; the outcome of the request may be unknown
    ├── DeadlineExceededError         the total deadline passed (also a TimeoutError)
    ├── StreamError
    │   ├── StreamIdleTimeoutError    the stream received no data for too long (also a TimeoutError)
    │   └── StreamInterruptedError    the connection broke before the end of the stream
    ├── WaitTimeoutError              the model was not ready before the timeout (also a TimeoutError)
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

Arguments of a wrong type or value raise `TypeError` or `ValueError` before a request is sent.
Every exception can be pickled, and none contains a key.
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


class BytezError(Exception):
    """Base class of all exceptions of the client.

    Attributes:
        method: HTTP method of the request, or None if the error has no request.
        path: Path of the request, or None.
        status: HTTP status of the response, or None if no response arrived.
        request_id: Id of the request at the service, or None if the response has none.
        attempts: Number of times that the request was sent.
        retry_after: Pause that the service asked for, or None.
        last_status: Last status of the model during a wait, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        attempts: int = 0,
        retry_after: timedelta | None = None,
        last_status: str | None = None,
    ) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.status = status
        self.request_id = request_id
        self.attempts = attempts
        self.retry_after = retry_after
        self.last_status = last_status

    @property
    def message(self) -> str:
        """The error message without the request."""
        return str(self.args[0])

    def __str__(self) -> str:
        request = f" ({self.method} {self.path})" if self.method else ""
        return f"{self.message}{request}"

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
    """The response does not match the contract. The message has the path of the wrong member."""


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
