"""Who may use the control API: programs on this machine, and no web page."""

import re
from hashlib import sha256
from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit

from bytezkit_emulator._common.http_types import HttpError, Request

_LOOPBACK: Final = re.compile(r"(?:[a-z0-9-]+\.)*localhost|127(?:\.[0-9]{1,3}){3}|\[?::1\]?")
_PORT: Final = re.compile(r":[0-9]{1,5}$")
_SCHEME: Final = "bearer "


class Guard:
    """Admits requests.

    Args:
        token: The digest of what a request must carry; None if it need not.
    """

    def __init__(self, token: bytes | None) -> None:
        self._token = token

    def check_origin(self, request: Request) -> None:
        """Let a request pass that names this machine, and comes from no page of another one.

        Raises:
            Refusal: It does not.
        """
        # A page elsewhere can reach this port under a name of its own, but can not change these headers.
        host = _PORT.sub("", request.headers.get("host", ""))
        if not _LOOPBACK.fullmatch(host.lower()):
            raise HttpError(403, "header/host: expected a name of the loopback")
        origin = request.headers.get("origin")
        if origin is not None and not _LOOPBACK.fullmatch(_host_of(origin)):
            raise HttpError(403, "header/origin: expected a name of the loopback")

    def check_token(self, request: Request) -> None:
        """Let a request pass that carries the token, if there is one; a key of a tenant opens nothing.

        Raises:
            Refusal: It does not.
        """
        sent = request.headers.get("authorization")
        if self._token is None:
            if sent is not None:
                raise HttpError(403, "header/authorization: no key opens this, and no token is asked for")
            return
        if sent is None or sent[: len(_SCHEME)].lower() != _SCHEME:
            raise HttpError(403, "header/authorization: expected Bearer and the admin token")
        if not compare_digest(digest(sent[len(_SCHEME) :].strip()), self._token):
            raise HttpError(403, "header/authorization: this is not the admin token")


def digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode()).digest()


def _host_of(origin: str) -> str:
    try:
        return (urlsplit(origin).hostname or "").lower()
    except ValueError:
        return ""
