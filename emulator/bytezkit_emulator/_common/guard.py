"""Access control of the emulator's own routes: programs on this machine, and holders of the admin token."""

import re
from hashlib import sha256
from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit

from bytezkit_emulator._common.http_types import HttpError, Request

_LOOPBACK_HOST: Final = re.compile(r"(?:[a-z0-9-]+\.)*localhost|127(?:\.[0-9]{1,3}){3}|\[?::1\]?")
_PORT_SUFFIX: Final = re.compile(r":[0-9]{1,5}$")
_SCHEME: Final = "bearer "
_TOKEN: Final = re.compile(r"[!-~]+")
# A proxy on this machine connects from the loopback, whoever its client is.
_PROXY_HEADERS: Final = ("forwarded", "via", "x-forwarded-for", "x-real-ip")


class Guard:
    """Checks the peer, the origin and the token of requests.

    Args:
        token: The digest of the admin token; None if the emulator has no token.
    """

    def __init__(self, token: bytes | None) -> None:
        self._token = token

    def check_peer(self, request: Request) -> None:
        """Raise unless a request comes from a program on this machine, or the emulator has an admin token.

        Raises:
            HttpError: The peer is on the loopback, and `Host` or `Origin` is not a loopback name; or the peer
                is not on the loopback or unknown, and the emulator has no admin token.
        """
        if not request.is_local or any(name in request.headers for name in _PROXY_HEADERS):
            if self._token is None:
                raise HttpError(
                    403,
                    "peer: expected a program on this machine, or the admin token, which this one lacks: "
                    "start it with --admin-token or BYTEZKIT_EMULATOR_TOKEN",
                )
            return
        # DNS rebinding: a foreign page can resolve its own name to this port, but the browser then sends
        # that name in `Host`, and the page cannot change it.
        host = _PORT_SUFFIX.sub("", request.headers.get("host", ""))
        if not _LOOPBACK_HOST.fullmatch(host.lower()):
            raise HttpError(403, "header/host: expected a loopback name, such as localhost or 127.0.0.1")
        origin = request.headers.get("origin")
        if origin is not None and not is_loopback_origin(origin):
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
        sent = sha256(credentials[len(_SCHEME) :].strip().encode()).digest()
        if not compare_digest(sent, self._token):
            raise HttpError(403, "header/authorization: this is not the admin token")


def token_digest(token: str) -> bytes:
    """Return the SHA-256 of an admin token, which the emulator keeps instead of the token.

    Empty if no header can carry the token: it is empty or has other characters than printable ASCII without
    spaces. The caller raises the error, after it has deleted the token: a traceback may show local variables.
    """
    return sha256(token.encode()).digest() if _TOKEN.fullmatch(token) else b""


def is_loopback_origin(origin: str) -> bool:
    """Return whether the host of an origin is a loopback name."""
    try:
        host = urlsplit(origin).hostname
    except ValueError:
        return False
    return host is not None and _LOOPBACK_HOST.fullmatch(host) is not None
