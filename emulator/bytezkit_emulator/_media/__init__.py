"""Write and recognise images, audio and video files, without a library."""

import msgspec


class Media(msgspec.Struct, frozen=True):
    """A generated file.

    Attributes:
        content: The bytes of the file.
        media_type: The media type.
        suffix: The suffix of the file name, without a dot.
    """

    content: bytes
    media_type: str
    suffix: str
