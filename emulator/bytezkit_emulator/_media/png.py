"""PNG files (W3C specification, third edition).

The rows are stored without compression, so that the bytes do not depend on the version of zlib.
"""

import struct
import zlib
from collections.abc import Sequence
from typing import Final, Literal

# By number of channels: greyscale and truecolour.
_COLOR_TYPES: Final = {1: 0, 3: 2}
_MAX_BLOCK_SIZE: Final = 65_535


def write_png(rows: Sequence[bytes], *, channels: Literal[1, 3]) -> bytes:
    """Return a PNG file with 8 bits per sample.

    Args:
        rows: The samples of each row, all of equal length.
        channels: 1 for greyscale, 3 for red, green and blue.
    """
    header = struct.pack(">IIBBBBB", len(rows[0]) // channels, len(rows), 8, _COLOR_TYPES[channels], 0, 0, 0)
    # Each row begins with the number of its filter type; 0 means no filter.
    data = b"".join(b"\0" + row for row in rows)
    chunks = [_chunk(b"IHDR", header), _chunk(b"IDAT", _encode_stored(data)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _encode_stored(data: bytes) -> bytes:
    """Encode data in the zlib format (RFC 1950) in stored blocks (RFC 1951)."""
    blocks = [data[start : start + _MAX_BLOCK_SIZE] for start in range(0, len(data), _MAX_BLOCK_SIZE)]
    last = len(blocks) - 1
    parts = [
        struct.pack("<BHH", position == last, len(block), len(block) ^ 0xFFFF) + block
        for position, block in enumerate(blocks)
    ]
    return b"\x78\x01" + b"".join(parts) + struct.pack(">I", zlib.adler32(data))
