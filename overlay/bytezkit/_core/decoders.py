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
        # The beginning of a character whose end is still to come.
        self._rest = b""
        # Held back until it is clear whether the stream begins with a failure.
        self._head: str | None = ""

    def feed(self, chunk: bytes) -> str:
        """Return the text that is complete with this chunk, which may be empty.

        Raises:
            DecodeError: The bytes are not UTF-8.
        """
        text = self._decode(chunk, final=False)
        return text if self._head is None else self._pass(self._head + text)

    def finish(self) -> str:
        """Return the rest.

        Raises:
            DecodeError: The bytes end within a character.
            ModelFailedError: The text is a failure of the model.
        """
        self._decode(b"", final=True)
        head, self._head = self._head, None
        if head is not None and head.startswith(_FAILURE):
            raise ModelFailedError(head[:_LONGEST_FAILURE])
        return head or ""

    def _decode(self, chunk: bytes, *, final: bool) -> str:
        begun = self._rest + chunk
        try:
            text, length = codecs.utf_8_decode(begun, "strict", final)
        except UnicodeDecodeError as error:
            reason = error.reason
        else:
            self._rest = begun[length:]
            return text
        raise DecodeError(f"the stream is not UTF-8: {reason}")

    def _pass(self, head: str) -> str:
        if _FAILURE.startswith(head[: len(_FAILURE)]):
            self._head = head[:_LONGEST_FAILURE]
            return ""
        self._head = None
        return head
