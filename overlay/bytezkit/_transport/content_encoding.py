"""Decodes compressed bodies in bounded steps.

The HTTP libraries decode a whole chunk of the network at once, which gzip can expand a thousand times, and
each further encoding a thousand times again.
"""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final

# What is asked for, whatever optional packages for other encodings are installed.
ACCEPT_ENCODING: Final = "gzip, deflate"
# Of the body of an error; the rest is not read.
MAX_ERROR_BYTES: Final = 2**20

_GZIP: Final = frozenset({"gzip", "x-gzip"})
_UNSUPPORTED: Final = frozenset({"br", "compress", "x-compress", "zstd"})
_ENCODINGS: Final = _GZIP | _UNSUPPORTED | {"deflate"}
_MAX_ENCODINGS: Final = 2
_MAX_PIECE: Final = 2**16
_GZIP_FORMAT: Final = zlib.MAX_WBITS | 16


class EncodingError(Exception):
    """A body does not have the encoding that its headers name, or an encoding that is not supported."""


class ContentDecoder:
    """Decodes the chunks of a body.

    Args:
        encoding: The header `Content-Encoding`; empty if the response has none.

    Attributes:
        is_identity: Whether the body is not encoded.
    """

    def __init__(self, encoding: str) -> None:
        names = [name.strip().lower() for name in encoding.split(",")] if encoding else []
        # Some servers send a name that is no encoding, such as `utf-8`.
        self._names = [name for name in names if name in _ENCODINGS]
        self._layers = [_Layer(is_gzip=name in _GZIP) for name in reversed(self._names)]
        self.is_identity = not self._names

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the decoded content in pieces of at most 64 KiB. A piece may be empty.

        Raises:
            EncodingError: The body cannot be decoded.
        """
        if self.is_identity:
            yield chunk
            return
        if len(self._names) > _MAX_ENCODINGS or not _UNSUPPORTED.isdisjoint(self._names):
            raise EncodingError(f"the content encoding {', '.join(self._names)!r:.80} is not supported")
        try:
            yield from _decompress(self._layers, chunk)
        except zlib.error as error:
            raise EncodingError(f"the body is not {', '.join(self._names)}: {error}") from None


def _decompress(layers: "list[_Layer]", chunk: bytes) -> Iterator[bytes]:
    first, *rest = layers
    for piece in first.decompress(chunk):
        if rest and piece:
            yield from _decompress(rest, piece)
        else:
            yield piece


class _Layer:
    """One encoding of a body."""

    def __init__(self, *, is_gzip: bool) -> None:
        self._is_gzip = is_gzip
        self._decompressor = zlib.decompressobj(_GZIP_FORMAT)
        self._is_started = is_gzip

    def decompress(self, data: bytes) -> Iterator[bytes]:
        is_full_piece = False
        # After a piece of full size, more output may be left without further input.
        while data or is_full_piece:
            if not self._is_started:
                # The name `deflate` means the zlib format, but some servers send the data without its header.
                has_header = data[0] & 0x0F == zlib.DEFLATED
                self._decompressor = zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
                self._is_started = True
            elif self._decompressor.eof:
                # A gzip file can have several members. Other data behind the end are padding.
                if not self._is_gzip or not data.startswith(b"\x1f"):
                    return
                self._decompressor = zlib.decompressobj(_GZIP_FORMAT)
            piece = self._decompressor.decompress(data, _MAX_PIECE)
            yield piece
            is_full_piece = len(piece) == _MAX_PIECE
            data = self._decompressor.unconsumed_tail or self._decompressor.unused_data


class BodyBuffer:
    """Collects a body up to a maximum size.

    Args:
        status: Status of the response. Of an error, only the beginning of the body is kept.
        encoding: The header `Content-Encoding`; empty if the response has none.
        max_bytes: Maximum size of the decoded body of a success.

    Attributes:
        problem: Why `content` is not the decoded body, or None.
        is_full: Whether the rest of the body need not be read.
    """

    def __init__(self, status: int, encoding: str, max_bytes: int) -> None:
        self.problem: str | None = None
        self.is_full = False
        self._is_success = 200 <= status < 300
        self._max_bytes = max_bytes if self._is_success else min(max_bytes, MAX_ERROR_BYTES)
        self._decoder = ContentDecoder(encoding)
        self._decoded = BytesIO()
        # As received, for the error if it cannot be decoded.
        self._received = BytesIO()

    def add(self, chunk: bytes) -> Iterator[None]:
        """Add a chunk of the network. Yields between two pieces, so that the caller can end at a deadline."""
        if not self._decoder.is_identity:
            self._write(self._received, chunk)
            if self.problem is not None:
                return
        is_first = True
        try:
            for piece in self._decoder.feed(chunk):
                if not is_first:
                    yield
                is_first = False
                self._write(self._decoded, piece)
                if self.is_full:
                    return
        except EncodingError as error:
            self.problem = str(error)

    def _write(self, buffer: BytesIO, content: bytes) -> None:
        free = self._max_bytes - buffer.tell()
        buffer.write(content[:free])
        if len(content) > free:
            self.is_full = True
            if self._is_success:
                self.problem = f"the response is larger than max_response_bytes ({self._max_bytes})"
                buffer.truncate(min(self._max_bytes, MAX_ERROR_BYTES))

    @property
    def content(self) -> bytes:
        """The decoded body, or its beginning if it is too long; as received if it cannot be decoded."""
        is_undecodable = self.problem is not None and not self.is_full
        return (self._received if is_undecodable else self._decoded).getvalue()
