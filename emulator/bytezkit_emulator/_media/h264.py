"""H.264 video (ITU-T H.264), of which only macroblocks in the type I_PCM: their samples as they are.

No NAL unit needs bytes that prevent emulation: the headers hold no two zero bytes, and samples are at
least 16.
"""

from collections.abc import Iterable, Sequence
from typing import Final

BLOCK: Final = 16
PROFILE: Final = 66  # baseline
COMPATIBILITY: Final = 0b1100_0000
LEVEL: Final = 40
# mb_type 25 of an I slice, on a byte boundary, with the zero bits before the samples (7.3.5).
_PCM: Final = b"\x0d\x00"
_PCM_BITS: Final = "000011010"

Color = tuple[int, int, int]


def sequence_parameters(columns: int, rows: int) -> bytes:
    """Return the NAL unit that says how large the pictures are (7.3.2.1.1), in macroblocks."""
    head = bytes([0x67, PROFILE, COMPATIBILITY, LEVEL])
    # The set's number, 4 bits of frame_num, output in the order of decoding, no reference frames, no
    # gaps; the size; whole frames, no inference, no cropping, nothing on usability.
    numbers = [_ue(0), _ue(0), _ue(2), _ue(0), "0", _ue(columns - 1), _ue(rows - 1), "1", "0", "0", "0"]
    return head + _packed([*numbers, "1"])


def picture_parameters() -> bytes:
    """Return the NAL unit of what the pictures have in common (7.3.2.2)."""
    # Both sets' numbers, CAVLC, no order of fields, one slice group, one reference in each list, no
    # weights, no offsets of the quantizer, slices say how to deblock, no constraint, no redundancy.
    sets = [_ue(0), _ue(0), "0", "0", _ue(0), _ue(0), _ue(0)]
    rest = ["0", "00", _ue(0), _ue(0), _ue(0), "1", "0", "0"]
    return b"\x68" + _packed([*sets, *rest, "1"])


def picture(colors: Sequence[Color], position: int) -> bytes:
    """Return the NAL unit of one picture that needs no other (7.3.3).

    Args:
        colors: Y, Cb and Cr of each macroblock, line by line; each from 16 to 240.
        position: Its place in the video.
    """
    # First macroblock, I slices only, parameters, frame_num; numbers of neighbours differ; nothing on
    # earlier pictures; no change of the quantizer, no deblocking; the first macroblock's type.
    numbers = [_ue(0), _ue(7), _ue(0), "0000", _ue(position % 2), "00", _ue(0), _ue(1), _PCM_BITS]
    return b"\x65" + _packed(numbers) + _PCM.join(_samples(colors)) + b"\x80"


def _samples(colors: Iterable[Color]) -> Iterable[bytes]:
    for luma, blue, red in colors:
        yield bytes([luma]) * 256 + bytes([blue]) * 64 + bytes([red]) * 64


def _ue(number: int) -> str:
    """Spell an unsigned number in bits as Exp-Golomb code (9.1); of a signed one, only 0."""
    bits = f"{number + 1:b}"
    return "0" * (len(bits) - 1) + bits


def _packed(bits: Sequence[str]) -> bytes:
    """Put bits into bytes, the last of which is filled up with zeros."""
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")
