"""Requests and replies, independent of the transport."""

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote
from weakref import ref

import msgspec
from msgspec.structs import replace

from bytezkit_emulator._common.json import JsonObject, write_json
from bytezkit_emulator._time.future import Future
from bytezkit_models.json_value import JsonValue

JSON: Final = "application/json"
# With another value, the vendor's JavaScript client takes the error response to a streaming run for output.
JSON_FOR_STREAMS: Final = "application/json; charset=utf-8"

# Header of the response to a run: the kind of the engine that made the output.
ENGINE_HEADER: Final = "x-bytezkit-engine"

_V1_PREFIX: Final = "/model/"
_OPENAI_PREFIXES: Final = ("/models/v2/openai/v1/", "/v1/")
_SERVER_ERROR: Final = 500
# Member `type` of an error in the format of OpenAI, by status.
_OPENAI_TYPES: Final[Mapping[int, str]] = {
    401: "authentication_error",
    402: "insufficient_quota",
    404: "not_found_error",
    429: "rate_limit_error",
}
# Characters of path and query together.
_MAX_URL_LENGTH: Final = 8192
_SCHEMES: Final = ("http", "https")
_HOST: Final = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")

ErrorForm: TypeAlias = Literal["v1", "v2", "openai"]
Chunks: TypeAlias = Generator[Future | bytes, None, None]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP request.

    Attributes:
        method: Method in upper case.
        path: Percent-encoded path, without prefix and query.
        query: Query without its question mark.
        headers: Values by lower-case name; repeated fields are joined by `, `.
        body: The body. Above the limit of the path it may be truncated.
        scheme: `http` or `https`.
        prefix: Percent-encoded path below which the emulator is mounted, without a trailing slash.
        is_local: Whether the peer of the connection is on the loopback. False if the peer is unknown.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""
    scheme: str = "http"
    prefix: str = ""
    is_local: bool = False

    def __repr__(self) -> str:
        """Omit headers, query and body, which may hold a key."""
        return f"Request(method={self.method!r}, path={self.path!r}, scheme={self.scheme!r})"

    @property
    def is_v1(self) -> bool:
        """Whether the request goes to the v1 API, whose error responses have another format."""
        return unquote(self.path).startswith(_V1_PREFIX)

    @property
    def is_openai(self) -> bool:
        """Whether the request goes to the API in the format of OpenAI's."""
        return unquote(self.path).startswith(_OPENAI_PREFIXES)

    @property
    def base_url(self) -> str:
        """Scheme, host and prefix of the URL that the client uses."""
        host = self.headers.get("host", "")
        # A proxy that ends TLS says so here. It decides nothing but URLs, so any client may claim it.
        forwarded = self.headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
        scheme = forwarded if forwarded in _SCHEMES else self.scheme
        # An unexpected host must not get into the URLs of media files.
        return f"{scheme}://{host if _HOST.fullmatch(host) else 'localhost'}{self.prefix}"

    @property
    def is_url_too_long(self) -> bool:
        """Whether path and query are longer than 8,192 characters together."""
        return len(self.path) + len(self.query) > _MAX_URL_LENGTH

    def without_url(self) -> "Request":
        """Return the request with no part of its URL but the prefix of the API."""
        return replace(self, path=_V1_PREFIX if self.is_v1 else "/", query="")


def is_loopback_address(host: str) -> bool:
    """Return whether the address of a peer is a loopback address; False if it is no IP address."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # A socket for both IPv6 and IPv4 shows IPv4 peers as `::ffff:127.0.0.1`.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def join_headers(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Decode the fields of a head, whose names are in lower case, and join repeated fields."""
    headers: dict[str, str] = {}
    for encoded, value in fields:
        name, text = encoded.decode("latin-1"), value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP response with a complete body or a generator of body chunks. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes | Chunks


# Yields the futures that the request waits for, and returns the reply.
ReplyGenerator: TypeAlias = Generator[Future, None, Reply]
# Yields the reply, then the chunks of its body unless it is complete; a future while a part is not ready.
PartGenerator: TypeAlias = Generator[Future | Reply | bytes, None, None]


