"""Base class of the emulator's own routes, which serve this machine, or others if there is an admin token."""

from abc import ABC, abstractmethod

from bytezkit_emulator._common.guard import Guard
from bytezkit_emulator._common.http_types import (
    HttpError,
    Reply,
    ReplyGenerator,
    Request,
    json_reply,
    url_too_long,
    with_content_length,
)


class LoopbackRoutes(ABC):
    """Responds to the requests below a path prefix.

    Without an admin token, only programs on this machine get a response. With one, everyone gets static
    files, and the subclass checks the token for anything else.

    Args:
        prefix: The path prefix, without a slash at its end.
        token: The digest of the admin token; None if the emulator has no token.
        public: Prefix of the paths that everyone may request. Default: no path.
    """

    def __init__(self, prefix: str, token: bytes | None, public: str | None = None) -> None:
        self._prefix = prefix
        self._public = public
        self._guard = Guard(token)

    def owns(self, path: str) -> bool:
        """Return whether a path is the prefix or below it."""
        return path.startswith(self._prefix) and path[len(self._prefix) : len(self._prefix) + 1] in ("", "/")

    def respond(self, request: Request) -> ReplyGenerator:
        """Respond to a request; the generator yields the futures that it waits for."""
        try:
            if request.is_url_too_long:
                raise url_too_long()
            if self._public is None or not request.path.startswith(self._public):
                self._guard.check_peer(request)
            result = self._reply(request)
            reply = result if isinstance(result, Reply) else (yield from result)
        except HttpError as refusal:
            reply = json_reply(refusal.status, {"error": refusal.error}, headers=refusal.headers)
        return with_content_length(reply, has_body=request.method != "HEAD")

    @abstractmethod
    def _reply(self, request: Request) -> Reply | ReplyGenerator:
        """Return the reply to a request whose peer was checked.

        Raises:
            HttpError: The request is refused.
        """
