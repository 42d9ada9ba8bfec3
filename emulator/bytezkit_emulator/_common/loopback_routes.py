"""Routes of the emulator's own, which answer this machine alone."""

from abc import ABC, abstractmethod

from bytezkit_emulator._common.guard import Guard
from bytezkit_emulator._common.http_types import (
    HttpError,
    Reply,
    ReplyParts,
    Request,
    json_reply,
    with_content_length,
)


class LoopbackRoutes(ABC):
    """Answers the requests below a prefix, from this machine only.

    Args:
        prefix: How their paths begin, without a slash at its end.
        token: The digest of the admin token; None for none.
    """

    def __init__(self, prefix: str, token: bytes | None = None) -> None:
        self._prefix = prefix
        self._guard = Guard(token)

    def owns(self, path: str) -> bool:
        """Say whether a path is one of these."""
        return path.startswith(self._prefix) and path[len(self._prefix) : len(self._prefix) + 1] in ("", "/")

    def answer(self, request: Request) -> ReplyParts:
        """Answer a request; it never waits."""
        try:
            self._guard.check_origin(request)
            reply = self._reply(request)
        except HttpError as refusal:
            reply = json_reply(refusal.status, {"error": refusal.error}, headers=refusal.headers)
        yield with_content_length(reply, has_body=request.method != "HEAD")

    @abstractmethod
    def _reply(self, request: Request) -> Reply:
        """Answer a request of this machine, or raise a refusal."""
