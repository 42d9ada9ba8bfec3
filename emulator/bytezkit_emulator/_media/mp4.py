"""MP4 files (ISO/IEC 14496-12 and -15) with one H.264 video track."""

import struct
from collections.abc import Sequence
from typing import Final

from bytezkit_emulator._media.h264 import (
    COMPATIBILITY,
    LEVEL,
    MACROBLOCK_SIZE,
    PROFILE,
    Color,
    picture,
    picture_parameters,
    sequence_parameters,
)

FRAMES_PER_SECOND: Final = 8
_TICKS_PER_SECOND: Final = 800
_TICKS_PER_FRAME: Final = _TICKS_PER_SECOND // FRAMES_PER_SECOND
# The identity transformation, in 16.16 and 2.30 fixed point.
_IDENTITY_MATRIX: Final = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def write_mp4(frames: Sequence[Sequence[Color]], *, columns: int) -> bytes:
    """Return an MP4 file with a video of coloured squares, 16 pixels a side.

    Args:
        frames: Y, Cb and Cr of each square of each frame, row by row; each from 16 to 240.
        columns: Number of squares per row.
    """
    pictures = [picture(colors, position) for position, colors in enumerate(frames)]
    samples = [struct.pack(">I", len(it)) + it for it in pictures]
    rows = len(frames[0]) // columns
    start = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")
    # The box `moov` contains the offset of the first sample, which depends on the size of `moov` itself: a
    # first pass measures it. 8 is the size of the header of `mdat`.
    offset = len(start) + len(_movie(samples, columns, rows, 0)) + 8
    return start + _movie(samples, columns, rows, offset) + _box(b"mdat", *samples)


def _movie(samples: Sequence[bytes], columns: int, rows: int, offset: int) -> bytes:
    duration = len(samples) * _TICKS_PER_FRAME
    width, height = columns * MACROBLOCK_SIZE, rows * MACROBLOCK_SIZE
    movie_header = _full_box(
        b"mvhd",
        struct.pack(">4I", 0, 0, _TICKS_PER_SECOND, duration),
        struct.pack(">IH10x", 0x10000, 0x100),
        _IDENTITY_MATRIX,
        struct.pack(">24xI", 2),
    )
    track_header = _full_box(
        b"tkhd",
        struct.pack(">5I", 0, 0, 1, 0, duration),
        struct.pack(">8x4H", 0, 0, 0, 0),
        _IDENTITY_MATRIX,
        struct.pack(">2I", width << 16, height << 16),
        flags=3,
    )
    media_header = _full_box(b"mdhd", struct.pack(">4IHH", 0, 0, _TICKS_PER_SECOND, duration, 0x55C4, 0))
    handler = _full_box(b"hdlr", struct.pack(">I4s12x", 0, b"vide"), b"VideoHandler\0")
    reference = _full_box(b"dref", struct.pack(">I", 1), _full_box(b"url ", flags=1))
    table = _box(
        b"stbl",
        _full_box(b"stsd", struct.pack(">I", 1), _sample_entry(columns, rows)),
        _full_box(b"stts", struct.pack(">3I", 1, len(samples), _TICKS_PER_FRAME)),
        _full_box(b"stsc", struct.pack(">4I", 1, 1, len(samples), 1)),
        _full_box(b"stsz", struct.pack(f">{len(samples) + 2}I", 0, len(samples), *map(len, samples))),
        _full_box(b"stco", struct.pack(">2I", 1, offset)),
    )
    information = _box(
        b"minf", _full_box(b"vmhd", struct.pack(">4H", 0, 0, 0, 0), flags=1), _box(b"dinf", reference), table
    )
    media = _box(b"mdia", media_header, handler, information)
    return _box(b"moov", movie_header, _box(b"trak", track_header, media))


def _sample_entry(columns: int, rows: int) -> bytes:
    sequence, picture_set = sequence_parameters(columns, rows), picture_parameters()
    configuration = _box(
        b"avcC",
        # Sample sizes take 4 bytes; one sequence and one picture parameter set follow.
        bytes([1, PROFILE, COMPATIBILITY, LEVEL, 0xFF, 0xE1]),
        struct.pack(">H", len(sequence)) + sequence,
        b"\x01" + struct.pack(">H", len(picture_set)) + picture_set,
    )
    return _box(
        b"avc1",
        struct.pack(">6xH16x", 1),
        struct.pack(
            ">2H2I4xH32xHh", columns * MACROBLOCK_SIZE, rows * MACROBLOCK_SIZE, 0x480000, 0x480000, 1, 24, -1
        ),
        configuration,
    )


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def _full_box(name: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", flags), *parts)
