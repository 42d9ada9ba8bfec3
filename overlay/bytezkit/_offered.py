"""Telling an endpoint that the service has given up from a thing that it does not have."""

from typing import Final, TypeVar

from bytezkit._effects import Flow
from bytezkit.errors import LifecycleUnavailableError, StatusError

T = TypeVar("T")

# What is missing behind an endpoint is said to be; a missing endpoint is not.
_MISSING: Final = ("does not exist", "is not loaded")


def offered(flow: Flow[T], otherwise: str) -> Flow[T]:
    """Do what needs an endpoint that the service may have given up.

    Args:
        flow: What is to be done.
        otherwise: What is to be said where the endpoint is gone.

    Raises:
        LifecycleUnavailableError: It is gone.
    """
    try:
        return (yield from flow)
    except StatusError as error:
        said_to_be_missing = any(text in error.message for text in _MISSING)
        if error.status != 405 and (error.status != 404 or said_to_be_missing):
            raise
        refused = error
    raise LifecycleUnavailableError(
        otherwise,
        method=refused.method,
        path=refused.path,
        status=refused.status,
        request_id=refused.request_id,
        attempts=refused.attempts,
    )
