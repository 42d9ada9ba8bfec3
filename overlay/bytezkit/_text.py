"""From bytes in any chunks to text."""

import codecs
from typing import Final

from bytezkit.errors import DecodeError, ModelFailedError

# What the model containers write in place of an output when streaming fails inside of them.
_FAILURE: Final = "INTERNAL_BYTEZ_ERROR:"
_LONGEST_FAILURE: Final = 2000


class TextDecoder:
    """Decodes a stream of UTF-8. The same bytes give the same text in whatever chunks they come."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        # Held back until it is clear whether the stream begins with a failure.
        self._head: str | None = ""

    def feed(self, chunk: bytes) -> str:
        """Return the text that is complete with this chunk, which may be empty.

        Raises:
            DecodeError: The bytes are not UTF-8.
        """
        return self._pass(self._decode(chunk, final=False))

    def finish(self) -> str:
        """Return the rest.

        Raises:
            DecodeError: The bytes end within a character.
            ModelFailedError: The text is a failure of the model.
        """
        self._pass(self._decode(b"", final=True))
        head, self._head = self._head, None
        if head is not None and head.startswith(_FAILURE):
            raise ModelFailedError(head[:_LONGEST_FAILURE])
        return head or ""

    def _decode(self, chunk: bytes, *, final: bool) -> str:
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            reason = error.reason
        raise DecodeError(f"the stream is not UTF-8: {reason}")

    def _pass(self, text: str) -> str:
        if self._head is None:
            return text
        self._head += text
        if _FAILURE.startswith(self._head[: len(_FAILURE)]):
            self._head = self._head[:_LONGEST_FAILURE]
            return ""
        head, self._head = self._head, None
        return head
