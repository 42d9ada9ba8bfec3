"""Read the size of an image from its header."""

import struct
from typing import Final, NamedTuple

# JPEG markers that begin a frame (ITU-T T.81, table B.1): SOF0 to SOF15 without DHT, JPG and DAC.
_FRAME_MARKERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# JPEG markers without a segment length: TEM, and RST0 to EOI.
_STANDALONE_MARKERS: Final = frozenset({0x01, *range(0xD0, 0xDA)})


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    def within(self, side: int) -> "Size":
        """Return the size reduced in proportion, so that no side is longer than `side`."""
        longest = max(self.width, self.height, side)
        return Size(max(1, self.width * side // longest), max(1, self.height * side // longest))


def image_size(image: bytes) -> Size | None:
    """Return the size of a PNG, JPEG, GIF, WebP or BMP image; None for other content or an empty image."""
    try:
        size = _read_size(image)
    # The content comes from a client and may be truncated.
    except (struct.error, IndexError):
        return None
    return None if size is None or min(size) < 1 else size


def _read_size(image: bytes) -> Size | None:
    if image.startswith(b"\x89PNG\r\n\x1a\n"):
        return Size(*struct.unpack_from(">II", image, 16))
    if image.startswith((b"GIF87a", b"GIF89a")):
        return Size(*struct.unpack_from("<HH", image, 6))
    if image.startswith(b"\xff\xd8"):
        return _read_jpeg(image)
    if image[:4] == b"RIFF" and image[8:12] == b"WEBP":
        return _read_webp(image)
    if image.startswith(b"BM"):
        # A negative height means that the rows are stored from top to bottom.
        width, height = struct.unpack_from("<ii", image, 18)
        return Size(width, abs(height))
    return None


def _read_jpeg(image: bytes) -> Size | None:
    position = 2
    while image[position] == 0xFF:
        marker = image[position + 1]
        if marker in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", image, position + 5)
            return Size(width, height)
        if marker == 0xFF:  # A fill byte before a marker.
            position += 1
        elif marker in _STANDALONE_MARKERS:
            position += 2
        else:
            (length,) = struct.unpack_from(">H", image, position + 2)
            position += 2 + int(length)
    return None


def _read_webp(image: bytes) -> Size | None:
    """Read the size of the three WebP formats (RFC 9649): lossy, lossless and extended."""
    match image[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", image, 26)
            return Size(width & 0x3FFF, height & 0x3FFF)
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", image, 21)
            return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            first, second, third = struct.unpack_from("<HHH", image, 24)
            return Size((first | (second & 0xFF) << 16) + 1, (second >> 8 | third << 8) + 1)
        case _:
            return None
