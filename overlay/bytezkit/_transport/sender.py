"""Sends the requests of the synchronous client over httpx."""

import copy
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

import httpx

from bytezkit._core.config import Origin
from bytezkit._core.effects import (
    Cause,
    OpenBody,
    Request,
    Response,
    Send,
    SendResult,
    StreamCut,
    TransportFailure,
)
from bytezkit._core.unclosed import place_of_caller, warn_unclosed
from bytezkit._transport.affinity import process_affinity, process_id
from bytezkit._transport.content_encoding import MAX_ERROR_BYTES, BodyBuffer, ContentDecoder, EncodingError
from bytezkit._transport.deadline_network import deadline, deadline_has_passed, socket_timeout
from bytezkit._transport.headers import (
    CONNECT_TIMEOUT,
    DEADLINE_PASSED,
    complete_response,
    error_text,
    is_open_stream,
    request_headers,
    request_url,
    response_headers,
)
from bytezkit._transport.httpx import default_client
from bytezkit.errors import ConfigurationError

HttpClient: TypeAlias = httpx.Client

_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# The encoding of an impossible host name fails with a UnicodeError.
_UNREADABLE: Final = (httpx.DecodingError, httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)
# The asynchronous network of httpx raises an OSError for a broken TLS record.
HTTPX_ERRORS: Final = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError, OSError)


class Sender:
    """Sends requests of the synchronous client.

    Attributes:
        origin: Base URL, keys and headers.

    Args:
        origin: Base URL, keys and headers.
        client: The client that the caller gave. Default: a new one.

    Raises:
        ConfigurationError: The base URL cannot be parsed, the client is of a wrong type, or a variable of
            the environment for proxies or TLS is wrong.
    """

    def __init__(self, origin: Origin, client: httpx.Client | None) -> None:
        check_url(origin.base_url)
        check_client(client, httpx.Client)
        self.origin = origin
        self._owns_client = client is None
        self._clients = _ClientPerProcess(client)

    def share(self, origin: Origin) -> "Sender":
        """Return another sender over the same connections, which it does not close.

        Args:
            origin: Base URL, keys and headers of the other sender.
        """
        shared: Sender = copy.copy(self)
        shared._owns_client = False
        shared.origin = origin
        return shared

    def send(self, send: Send, headers: Mapping[str, str]) -> SendResult:
        """Send a request once.

        Args:
            send: The request and the limits of its response.
            headers: Headers beside those of the client.

        Raises:
            RuntimeError: The client is closed, or belongs to another process.
        """
        client = self._clients.current()
        check_open(client)
        self._clients.used = True
        budget = socket_timeout(send.budget)
        with deadline(budget):
            try:
                return self._send(client, send, budget, headers)
            except HTTPX_ERRORS as error:
                return DEADLINE_PASSED if deadline_has_passed() else transport_failure(error)

    def _send(
        self, client: httpx.Client, send: Send, budget: float | None, extra: Mapping[str, str]
    ) -> SendResult:
        built = build_request(client, self.origin, send.request, extra, budget)
        try:
            response = client.send(built, stream=True, auth=None, follow_redirects=False)
        except httpx.HTTPStatusError as error:
            return response_of_hook(self.origin, error)
        status, fields = response.status_code, response_headers(response.headers.raw)
        if is_open_stream(send.request, status, fields):
            return Response(status, fields, b"", _SynchronousBody(response, self._clients))
        buffer = BodyBuffer(status, undecoded_encoding(response), send.max_bytes)
        try:
            _read_body(response, buffer)
        finally:
            response.close()
        return complete_response(self.origin, status, fields, buffer)

    def close(self) -> None:
        """Close the connections, unless the caller gave the client."""
        if self._owns_client:
            self._clients.current().close()


class _ClientPerProcess:
    """The client that the caller gave, or one for each process.

    A forked process that used a connection of its parent would read responses to its parent.

    Attributes:
        used: Whether a request was sent, so that there may be open connections.
    """

    def __init__(self, callers_client: httpx.Client | None) -> None:
        self.used = False
        self._made_at = place_of_caller()
        self._callers_client = callers_client
        self._affinity = process_affinity()
        self._own_clients = {} if callers_client else {process_id(): default_client()}

    def current(self) -> httpx.Client:
        """Return the client of this process.

        Raises:
            RuntimeError: The caller gave the client, and another process used it.
        """
        if self._callers_client is not None:
            self._affinity.check()
            return self._callers_client
        process = process_id()
        if process not in self._own_clients:
            *_, inherited = self._own_clients.values()
            # A client that was closed before the fork stays closed in the child. `setdefault` is atomic, so
            # all threads of the child get the same client.
            self._own_clients.setdefault(process, inherited if inherited.is_closed else default_client())
        return self._own_clients[process]

    def __del__(self) -> None:
        own_client = self._own_clients.get(process_id()) if self.used else None
        if own_client is not None and not own_client.is_closed:
            own_client.close()
            warn_unclosed("Bytez: close it, or use it in a `with` block", self._made_at)


