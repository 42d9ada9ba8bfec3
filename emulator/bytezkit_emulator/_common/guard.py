"""Access control of the control API: programs on this machine, but no web page of another one."""

import re
from hashlib import sha256
from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit

from bytezkit_emulator._common.http_types import HttpError, Request

_LOOPBACK_HOST: Final = re.compile(r"(?:[a-z0-9-]+\.)*localhost|127(?:\.[0-9]{1,3}){3}|\[?::1\]?")
_PORT_SUFFIX: Final = re.compile(r":[0-9]{1,5}$")
_SCHEME: Final = "bearer "


class Guard:
    """Checks the origin and the token of requests.

    Args:
        token: The digest of the admin token; None if no token is required.
    """

    def __init__(self, token: bytes | None) -> None:
        self._token = token

    def check_origin(self, request: Request) -> None:
        """Raise unless a request addresses the loopback and comes from no foreign web page.

        Raises:
            HttpError: `Host` or `Origin` is not a loopback name.
        """
        # DNS rebinding: a foreign page can resolve its own name to this port, but the browser then sends
        # that name in `Host`, and the page cannot change it.
        host = _PORT_SUFFIX.sub("", request.headers.get("host", ""))
        if not _LOOPBACK_HOST.fullmatch(host.lower()):
            raise HttpError(403, "header/host: expected a loopback name, such as localhost or 127.0.0.1")
        origin = request.headers.get("origin")
        if origin is not None and not _LOOPBACK_HOST.fullmatch(_host_of(origin)):
            raise HttpError(403, "header/origin: expected a loopback name, such as localhost or 127.0.0.1")

    def check_token(self, request: Request) -> None:
        """Raise unless a request carries the admin token, if the emulator has one.

        Raises:
            HttpError: The token is missing or wrong, or the request has credentials that are not required.
        """
        credentials = request.headers.get("authorization")
        if self._token is None:
            # An API key gives no access here, and accepting it would suggest that it does.
            if credentials is not None:
                raise HttpError(403, "header/authorization: must be absent, the emulator has no admin token")
            return
        if credentials is None or credentials[: len(_SCHEME)].lower() != _SCHEME:
            raise HttpError(403, "header/authorization: expected Bearer and the admin token")
        if not compare_digest(token_digest(credentials[len(_SCHEME) :].strip()), self._token):
            raise HttpError(403, "header/authorization: this is not the admin token")


def token_digest(token: str) -> bytes:
    """Return the SHA-256 of an admin token, which the emulator keeps instead of the token."""
    return sha256(token.encode()).digest()


def _host_of(origin: str) -> str:
    try:
        return (urlsplit(origin).hostname or "").lower()
    except ValueError:
        return ""
