"""Pictures, sounds and videos as files, written without any library for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a model made.

    Attributes:
        content: Its bytes.
        media_type: Its type.
        suffix: How its name ends, without a dot.
    """

    content: bytes
    media_type: str
    suffix: str
