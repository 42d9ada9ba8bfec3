"""Downloads of media from a URL, and the content of data URLs."""

import base64
import re
from typing import Final
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from bytezkit._core.decoders import MediaDecoder
from bytezkit._core.effects import Operation, Request, public_url
from bytezkit._core.exchange import Context, exchange, with_request_context
from bytezkit._core.response_stream import ResponseStream
from bytezkit.errors import DecodeError

_MAX_REDIRECTS: Final = 4
# Characters beside letters and digits that RFC 3986 allows in a path or query; `%` begins a quoted one.
_LEGAL: Final = "%!$&'()*+,/:;=?@-._~"
_ILLEGAL_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")


def open_download(context: Context, url: str) -> Operation[ResponseStream[bytes]]:
    """Return the open stream of media at a URL. The request carries no key.

    Redirects are followed here and not by the HTTP library, so that each URL is checked and none changes the
    scheme.

    Raises:
        DecodeError: The URL or a redirect target cannot be fetched.
    """
    url = _quote(url)
    scheme = "https" if url[:6].lower() == "https:" else "http"
    problem = _url_problem(url, scheme)
    if problem is not None:
        raise DecodeError(problem)
    redirects = 0
    while True:
        request = Request("GET", url, streamed=True, repeatable=True, external=True)
        response = yield from exchange(context, request)
        if response.body is not None:
            return ResponseStream(context, request, response, response.body, MediaDecoder())
        redirects += 1
        location = response.headers.get("location")
        if not location:
            problem = "the media URL redirects without a location"
        elif redirects > _MAX_REDIRECTS:
            problem = f"the media URL redirects more than {_MAX_REDIRECTS} times"
        else:
            url = _quote(_redirect_target(url, location))
            problem = _url_problem(url, scheme)
        if problem is not None:
            raise with_request_context(context, DecodeError(problem), request, response)


def _redirect_target(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # It is not a URL, and `_url_problem` reports it.


def _quote(url: str) -> str:
    """Quote only the characters that are illegal in a URL. The HTTP libraries would each quote others."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url  # `_url_problem` reports it.
    path, query = (quote(_ILLEGAL_PERCENT.sub("%25", part), _LEGAL) for part in (parts.path, parts.query))
    return urlunsplit(parts._replace(path=path, query=query, fragment=""))


def _url_problem(url: str, scheme: str) -> str | None:
    """Return why a URL cannot be fetched, or None. The HTTP libraries would each fail in another way."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host.encode("idna")
        is_valid = parts.scheme == scheme and host.split() == [host] and parts.port != 0
    except ValueError:
        is_valid = False
    return None if is_valid else f"the media URL is not a valid {scheme}:// URL: {public_url(url)[:80]}"


def data_url_content(url: str) -> bytes | None:
    """Return the content of a data URL, or None for another URL.

    Raises:
        DecodeError: The data URL is malformed.
    """
    if url[:5].lower() != "data:":
        return None
    head, comma, text = url.partition(",")
    if not comma:
        raise DecodeError("the data URL has no content")
    content = unquote_to_bytes(text)
    # Writers differ in the case of the word, and in spaces before it (RFC 2397, RFC 2045).
    if head.rpartition(";")[2].strip().lower() != "base64":
        return content
    try:
        # Long base64 is folded by some writers.
        return base64.b64decode(b"".join(content.split()), validate=True)
    except ValueError:
        pass
    raise DecodeError("the data URL has invalid base64")
