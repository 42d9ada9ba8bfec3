"""Cross-origin resource sharing: which web pages may call the emulated API from a browser."""

import re
from collections.abc import Iterable
from typing import Final

from bytezkit_emulator._common.guard import is_loopback_origin
from bytezkit_emulator._common.http_types import Reply, Request, json_reply, with_content_length

_ANY: Final = "*"
_ORIGIN: Final = re.compile(r"\*|null|[a-z][a-z0-9+.-]*://[^\s/?#@,]+")


class Cors:
    """Answers preflights, and lets pages of allowed origins read responses with all their headers.

    Pages of loopback names are always allowed.

    Args:
        origins: Further origins; `*` for every origin.

    Raises:
        ValueError: An origin is malformed.
    """

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins: Final = frozenset(map(str.lower, origins))
        for origin in sorted(self._origins):
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"cors_origins: {origin!r:.80} is not scheme://host, scheme://host:port or *"
                )

    def preflight(self, request: Request) -> Reply | None:
        """Return the reply to a preflight; None if the request is another one."""
        headers = request.headers
        origin, method = headers.get("origin"), headers.get("access-control-request-method")
        if request.method != "OPTIONS" or origin is None or method is None:
            return None
        if not self._allows(origin):
            reason = "header/origin: pages of this origin may not call the emulator, see --cors-origins"
            return with_content_length(json_reply(403, {"error": reason}))
        allowed = {
            "access-control-allow-origin": origin,
            "access-control-allow-methods": method,
            "access-control-allow-headers": headers.get("access-control-request-headers", ""),
            "vary": "origin",
        }
        return Reply(status=204, headers=allowed, body=b"")

    def share(self, request: Request, reply: Reply) -> Reply:
        """Return a reply that a page of the request's origin may read, if the origin is allowed."""
        origin = request.headers.get("origin")
        if origin is None or not self._allows(origin):
            return reply
        headers = {
            "access-control-allow-origin": origin,
            "access-control-expose-headers": ", ".join(reply.headers),
            "vary": "origin",
            **reply.headers,
        }
        return Reply(status=reply.status, headers=headers, body=reply.body)

    def _allows(self, origin: str) -> bool:
        return is_loopback_origin(origin) or not self._origins.isdisjoint((_ANY, origin.lower()))
