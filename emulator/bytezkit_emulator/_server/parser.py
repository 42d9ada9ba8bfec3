"""Parses the requests of a connection."""

from collections import deque
from typing import Final

import httptools
import msgspec

from bytezkit_emulator._common.http_types import Request, joined_headers

# Bytes of a head or a chunk without an end. It is above the limit of the emulator, whose refusal says more.
_MOST_UNREAD: Final = 256 * 1024
_OLDER: Final = ("0.9", "1.0")


class Message(msgspec.Struct, frozen=True):
    """A parsed request.

    Attributes:
        request: The request.
        is_last: Whether the connection ends after its answer.
        takes_chunks: Whether its answer may come in chunks.
    """

    request: Request
    is_last: bool
    takes_chunks: bool


class RequestParser:
    """Parses requests with httptools.

    Args:
        body_limit: Bytes of a body that are kept. The rest is dropped as it arrives.

    Attributes:
        messages: Parsed requests that are not answered yet.
        is_malformed: Whether the bytes after these requests are not HTTP.
        awaits_continue: Whether the client waits for `100 Continue` before it sends its body.
    """

    def __init__(self, body_limit: int) -> None:
        self.messages: Final[deque[Message]] = deque()
        self.is_malformed = False
        self.awaits_continue = False
        self._body_limit = body_limit
        self._unread = 0
        self._is_over = False
        self._parser = self._new_parser()
        self.on_message_begin()

    @property
    def is_idle(self) -> bool:
        """Whether no request has begun to come."""
        return not self._target

    def feed(self, data: bytes) -> None:
        """Parse more bytes."""
        if self._is_over:
            return
        self._unread += len(data)
        try:
            self._parse(data)
        except httptools.HttpParserError:
            self._break_off()
        if self._unread > _MOST_UNREAD:
            self._break_off()

    def on_message_begin(self) -> None:
        """Begin with a request. Called by the parser, as the methods below."""
        self._target = b""
        self._fields: list[tuple[bytes, bytes]] = []
        self._headers: dict[str, str] = {}
        self._is_in_head = True
        self._body = bytearray()

    def on_url(self, target: bytes) -> None:
        """Read a part of its target."""
        self._target += target

    def on_header(self, name: bytes, value: bytes) -> None:
        """Read a field of its head; those behind the body are dropped."""
        if self._is_in_head:
            self._fields.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        """Take note that its head is whole."""
        self._is_in_head = False
        self._unread = 0
        self._is_older = self._parser.get_http_version() in _OLDER
        self._headers = joined_headers(self._fields)
        if not self._is_older:
            if [name for name, _ in self._fields].count(b"host") != 1:
                raise ValueError("a request must name one host")
            self.awaits_continue = self._headers.get("expect", "").lower() == "100-continue"

    def on_body(self, body: bytes) -> None:
        """Read a part of its body."""
        self._unread = 0
        self.awaits_continue = False
        if len(self._body) <= self._body_limit:
            self._body += body

    def on_message_complete(self) -> None:
        """Put it behind the others."""
        parser = self._parser
        method = parser.get_method().decode("ascii")
        if self._is_over or (parser.should_upgrade() and method != "CONNECT"):
            return
        self.awaits_continue = False
        path, _, query = self._target.decode("ascii").partition("?")
        self._is_over = self._is_older or method == "CONNECT" or not parser.should_keep_alive()
        request = Request(
            method=method, path=path, query=query, headers=self._headers, body=bytes(self._body)
        )
        self.messages.append(Message(request, self._is_over, not self._is_older))
        self.on_message_begin()  # Nothing is kept of it here, its key least of all.

    def _parse(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and not self._is_over:
            try:
                self._parser.feed_data(rest)
            except httptools.HttpParserUpgrade as upgrade:
                if self._is_over:
                    return
                # The parser leaves the body to the other protocol. The emulator has no other protocol.
                head = self._head_without_upgrade()
                self._parser = self._new_parser()
                self._parser.feed_data(head)
                rest = rest[upgrade.args[0] :]
            else:
                return

    def _new_parser(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        # Bytes after the last request are dropped, not refused.
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    def _head_without_upgrade(self) -> bytes:
        line = b" ".join([self._parser.get_method(), self._target, b"HTTP/1.1"])
        fields = [b": ".join(field) for field in self._fields if field[0] != b"upgrade"]
        return b"\r\n".join([line, *fields, b"", b""])

    def _break_off(self) -> None:
        if not self._is_over:
            self._is_over = self.is_malformed = True
