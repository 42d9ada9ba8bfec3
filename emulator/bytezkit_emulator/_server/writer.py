"""Encodes answers as HTTP/1.1."""

from http import HTTPStatus
from typing import Final

from bytezkit_emulator._common.http_types import Reply
from bytezkit_emulator._server.parser import Message

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK: Final = b"0\r\n\r\n"
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


def encoded_head(reply: Reply, message: Message, *, is_chunked: bool) -> bytes:
    """Encode the head of an answer.

    Args:
        reply: The answer.
        message: The request.
        is_chunked: Whether its body comes in chunks.
    """
    lines = [f"HTTP/1.1 {reply.status} {_PHRASES.get(reply.status, '')}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    if is_chunked:
        lines.append("transfer-encoding: chunked")
    if message.is_last:
        lines.append("connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def encoded_chunk(content: bytes) -> bytes:
    """Encode a chunk of a body; return nothing for an empty piece, since an empty chunk ends the body."""
    return b"%x\r\n%b\r\n" % (len(content), content) if content else b""


def refusal(status: int, text: str) -> bytes:
    """Encode an answer of the server itself, after which the connection ends."""
    head = (
        f"HTTP/1.1 {status} {_PHRASES[status]}\r\n"
        f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(text)}\r\nconnection: close\r\n\r\n"
    )
    return (head + text).encode("ascii")
