"""Images, audio and video files, encoded without a library."""

import msgspec


class Media(msgspec.Struct, frozen=True):
    """A file that a model made.

    Attributes:
        content: Its bytes.
        media_type: Its type.
        suffix: How its name ends, without a dot.
    """

    content: bytes
    media_type: str
    suffix: str
