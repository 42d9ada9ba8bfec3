"""The size of a picture, as its header states it."""

import struct
from typing import Final, NamedTuple

# Markers of JPEG (ITU-T T.81, table B.1) that begin a frame: SOF0 to SOF15 without DHT, JPG and DAC.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers that stand alone: TEM, and RST0 to EOI.
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xDA)})


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    def within(self, side: int) -> "Size":
        """Shrink it, in proportion, until no side is longer than `side`."""
        longest = max(self.width, self.height, side)
        return Size(max(1, self.width * side // longest), max(1, self.height * side // longest))


def size_of(picture: bytes) -> Size | None:
    """Read the size of a PNG, JPEG, GIF, WebP or BMP file; of anything else, and of nothing, None."""
    try:
        size = _read(picture)
    except (struct.error, IndexError):
        return None
    return None if size is None or min(size) < 1 else size


def _read(picture: bytes) -> Size | None:
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return Size(*struct.unpack_from(">II", picture, 16))
    if picture.startswith((b"GIF87a", b"GIF89a")):
        return Size(*struct.unpack_from("<HH", picture, 6))
    if picture.startswith(b"\xff\xd8"):
        return _read_jpeg(picture)
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return _read_webp(picture)
    if picture.startswith(b"BM"):
        # A negative height says that the first line is the top.
        width, height = struct.unpack_from("<ii", picture, 18)
        return Size(width, abs(height))
    return None


def _read_jpeg(picture: bytes) -> Size | None:
    position = 2
    while picture[position] == 0xFF:
        marker = picture[position + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", picture, position + 5)
            return Size(width, height)
        if marker == 0xFF:
            position += 1
        elif marker in _ALONE:
            position += 2
        else:
            (length,) = struct.unpack_from(">H", picture, position + 2)
            position += 2 + int(length)
    return None


def _read_webp(picture: bytes) -> Size | None:
    """Read the three kinds of WebP (RFC 9649)."""
    match picture[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", picture, 26)
            return Size(width & 0x3FFF, height & 0x3FFF)
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", picture, 21)
            return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            first, second, third = struct.unpack_from("<HHH", picture, 24)
            return Size((first | (second & 0xFF) << 16) + 1, (second >> 8 | third << 8) + 1)
        case _:
            return None
