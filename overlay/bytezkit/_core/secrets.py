"""Keys that are never printed, pickled or logged."""

import json
import re
from typing import Final

from bytezkit.errors import ConfigurationError

_KEY: Final = re.compile(r"[!-~]{1,256}")
# A shorter key is likely to occur in a text by chance, so redacting it would damage error messages.
_MIN_REDACTED_LENGTH: Final = 8


class HiddenString(str):
    """A string that its `repr` does not show, for libraries that take a key as a string."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Secret:
    """A key whose text only `reveal` returns."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(...)"

    def __len__(self) -> int:
        return len(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a key cannot be pickled")

    def reveal(self) -> str:
        """Return the key."""
        return self._text

    def redact(self, content: bytes) -> bytes:
        """Replace the key in a response body by asterisks, in plain and in JSON spelling."""
        if len(self._text) < _MIN_REDACTED_LENGTH:
            return content
        for spelling in {self._text, json.dumps(self._text)[1:-1]}:
            content = content.replace(spelling.encode(), b"***")
        return content

    def check(self, name: str) -> None:
        """Check that the key is valid in an HTTP header.

        Raises:
            ConfigurationError: It is not 1 to 256 printable ASCII characters without spaces.
        """
        if not isinstance(self._text, str) or not _KEY.fullmatch(self._text):
            raise ConfigurationError(f"{name} must be 1 to 256 printable ASCII characters without spaces")