def json_reply(
    status: int, value: JsonValue, *, headers: Mapping[str, str] | None = None, content_type: str = JSON
) -> Reply:
    """Return a reply with a JSON body."""
    return Reply(
        status=status, headers={"content-type": content_type, **(headers or {})}, body=write_json(value)
    )


def with_content_length(reply: Reply, *, has_body: bool = True) -> Reply:
    """Return the reply with `content-length` if its length is known, and without a body for `HEAD`."""
    if not isinstance(reply.body, bytes):
        return reply if has_body else Reply(status=reply.status, headers=reply.headers, body=b"")
    headers = {**reply.headers, "content-length": str(len(reply.body))}
    return Reply(status=reply.status, headers=headers, body=reply.body if has_body else b"")


def success(
    output: JsonValue,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **members: JsonValue,
) -> Reply:
    """Return a v2 success response."""
    return json_reply(status, {"error": None, "output": output, **members}, headers=headers)


class ConnectionCutError(Exception):
    """The connection is cut: by a fault, a limit, a reset, the shutdown or the failure of a live engine.

    Args:
        how: `reset` (RST) or `close` (FIN).
        reason: The reason for the journal. Default: none.
    """

    def __init__(self, how: Literal["reset", "close"], reason: str | None = None) -> None:
        super().__init__(how)
        self.how: Final = how
        self.reason: Final = reason


class ReplyParts:
    """The response to a request, part by part. Callers hold the runtime's lock.

    Args:
        respond: Called with a reference to this object; returns the generator of the parts. The reference is
            weak, so that a response that nobody reads any more ends at once.
    """

    def __init__(self, respond: "Callable[[ref[ReplyParts]], PartGenerator]") -> None:
        self._generator = respond(ref(self))
        self._future: Future | None = None
        self._refusal: Future | Reply | bytes | ConnectionCutError | None = None

    def next(self) -> Future | Reply | bytes | None:
        """Return the next part, or None at the end.

        Raises:
            ConnectionCutError: The connection must be cut.
        """
        refusal, self._refusal = self._refusal, None
        if isinstance(refusal, ConnectionCutError):
            raise refusal
        part = next(self._generator, None) if refusal is None else refusal
        self._future = part if isinstance(part, Future) else None
        return part

    def refuse(self, error: "RefusedError") -> None:
        """Raise an error where the request waits or its body is sent; `next` returns what follows from it."""
        try:
            self._refusal = self._generator.throw(error)
        except ConnectionCutError as cut:
            self._refusal = cut
        if self._future is not None:
            self._future.resolve()

    def close(self) -> None:
        """End the response, unless it has ended."""
        self._generator.close()


class HttpError(Exception):
    """The request gets an error response.

    Args:
        status: HTTP status.
        error: Member `error` of the body: the reason.
        message: Member `message` of the body: details.
        headers: Further headers of the response.
        members: Further members of the body.
    """

    def __init__(
        self,
        status: int,
        error: str,
        message: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        members: JsonObject | None = None,
    ) -> None:
        super().__init__(status, error)
        self.status = status
        self.error = error
        self.message = message
        self.headers: Mapping[str, str] = headers or {}
        self.members: JsonObject = members or {}

    def reply(self, content_type: str, form: ErrorForm) -> Reply:
        """Return the error response in the form of an API."""
        text = self.error if self.message is None else f"{self.error}: {self.message}"
        body: JsonObject
        match form:
            case "v1":
                body = {"error": text, **self.members}
            case "v2":
                body = {"error": self.error, "output": None, **self.members}
                if self.message is not None:
                    body |= {"status": self.status, "message": self.message}
            case "openai":
                default = "server_error" if self.status >= _SERVER_ERROR else "invalid_request_error"
                kind = _OPENAI_TYPES.get(self.status, default)
                body = {"error": {"message": text, "type": kind, "param": None, "code": None}}
        return json_reply(self.status, body, headers=self.headers, content_type=content_type)


def url_too_long() -> HttpError:
    """Return the error for a URL that is too long."""
    return HttpError(414, f"url: longer than {_MAX_URL_LENGTH} characters")


class RefusedError(HttpError):
    """An accepted request is refused where it waits, because of a reset or the shutdown."""
