"""H.264 video (ITU-T H.264) with uncompressed macroblocks only (type I_PCM).

No NAL unit needs emulation prevention bytes: the headers contain no two consecutive zero bytes, and samples
are at least 16. Numbers in parentheses are clauses of the standard.
"""

from collections.abc import Iterable, Sequence
from typing import Final

MACROBLOCK_SIZE: Final = 16
PROFILE: Final = 66  # Baseline.
COMPATIBILITY: Final = 0b1100_0000
LEVEL: Final = 40  # Level 4.0.
# mb_type 25 (I_PCM) of an I slice at a byte boundary, with the alignment bits before its samples (7.3.5).
_PCM_HEADER: Final = b"\x0d\x00"
_FIRST_PCM_BITS: Final = "000011010"

Color = tuple[int, int, int]


def sequence_parameters(columns: int, rows: int) -> bytes:
    """Return the sequence parameter set (7.3.2.1.1) for pictures of a size in macroblocks."""
    head = bytes([0x67, PROFILE, COMPATIBILITY, LEVEL])
    # seq_parameter_set_id, log2_max_frame_num_minus4, pic_order_cnt_type (output order is decoding order),
    # max_num_ref_frames, gaps_in_frame_num_value_allowed_flag, pic_width_in_mbs_minus1,
    # pic_height_in_map_units_minus1, frame_mbs_only_flag, direct_8x8_inference_flag, frame_cropping_flag,
    # vui_parameters_present_flag.
    fields = [_ue(0), _ue(0), _ue(2), _ue(0), "0", _ue(columns - 1), _ue(rows - 1), "1", "0", "0", "0"]
    return head + _pack_bits([*fields, "1"])


def picture_parameters() -> bytes:
    """Return the picture parameter set (7.3.2.2)."""
    # pic_parameter_set_id, seq_parameter_set_id, entropy_coding_mode_flag (CAVLC),
    # bottom_field_pic_order_in_frame_present_flag, num_slice_groups_minus1, two
    # num_ref_idx_default_active_minus1.
    first_fields = [_ue(0), _ue(0), "0", "0", _ue(0), _ue(0), _ue(0)]
    # weighted_pred_flag, weighted_bipred_idc, pic_init_qp_minus26, pic_init_qs_minus26,
    # chroma_qp_index_offset, deblocking_filter_control_present_flag, constrained_intra_pred_flag,
    # redundant_pic_cnt_present_flag.
    last_fields = ["0", "00", _ue(0), _ue(0), _ue(0), "1", "0", "0"]
    return b"\x68" + _pack_bits([*first_fields, *last_fields, "1"])


def picture(colors: Sequence[Color], position: int) -> bytes:
    """Return an IDR slice, which contains a whole picture (7.3.3).

    Args:
        colors: Y, Cb and Cr of each macroblock, row by row; each from 16 to 240.
        position: Index of the picture in the video.
    """
    # first_mb_in_slice, slice_type (only I slices), pic_parameter_set_id, frame_num, idr_pic_id (must differ
    # between consecutive pictures), two flags of dec_ref_pic_marking, slice_qp_delta,
    # disable_deblocking_filter_idc, mb_type of the first macroblock with its alignment bits.
    fields = [_ue(0), _ue(7), _ue(0), "0000", _ue(position % 2), "00", _ue(0), _ue(1), _FIRST_PCM_BITS]
    return b"\x65" + _pack_bits(fields) + _PCM_HEADER.join(_samples(colors)) + b"\x80"


def _samples(colors: Iterable[Color]) -> Iterable[bytes]:
    for luma, blue, red in colors:
        yield bytes([luma]) * 256 + bytes([blue]) * 64 + bytes([red]) * 64


def _ue(number: int) -> str:
    """Return the Exp-Golomb code (9.1) of an unsigned number, or of a signed 0, as binary digits."""
    bits = f"{number + 1:b}"
    return "0" * (len(bits) - 1) + bits


def _pack_bits(bits: Sequence[str]) -> bytes:
    """Pack binary digits into bytes, with zero bits at the end."""
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")