def undecoded_encoding(response: httpx.Response) -> str:
    """Return the content encoding of a response; empty if a hook of the caller has read and decoded it."""
    return "" if response.is_stream_consumed else response.headers.get("content-encoding", "")


def _undecoded_chunks(response: httpx.Response) -> Iterator[bytes]:
    return response.iter_bytes() if response.is_stream_consumed else response.iter_raw()


def _read_body(response: httpx.Response, buffer: BodyBuffer) -> None:
    for chunk in _undecoded_chunks(response):
        for _ in buffer.add(chunk):
            if deadline_has_passed():
                raise httpx.ReadTimeout("the deadline passed during decompression")
        if buffer.is_full:
            break


class _SynchronousBody(OpenBody):
    def __init__(self, response: httpx.Response, clients: _ClientPerProcess) -> None:
        self._response = response
        # A client that is dropped closes its connections, so each body keeps its client.
        self._clients = clients
        self._affinity = process_affinity()
        self._affinity.check()
        self._chunks: Iterator[bytes] | None = None

    def read(self, idle_seconds: float) -> bytes | StreamCut | None:
        self._affinity.check()
        if self._chunks is None:
            # Until here it was the deadline of the call.
            self._response.request.extensions["timeout"]["read"] = socket_timeout(idle_seconds)
            self._chunks = self._decoded_chunks()
        try:
            return next(self._chunks, None)
        except (*HTTPX_ERRORS, EncodingError) as error:
            return stream_cut(error)

    def _decoded_chunks(self) -> Iterator[bytes]:
        decoder = ContentDecoder(undecoded_encoding(self._response))
        for chunk in _undecoded_chunks(self._response):
            yield from decoder.feed(chunk)

    def close(self) -> None:
        self._response.close()


def response_of_hook(origin: Origin, error: httpx.HTTPStatusError) -> SendResult:
    """Return the response whose status a hook of the caller raised as an error.

    httpx has closed the response: its body is known only if the hook has read it.
    """
    response = error.response
    if response.is_success:
        return transport_failure(error)
    try:
        content = response.content
    except httpx.ResponseNotRead:
        content = b""
    buffer = BodyBuffer(response.status_code, "", MAX_ERROR_BYTES)
    for _ in buffer.add(content):
        pass
    return complete_response(origin, response.status_code, response_headers(response.headers.raw), buffer)


def stream_cut(error: Exception) -> StreamCut:
    """Return how an error of httpx or of the decoder ended a stream."""
    text = str(error) if isinstance(error, EncodingError) else error_text(error)
    return StreamCut(text, idle=isinstance(error, (TimeoutError, httpx.TimeoutException)))


def check_url(url: str) -> None:
    """Check what only httpx and the name lookup know of a URL.

    Raises:
        ConfigurationError: The URL is malformed.
    """
    try:
        httpx.URL(url).host.encode("idna")
    except httpx.InvalidURL as error:
        problem = str(error)
    except UnicodeError:
        problem = "its host is not a valid name"
    else:
        return
    raise ConfigurationError(f"base_url is malformed: {problem}")


def check_client(client: object, kind: type[httpx.Client | httpx.AsyncClient]) -> None:
    """Check the type of a client that the caller gave.

    Raises:
        ConfigurationError: It is of another type.
    """
    if client is not None and not isinstance(client, kind):
        raise ConfigurationError(f"http_client must be an httpx.{kind.__name__}, not {type(client).__name__}")


def check_open(client: httpx.Client | httpx.AsyncClient) -> None:
    """Raise RuntimeError if a client is closed."""
    if client.is_closed:
        raise RuntimeError("the client is closed")


def build_request(
    client: httpx.Client | httpx.AsyncClient,
    origin: Origin,
    request: Request,
    extra_headers: Mapping[str, str],
    budget: float | None,
) -> httpx.Request:
    """Build a request of httpx whose timeouts end no later than its deadline.

    Only this frame holds the keys as text; an error in a hook of the caller shows none in its traceback.
    """
    url = request_url(origin, request)
    connect = CONNECT_TIMEOUT if budget is None else min(CONNECT_TIMEOUT, budget)
    built = client.build_request(
        request.method,
        url if request.external else _parsed_url(url),
        content=request.content,
        headers=request_headers(origin, request, extra_headers),
        timeout=httpx.Timeout(budget, connect=connect),
    )
    if request.external:
        # A client that the caller gave may send a key of its own, which the host of the media must not get.
        built.headers.pop("authorization", None)
    return built


@lru_cache(maxsize=256)
def _parsed_url(text: str) -> httpx.URL:
    """Parse a URL of the service once: parsing takes longer than the rest of building a request."""
    return httpx.URL(text)


def transport_failure(error: Exception) -> TransportFailure:
    """Classify an error of httpx."""
    if isinstance(error, _UNREADABLE):
        return TransportFailure(Cause.UNREADABLE, error_text(error))
    return TransportFailure(
        Cause.NOT_SENT if isinstance(error, _NOT_SENT) else Cause.OUTCOME_UNKNOWN, error_text(error)
    )
