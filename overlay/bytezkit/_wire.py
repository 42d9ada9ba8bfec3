"""What a request and an answer look like on the wire, whatever carries them."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

from bytezkit import __version__
from bytezkit._configuration import Origin
from bytezkit._effects import Answer, Cause, Failure, OpenBody, Request

CONNECT_SECONDS: Final = 10.0
# How many connections tasks may have, who wait for one of as many as a process may have open.
MOST_CONNECTIONS: Final = 1000
KEPT_SECONDS: Final = 30
OUT_OF_TIME: Final = Failure(Cause.DEADLINE, "the deadline passed before the service answered")
_USER_AGENT: Final = f"bytezkit/{__version__}"


def url_of(origin: Origin, request: Request) -> str:
    """Return where a request goes."""
    url = request.path if request.elsewhere else origin.base_url + request.path
    return f"{url}?{urlencode(request.query)}" if request.query else url


def head(origin: Origin, request: Request, extra: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a request, keys included, with some besides the client's own."""
    headers = {"user-agent": _USER_AGENT}
    if not request.elsewhere:
        headers = {name.lower(): value for name, value in extra.items()} | headers
        headers["authorization"] = f"Key {origin.api_key.reveal()}"
    if request.content is not None:
        headers["content-type"] = "application/json"
    if request.provider_key and origin.provider_key is not None:
        headers["provider-key"] = origin.provider_key.reveal()
    return headers


def fields(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Read the headers of an answer: names in lower case, values of one name joined by commas."""
    read: dict[str, str] = {}
    for name, value in raw:
        try:
            key, text = name.decode().lower(), value.decode()
        except UnicodeDecodeError:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        read[key] = f"{read[key]}, {text}" if key in read else text
    return read


def stays_open(request: Request, status: int, headers: Mapping[str, str]) -> bool:
    """Say whether the body of an answer is left open."""
    if not request.streamed or not _is_success(status):
        return False
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.elsewhere or media_type != "application/json"


def answer(
    origin: Origin, status: int, headers: Mapping[str, str], content: bytes, body: OpenBody | None = None
) -> Answer:
    """Return an answer that repeats no key."""
    return Answer(status, headers, content if _is_success(status) else origin.hide_keys(content), body)


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def reason(error: Exception) -> str:
    """Say why something failed."""
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
