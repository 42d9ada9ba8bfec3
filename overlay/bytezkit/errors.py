"""What can go wrong, as one tree.

    BytezError
    ├── ConfigurationError            the client was set up wrongly (also a ValueError)
    ├── ConnectionFailedError         no answer came; nothing is known of what the service did
    ├── DeadlineExceededError         the total deadline passed (also a TimeoutError)
    ├── StreamError
    │   ├── StreamIdleTimeoutError    nothing came for too long (also a TimeoutError)
    │   └── StreamInterruptedError    the connection was cut before the end
    ├── WaitTimeoutError              the model was not up in time (also a TimeoutError)
    ├── ModelFailedError              the model can not serve, or reports an error of its own
    ├── LifecycleUnavailableError     the service does not offer clusters, or the older API (any more)
    ├── DecodeError                   the answer is not what the API promises
    └── StatusError                   the service refused
        ├── BadRequestError           400
        ├── AuthenticationError       401
        ├── PaymentRequiredError      402, and 429 where the text speaks of credits
        ├── NotFoundError             404
        ├── ConflictError             409
        ├── ContentTooLargeError      413
        ├── UnsupportedMediaTypeError 415
        ├── UnprocessableContentError 422
        ├── RateLimitError            429
        └── ServerError               5xx

Arguments of a wrong type or value raise `TypeError` or `ValueError` before anything is sent.
Every error can be pickled, and none holds a key.
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
    """Any failure of the client or the service.

    Attributes:
        method: HTTP method of the request, if there was one.
        path: Path of the request.
        status: HTTP status of the answer, if there was one.
        request_id: The service's id of the request, if it sent one.
        attempts: How often the request was sent; 0 if it never was.
        retry_after: How long the service asked to wait, if it did.
        last_status: The last status that a waiter saw.
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
        """What went wrong, without the request."""
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
    """The client was set up wrongly."""


class ConnectionFailedError(BytezError):
    """No answer came. Whether the service did what was asked is not known if the request was sent."""


class DeadlineExceededError(BytezError, TimeoutError):
    """The total deadline passed."""


class StreamError(BytezError):
    """A stream ended before its end."""


class StreamIdleTimeoutError(StreamError, TimeoutError):
    """Nothing came for longer than the idle timeout."""


class StreamInterruptedError(StreamError):
    """The connection was cut before the end of the stream."""


class WaitTimeoutError(BytezError, TimeoutError):
    """The model was not up in time; `last_status` is the last one seen."""


class ModelFailedError(BytezError):
    """The model can not serve, or reports an error of its own."""


class LifecycleUnavailableError(BytezError):
    """The service does not offer clusters, or the older API (any more); the message says what to do."""


class DecodeError(BytezError):
    """The answer is not what the API promises; the message names the place in the body."""


class StatusError(BytezError):
    """The service refused the request."""


class BadRequestError(StatusError):
    """400: the request does not fit the contract."""


class AuthenticationError(StatusError):
    """401: the key is missing or wrong."""


class PaymentRequiredError(StatusError):
    """402: the account has no credits left."""


class NotFoundError(StatusError):
    """404: there is no such model, cluster, instance or route."""


class ConflictError(StatusError):
    """409: the state of the cluster or instance does not allow it."""


class ContentTooLargeError(StatusError):
    """413: the body is too large."""


class UnsupportedMediaTypeError(StatusError):
    """415: the body has a content type that the service does not take."""


class UnprocessableContentError(StatusError):
    """422: the request contradicts itself or does not fit the model's task."""


class RateLimitError(StatusError):
    """429: too many requests; `retry_after` says how long to wait, if the service did."""


class ServerError(StatusError):
    """5xx: the service failed."""


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
