"""PNG files, as the W3C's specification (third edition) describes them.

The rows are stored, not compressed, so that the bytes do not depend on the version of zlib.
"""

import struct
import zlib
from collections.abc import Sequence
from typing import Final, Literal

_COLOR_TYPES: Final = {1: 0, 3: 2}
_LARGEST_BLOCK: Final = 65_535


def write_png(rows: Sequence[bytes], *, channels: Literal[1, 3]) -> bytes:
    """Write a picture of 8 bits per sample.

    Args:
        rows: The samples of each line, all of one length.
        channels: 1 for a picture in grey, 3 for red, green and blue.
    """
    header = struct.pack(">IIBBBBB", len(rows[0]) // channels, len(rows), 8, _COLOR_TYPES[channels], 0, 0, 0)
    # Each line begins with the number of its filter; 0 is none.
    data = b"".join(b"\0" + row for row in rows)
    chunks = [_chunk(b"IHDR", header), _chunk(b"IDAT", _stored(data)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _stored(data: bytes) -> bytes:
    """Put data into the zlib format (RFC 1950) in stored blocks (RFC 1951)."""
    blocks = [data[start : start + _LARGEST_BLOCK] for start in range(0, len(data), _LARGEST_BLOCK)]
    last = len(blocks) - 1
    parts = [
        struct.pack("<BHH", position == last, len(block), len(block) ^ 0xFFFF) + block
        for position, block in enumerate(blocks)
    ]
    return b"\x78\x01" + b"".join(parts) + struct.pack(">I", zlib.adler32(data))
