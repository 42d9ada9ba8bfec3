"""Incremental decoders for streams."""

import codecs
from typing import Final, Protocol, TypeVar

from bytezkit.errors import DecodeError, ModelFailedError

PieceT = TypeVar("PieceT", bound=str | bytes)
PieceT_co = TypeVar("PieceT_co", bound=str | bytes, covariant=True)

# Model containers write this marker instead of an output if streaming fails inside of them.
_ERROR_MARKER: Final = "INTERNAL_BYTEZ_ERROR:"
# Bounds the memory for an error message, whose end is known only at the end of the stream.
_MAX_ERROR_LENGTH: Final = 2000


class Decoder(Protocol[PieceT_co]):
    """Decodes the chunks of a stream."""

    def feed(self, chunk: bytes) -> PieceT_co:
        """Return the content that is complete with this chunk. It may be empty."""
        ...

    def finish(self) -> PieceT_co:
        """Return the remaining content at the end of the stream. It may be empty."""
        ...


class MediaDecoder:
    """Returns the bytes of media unchanged."""

    def feed(self, chunk: bytes) -> bytes:
        """Return the chunk."""
        return chunk

    def finish(self) -> bytes:
        """Return empty bytes."""
        return b""


class TextDecoder:
    """Decodes a stream of UTF-8. The decoded text does not depend on how the bytes are split into chunks."""

    def __init__(self) -> None:
        # The first bytes of an incomplete character.
        self._incomplete = b""
        # Text that may be the beginning of an error marker, so it cannot be returned yet. None: it is not.
        self._prefix: str | None = ""

    def feed(self, chunk: bytes) -> str:
        """Return the text that is complete with this chunk. It may be empty.

        Raises:
            DecodeError: The bytes are not UTF-8.
        """
        text = self._decode(chunk, final=False)
        return text if self._prefix is None else self._hold_back_marker(self._prefix + text)

    def finish(self) -> str:
        """Return the remaining text at the end of the stream.

        Raises:
            DecodeError: The stream ends within a character.
            ModelFailedError: The stream is an error message of the model container.
        """
        self._decode(b"", final=True)
        prefix, self._prefix = self._prefix, None
        if prefix is not None and prefix.startswith(_ERROR_MARKER):
            raise ModelFailedError(prefix[:_MAX_ERROR_LENGTH])
        return prefix or ""

    def _decode(self, chunk: bytes, *, final: bool) -> str:
        content = self._incomplete + chunk
        try:
            text, length = codecs.utf_8_decode(content, "strict", final)
        except UnicodeDecodeError as error:
            reason = error.reason
        else:
            self._incomplete = content[length:]
            return text
        # Raised outside of the `except` block: a UnicodeDecodeError as context would hold the user's data.
        raise DecodeError(f"the stream is not UTF-8: {reason}")

    def _hold_back_marker(self, prefix: str) -> str:
        if _ERROR_MARKER.startswith(prefix[: len(_ERROR_MARKER)]):
            self._prefix = prefix[:_MAX_ERROR_LENGTH]
            return ""
        self._prefix = None
        return prefix
