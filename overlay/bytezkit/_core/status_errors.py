"""Maps HTTP error responses to exceptions."""

from collections.abc import Mapping
from typing import Final, TypeVar, cast

from bytezkit._core.effects import Operation
from bytezkit._core.json import decode
from bytezkit._core.retry import parse_retry_after
from bytezkit.errors import (
    STATUS_ERRORS,
    DecodeError,
    LifecycleUnavailableError,
    PaymentRequiredError,
    ServerError,
    StatusError,
)

T = TypeVar("T")

# An error page that is not JSON may be long; its beginning identifies it.
_EXCERPT_BYTES: Final = 200
# The service sends these words if a resource is missing, but not in a 404 for a removed endpoint.
_MISSING_RESOURCE: Final = ("does not exist", "is not loaded")


def status_error(status: int, headers: Mapping[str, str], content: bytes) -> StatusError:
    """Return the exception for a response with a status outside of 2xx, without its request."""
    excerpt = content[:_EXCERPT_BYTES].decode(errors="replace").strip()
    message = ": ".join(filter(None, _error_members(content))) or excerpt or f"the service answered {status}"
    error = STATUS_ERRORS.get(status, ServerError if status >= 500 else StatusError)
    if status == 429 and "credits" in message.lower():
        # Before it introduced status 402, the service reported missing credits with 429.
        error = PaymentRequiredError
    return error(message, status=status, retry_after=parse_retry_after(headers.get("retry-after")))


def error_message(content: bytes) -> str | None:
    """Return the error message of a JSON body, or None if its `error` member has none."""
    error, message = _error_members(content)
    return ": ".join(filter(None, [error, message])) if error else None


def _error_members(content: bytes) -> list[str | None]:
    """Return `error` and `message` of a JSON body; None for each that is not a string.

    In the format of OpenAI, which gateways use, `error` is an object with a `message`.
    """
    try:
        body: object = decode(content, object)
    except DecodeError:
        body = None
    members = cast("dict[str, object]", body) if isinstance(body, dict) else {}
    error = members.get("error")
    if isinstance(error, dict):
        error = cast("dict[str, object]", error).get("message")
    values = (error, members.get("message"))
    return [value if isinstance(value, str) else None for value in values]


def detect_removed_endpoint(operation: Operation[T], problem: str) -> Operation[T]:
    """Perform an operation whose endpoint the service may have removed.

    Args:
        operation: The operation.
        problem: Message of the error if the endpoint is removed.

    Raises:
        LifecycleUnavailableError: The endpoint is removed: status 405, or 404 that does not name a missing
            resource.
    """
    try:
        return (yield from operation)
    except StatusError as error:
        names_resource = any(text in error.message for text in _MISSING_RESOURCE)
        if error.status != 405 and (error.status != 404 or names_resource):
            raise
        attributes = vars(error)
    unavailable = LifecycleUnavailableError(problem)
    vars(unavailable).update(attributes)
    raise unavailable
