"""Detect the media type of a file from its first bytes.

A library for these few signatures would be a dependency of every user.
"""

import re
from collections.abc import Mapping
from typing import Final

_SIGNATURES: Final[Mapping[bytes, str]] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"fLaC": "audio/flac",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xfa": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"\xff\xf2": "audio/mpeg",
    b"%PDF-": "application/pdf",
}
# RIFF containers name their content at byte 8.
_RIFF_FORMATS: Final[Mapping[bytes, str]] = {
    b"WEBP": "image/webp",
    b"WAVE": "audio/wav",
    b"AVI ": "video/x-msvideo",
}
# Brands of ISO base media files (ISO/IEC 14496-12, 23008-12; registered at mp4ra.org).
_BRANDS: Final[Mapping[bytes, str]] = {
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), "audio/mp4"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis"), "image/heic"),
    **dict.fromkeys((b"hevc", b"hevx", b"hevm", b"hevs"), "image/heic-sequence"),
    **dict.fromkeys((b"isom", *(b"iso%d" % version for version in range(2, 10))), "video/mp4"),
    **dict.fromkeys((b"mp41", b"mp42", b"avc1", b"dash", b"M4V "), "video/mp4"),
    **dict.fromkeys((b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3gr6", b"3gs7"), "video/3gpp"),
    b"qt  ": "video/quicktime",
}
# These brands name a container of images whose coding only the compatible brands name.
_IMAGE_BRANDS: Final[Mapping[bytes, str]] = {
    b"mif1": "image/heif",
    b"mif2": "image/heif",
    b"msf1": "image/heif-sequence",
}
# The element DocType of an EBML header (RFC 8794): id, one byte of length, name.
_EBML_DOCUMENT_TYPE: Final = re.compile(rb"\x42\x82[\x84\x88](webm|matroska)")
_EBML_FORMATS: Final[Mapping[bytes, str]] = {b"webm": "video/webm", b"matroska": "video/x-matroska"}
# Sizes of the headers that can follow the file header of a bitmap.
_BITMAP_HEADERS: Final = frozenset({12, 16, 40, 52, 56, 64, 108, 124})


def detect_media_type(content: bytes) -> str | None:
    """Return the media type of a file, or None if its first bytes do not determine it."""
    for signature, media_type in _SIGNATURES.items():
        if content.startswith(signature):
            return media_type
    if content[:4] == b"RIFF":
        return _RIFF_FORMATS.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _media_type_of_brands(content)
    if content[:4] == b"\x1aE\xdf\xa3":
        document_type = _EBML_DOCUMENT_TYPE.search(content[:64])
        return None if document_type is None else _EBML_FORMATS[document_type[1]]
    # Text can start with the two letters too.
    if content[:2] == b"BM" and int.from_bytes(content[14:18], "little") in _BITMAP_HEADERS:
        return "image/bmp"
    return None


def _media_type_of_brands(content: bytes) -> str | None:
    end = int.from_bytes(content[:4], "big")
    major, compatible = content[8:12], content[16 : min(end, 256)]
    if major not in _IMAGE_BRANDS:
        return _BRANDS.get(major)
    brands = [compatible[start : start + 4] for start in range(0, len(compatible), 4)]
    codings = (_BRANDS[brand] for brand in brands if _BRANDS.get(brand, "").startswith("image/"))
    return next(codings, _IMAGE_BRANDS[major])
