"""Downloads of media from a URL, and the content of data URLs."""

import base64
from typing import Final
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from bytezkit._core.decoders import MediaDecoder
from bytezkit._core.effects import Operation, Request, public_url
from bytezkit._core.exchange import Context, exchange, with_request_context
from bytezkit._core.response_stream import ResponseStream
from bytezkit.errors import DecodeError

_MAX_REDIRECTS: Final = 4


def open_download(context: Context, url: str) -> Operation[ResponseStream[bytes]]:
    """Return the open stream of media at a URL. The request carries no key.

    Redirects are followed here and not by the HTTP library, so that each URL is checked and none changes the
    scheme.

    Raises:
        DecodeError: The URL or a redirect target cannot be fetched.
    """
    scheme = "https:" if url.startswith("https:") else "http:"
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
            url = _redirect_target(url, location)
            problem = _url_problem(url, scheme)
        if problem is not None:
            raise with_request_context(context, DecodeError(problem), request, response)


def _redirect_target(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # It is not a URL, and `_url_problem` reports it.


def _url_problem(url: str, scheme: str) -> str | None:
    """Return why a URL cannot be fetched, or None. The HTTP libraries would each fail in another way."""
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        is_valid = url.startswith(f"{scheme}//") and parts.port != 0
    except ValueError:
        is_valid = False
    return None if is_valid else f"the media URL is not a valid {scheme}// URL: {public_url(url)[:80]}"


def data_url_content(url: str) -> bytes | None:
    """Return the content of a data URL, or None for another URL.

    Raises:
        DecodeError: The data URL is malformed.
    """
    if not url.startswith("data:"):
        return None
    head, comma, content = url.partition(",")
    if not comma:
        raise DecodeError("the data URL has no content")
    if not head.endswith(";base64"):
        return unquote_to_bytes(content)
    try:
        return base64.b64decode(content, validate=True)
    except ValueError:
        pass
    raise DecodeError("the data URL has invalid base64")
