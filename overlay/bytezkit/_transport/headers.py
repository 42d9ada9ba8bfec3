"""Request and response headers, independent of the HTTP library."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

from bytezkit import __version__
from bytezkit._core.config import Origin, check_header
from bytezkit._core.effects import Cause, Request, Response, TransportFailure
from bytezkit._transport.content_encoding import ACCEPT_ENCODING, BodyBuffer

CONNECT_TIMEOUT: Final = 10.0
# Among asynchronous calls. Others wait, because a process has a limited number of file descriptors.
MAX_CONNECTIONS: Final = 1000
KEEP_ALIVE_SECONDS: Final = 30
DEADLINE_PASSED: Final = TransportFailure(Cause.DEADLINE, "the deadline passed before the service answered")
_USER_AGENT: Final = f"bytezkit/{__version__}"
# Media types of a complete response and of the page of a gateway, where a stream was asked for.
_NOT_STREAMS: Final = ("application/json", "text/html")


def request_url(origin: Origin, request: Request) -> str:
    """Return the URL of a request."""
    url = request.path if request.external else origin.base_url + request.path
    return f"{url}?{urlencode(request.query)}" if request.query else url


def request_headers(origin: Origin, request: Request, extra: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a request, keys included.

    Args:
        origin: Keys, and the headers that the user set, which may replace `User-Agent` and `Accept-Encoding`.
        request: The request.
        extra: Headers of the tracer, which replace no others.

    Raises:
        ConfigurationError: A header of the tracer is malformed.
    """
    for name, value in extra.items():
        check_header(name, value)
    headers = {"user-agent": _USER_AGENT, "accept-encoding": ACCEPT_ENCODING}
    if not request.external:
        headers = {name.lower(): value for name, value in extra.items()} | headers | {**origin.headers}
        headers["authorization"] = f"Key {origin.api_key.reveal()}"
    if request.content is not None:
        headers["content-type"] = "application/json"
    if request.provider_key and origin.provider_key is not None:
        headers["provider-key"] = origin.provider_key.reveal()
    return headers


def response_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Decode response headers: names in lower case, values of a repeated name joined by commas."""
    decoded: dict[str, str] = {}
    for name, value in raw:
        try:
            key, text = name.decode().lower(), value.decode()
        except UnicodeDecodeError:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        decoded[key] = f"{decoded[key]}, {text}" if key in decoded else text
    return decoded


def is_open_stream(request: Request, status: int, headers: Mapping[str, str]) -> bool:
    """Return whether the body of a response is left open for the caller to read."""
    if not request.streamed or not _is_success(status):
        return False
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.external or media_type not in _NOT_STREAMS


def complete_response(
    origin: Origin, status: int, headers: Mapping[str, str], buffer: BodyBuffer
) -> Response:
    """Return a response that was read. An error page may repeat keys, which are redacted."""
    if _is_success(status):
        return Response(status, headers, buffer.content, problem=buffer.problem)
    return Response(status, headers, origin.redact_keys(buffer.content))


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def error_text(error: Exception) -> str:
    """Return the type and message of an error."""
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
