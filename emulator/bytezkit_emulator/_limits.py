"""What is refused before anything is asked of a request, to protect the machine that it came to."""

from bytezkit_emulator._messages import Refusal, Request
from bytezkit_emulator._settings import Settings


def check_limits(request: Request, settings: Settings, *, under_way: int) -> None:
    """Let a request pass that is not too much.

    Args:
        request: The request.
        settings: The limits.
        under_way: How many requests are under way, this one included.

    Raises:
        Refusal: Its headers are too large, or too many requests are under way.
    """
    size = sum(map(len, request.headers)) + sum(map(len, request.headers.values()))
    if size > settings.header_limit:
        raise Refusal(431, f"header: larger than {settings.header_limit} bytes in all")
    if under_way > settings.request_limit:
        raise Refusal(
            503, f"More than {settings.request_limit} requests are under way", headers={"retry-after": "1"}
        )
