"""Parses the requests of a connection."""

import re
from collections import deque
from collections.abc import Callable
from typing import Final

import httptools
import msgspec

from bytezkit_emulator._common.http_types import Request, join_headers

# Bytes of a head or chunk size without an end. Above the emulator's header limit, whose error says more.
_MAX_UNPARSED: Final = 256 * 1024
_HTTP_1_0: Final = ("0.9", "1.0")
# Target as a client sends it to a proxy; every server must accept it (RFC 9112, section 3.2.2).
_ABSOLUTE_FORM: Final = re.compile(r"https?://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)


class Message(msgspec.Struct, frozen=True):
    """A parsed request.

    Attributes:
        request: The request.
        closes_connection: Whether the connection ends after the response.
        supports_chunked: Whether the response may use chunked transfer coding.
    """

    request: Request
    closes_connection: bool
    supports_chunked: bool


class RequestParser:
    """Parses requests with httptools.

    Args:
        body_limit: Returns the bytes of a body that are kept, for a path. The rest is discarded on arrival.

    Attributes:
        messages: Parsed requests without a response.
        is_malformed: Whether the bytes after these requests are not HTTP.
        awaits_continue: Whether the client waits for `100 Continue` before it sends its body.
        is_local: Whether the peer of the connection is on the loopback.
    """

    def __init__(self, body_limit: Callable[[str], int]) -> None:
        self.messages: Final[deque[Message]] = deque()
        self.is_malformed = False
        self.awaits_continue = False
        self.is_local = False
        self._body_limit = body_limit
        self._unparsed_size = 0
        self._is_done = False
        self._parser = self._new_parser()
        self.on_message_begin()

    @property
    def is_idle(self) -> bool:
        """Whether no byte of a further request has arrived."""
        return not self._target

    def feed(self, data: bytes) -> None:
        """Parse more bytes."""
        if self._is_done:
            return
        self._unparsed_size += len(data)
        try:
            self._parse(data)
        except httptools.HttpParserError:
            self._fail()
        if self._unparsed_size > _MAX_UNPARSED:
            self._fail()

    def close(self) -> None:
        """Discard all requests, and release the memory of a body that has not ended."""
        self._is_done = True
        self.messages.clear()
        # This object and the parser of httptools refer to each other. The garbage collector would find them
        # late, since it counts objects, not their bytes.
        del self._parser

    def on_message_begin(self) -> None:
        """Start a request. httptools calls this method and the methods below."""
        self._target = b""
        self._fields: list[tuple[bytes, bytes]] = []
        self._headers: dict[str, str] = {}
        self._path = self._query = ""
        self._is_in_head = True
        self._body = bytearray()

    def on_url(self, target: bytes) -> None:
        """Append a part of the request target."""
        self._target += target

    def on_header(self, name: bytes, value: bytes) -> None:
        """Append a header field; trailer fields are discarded."""
        if self._is_in_head:
            self._fields.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        """Validate the complete head."""
        self._is_in_head = False
        self._unparsed_size = 0
        target = self._target.decode("ascii")
        absolute = _ABSOLUTE_FORM.fullmatch(target)
        if absolute is not None and not absolute[1]:
            raise ValueError("expected a host in the target")
        rest = target if absolute is None else absolute[2]
        path, _, self._query = rest.partition("?")
        self._path = path or "/"
        self._kept_size = self._body_limit(self._path)
        self._is_http_1_0 = self._parser.get_http_version() in _HTTP_1_0
        self._headers = join_headers(self._fields)
        if not self._is_http_1_0:
            if [name for name, _ in self._fields].count(b"host") != 1:
                raise ValueError("expected exactly one Host header")
            if absolute is not None:
                self._headers["host"] = absolute[1]
            self.awaits_continue = self._headers.get("expect", "").lower() == "100-continue"

    def on_body(self, body: bytes) -> None:
        """Append a part of the body."""
        self._unparsed_size = 0
        self.awaits_continue = False
        # One byte above the limit is enough for the emulator to reject the body.
        if len(self._body) <= self._kept_size:
            self._body += body

    def on_message_complete(self) -> None:
        """Append the complete request to `messages`."""
        parser = self._parser
        method = parser.get_method().decode("ascii")
        if self._is_done or (parser.should_upgrade() and method != "CONNECT"):
            return
        self.awaits_continue = False
        self._is_done = self._is_http_1_0 or method == "CONNECT" or not parser.should_keep_alive()
        request = Request(
            method=method,
            path=self._path,
            query=self._query,
            headers=self._headers,
            body=bytes(self._body),
            is_local=self.is_local,
        )
        self.messages.append(Message(request, self._is_done, not self._is_http_1_0))
        self.on_message_begin()  # The parser must not keep the request, whose headers hold a key.

    def _parse(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and not self._is_done:
            try:
                self._parser.feed_data(rest)
            except httptools.HttpParserUpgrade as upgrade:
                if self._is_done:
                    return
                # httptools leaves the body to the new protocol. The emulator ignores the upgrade instead, and
                # parses the request again without the header.
                head = self._head_without_upgrade()
                self._parser = self._new_parser()
                self._parser.feed_data(head)
                rest = rest[upgrade.args[0] :]
            else:
                return

    def _new_parser(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        # Bytes after the last request of a connection are discarded, not rejected.
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    def _head_without_upgrade(self) -> bytes:
        version = f"HTTP/{self._parser.get_http_version()}".encode("ascii")
        line = b" ".join([self._parser.get_method(), self._target, version])
        fields = [b": ".join(field) for field in self._fields if field[0] != b"upgrade"]
        return b"\r\n".join([line, *fields, b"", b""])

    def _fail(self) -> None:
        if not self._is_done:
            self._is_done = self.is_malformed = True
