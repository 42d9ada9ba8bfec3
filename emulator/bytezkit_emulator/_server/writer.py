"""Encodes replies as HTTP/1.1."""

from http import HTTPStatus
from typing import Final

from bytezkit_emulator._common.http_types import Reply
from bytezkit_emulator._server.parser import Message

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK: Final = b"0\r\n\r\n"
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


def encode_head(reply: Reply, message: Message, *, is_chunked: bool) -> bytes:
    """Encode the head of a reply.

    Args:
        reply: The reply.
        message: The request.
        is_chunked: Whether the body uses chunked transfer coding.
    """
    lines = [f"HTTP/1.1 {reply.status} {_PHRASES.get(reply.status, '')}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    if is_chunked:
        lines.append("transfer-encoding: chunked")
    if message.closes_connection:
        lines.append("connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def encode_chunk(content: bytes) -> bytes:
    """Encode a body chunk; empty for empty content, since an empty chunk ends the body."""
    return b"%x\r\n%b\r\n" % (len(content), content) if content else b""


def encode_error(status: int, text: str) -> bytes:
    """Encode an error response of the server itself, after which the connection ends."""
    head = (
        f"HTTP/1.1 {status} {_PHRASES[status]}\r\n"
        f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(text)}\r\nconnection: close\r\n\r\n"
    )
    return (head + text).encode("ascii")
