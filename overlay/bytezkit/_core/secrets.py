"""Keys, kept out of everything that prints."""

import json
import re
from typing import Final

from bytezkit.errors import ConfigurationError

_KEY: Final = re.compile(r"[!-~]{1,256}")
# A shorter one stands in many a text by chance.
_LEAST_HIDDEN: Final = 8


class Secret:
    """A key. Its text is reachable by `reveal` alone."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(...)"

    def __len__(self) -> int:
        return len(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a key is not pickled")

    def reveal(self) -> str:
        """Return the key."""
        return self._text

    def hide(self, content: bytes) -> bytes:
        """Blot the key out of an answer that repeats it, plain or as JSON spells it."""
        if len(self._text) < _LEAST_HIDDEN:
            return content
        for spelling in {self._text, json.dumps(self._text)[1:-1]}:
            content = content.replace(spelling.encode(), b"***")
        return content

    def check(self, name: str) -> None:
        """Refuse a key that can not stand in a header.

        Raises:
            ConfigurationError: It is not 1 to 256 printable ASCII characters without spaces.
        """
        if not isinstance(self._text, str) or not _KEY.fullmatch(self._text):
            raise ConfigurationError(f"{name} must be 1 to 256 printable ASCII characters without spaces")
