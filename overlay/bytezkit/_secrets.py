"""Keys, kept out of everything that prints."""

import re
from typing import Final

from bytezkit.errors import ConfigurationError

_KEY: Final = re.compile(r"[!-~]{1,256}")


class Secret:
    """A key. Its text is reachable by `reveal` alone."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(...)"

    def __reduce__(self) -> str:
        raise TypeError("a key is not pickled")

    def reveal(self) -> str:
        """Return the key."""
        return self._text

    def check(self, name: str) -> None:
        """Refuse a key that can not stand in a header.

        Raises:
            ConfigurationError: It is not 1 to 256 printable ASCII characters without spaces.
        """
        if not isinstance(self._text, str) or not _KEY.fullmatch(self._text):
            raise ConfigurationError(f"{name} must be 1 to 256 printable ASCII characters without spaces")
