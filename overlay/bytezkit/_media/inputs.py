"""Encode media inputs: a file, bytes, a URL, a picture of Pillow or an array of numpy."""

import base64
import io
import re
import wave
from array import array
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast, runtime_checkable

import anyio.to_thread

from bytezkit._media.media_types import detect_media_type
from bytezkit_models.inputs import MediaInput

if TYPE_CHECKING:
    from PIL.Image import Image
    from typing_extensions import Buffer


@runtime_checkable
class _Seekable(Protocol):
    def seekable(self) -> bool: ...

    def tell(self) -> int: ...

    def seek(self, offset: int, /) -> int: ...


class SupportsRead(Protocol):
    """An open binary file, or any other object with `read() -> bytes`."""

    def read(self) -> bytes:
        """Return the rest of the file."""
        ...


@runtime_checkable
class SupportsArrayInterface(Protocol):
    """A picture of Pillow, or an array of numpy.

    An array is a picture (uint8, shape height x width, height x width x 3 or height x width x 4) or a sound
    (float32 from -1 to 1, one dimension), which needs a sample rate.
    """

    @property
    def __array_interface__(self) -> Mapping[str, object]:
        """Memory layout of the array."""
        ...


MediaSource: TypeAlias = (
    str | PathLike[str] | bytes | bytearray | memoryview | SupportsRead | SupportsArrayInterface
)

_MEDIA_TYPE: Final = re.compile(r"[^\s/,;]+/[^\s/,;]+(;[^\s,]+)?")
_MAX_SAMPLE: Final = 32767
# Pillow's mode of an array by its shape without height and width.
_PICTURE_MODES: Final[Mapping[tuple[int, ...], str]] = {(): "L", (3,): "RGB", (4,): "RGBA"}
# PNG has no form for the other modes of Pillow, such as CMYK.
_PNG_MODES: Final = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"})


def media_members(source: MediaSource, mime: str | None, sample_rate: int | None = None) -> MediaInput:
    """Return the members of the request body for media.

    Args:
        source: A path, bytes, an open binary file, a picture of Pillow, an array of numpy, or a string that
            starts with `http://`, `https://` or `data:`. A file is read from its current position. A seekable
            file is then moved back there, so that a failed call can be repeated.
        mime: The media type of bytes and files; None detects the type from the first bytes.
        sample_rate: Samples per second of a sound in an array.

    Raises:
        TypeError: `source` has another type, is a file in text mode or another kind of array, or `mime` is
            not a string.
        ValueError: The string is not a URL, the media are empty, their type is not detected, `mime` is not a
            media type or stands beside a URL or an array, the sample rate is missing or stands beside
            something else, or the file is closed.
        OSError: The file cannot be read.
    """
    if mime is not None and not isinstance(mime, str):
        raise TypeError(f"mime must be a string, not {type(mime).__name__}")
    if isinstance(source, str):
        _reject_options("a URL", mime, sample_rate)
        if not is_media_url(source):
            raise ValueError(
                "a string must be a URL (http://, https:// or data:); for a file use pathlib.Path"
            )
        return {"base64": source} if source[:5].lower() == "data:" else {"url": source}
    if isinstance(source, SupportsArrayInterface):
        return _array_members(source, mime, sample_rate)
    _reject_options("a file", None, sample_rate)
    if mime is not None and not _MEDIA_TYPE.fullmatch(mime):
        raise ValueError(f"mime must be a media type such as image/png, not {mime!r}")
    content = _read_content(source)
    if not content:
        raise ValueError("the media are empty; a file is read from its current position")
    media_type = mime or detect_media_type(content)
    if media_type is None:
        raise ValueError("the media type cannot be detected from the first bytes: pass mime=")
    return _data_url(media_type, content)


def is_media_url(text: str) -> bool:
    """Return whether a text is a URL of media."""
    return text[:8].lower().startswith(("http://", "https://", "data:"))


async def media_members_async(
    source: MediaSource, mime: str | None, sample_rate: int | None = None
) -> MediaInput:
    """Return the members as `media_members` does, but read and encode files in a thread."""
    return await anyio.to_thread.run_sync(media_members, source, mime, sample_rate)


def _data_url(media_type: str, content: bytes) -> MediaInput:
    return {"base64": f"data:{media_type};base64,{base64.b64encode(content).decode()}"}


def _reject_options(source: str, mime: str | None, sample_rate: int | None) -> None:
    if mime is not None:
        raise ValueError(f"mime is for bytes and files, not for {source}")
    if sample_rate is not None:
        raise ValueError(f"sample_rate is for an array of float32, not for {source}")


def _read_content(source: PathLike[str] | bytes | bytearray | memoryview | SupportsRead) -> bytes:
    if isinstance(source, PathLike):
        return Path(source).read_bytes()
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if not callable(getattr(source, "read", None)):
        raise TypeError(
            f"media must be a path, bytes, a binary file, a URL, a picture of Pillow or an array of numpy, "
            f"not {type(source).__name__}"
        )
    if getattr(source, "closed", False):
        raise ValueError("the file is closed")
    position = source.tell() if isinstance(source, _Seekable) and source.seekable() else None
    content: object = None
    try:
        content = source.read()
    except UnicodeDecodeError:
        pass
    finally:
        if isinstance(source, _Seekable) and position is not None:
            source.seek(position)
    if not isinstance(content, bytes):
        close = getattr(content, "close", None)
        # A coroutine that is neither awaited nor closed would warn.
        if callable(close):
            close()
        raise TypeError("the file must be open in binary mode, so that read() returns bytes")
    return content


def _array_members(source: SupportsArrayInterface, mime: str | None, sample_rate: int | None) -> MediaInput:
    # Pictures of Pillow have the array interface too, but are no buffers.
    if callable(getattr(source, "save", None)):
        _reject_options("a picture", mime, sample_rate)
        return _picture_members(cast("Image", source))
    view = memoryview(cast("Buffer", source))
    if view.nbytes == 0:
        raise ValueError("the media are empty: the array has no elements")
    if view.format == "f" and view.ndim == 1:
        return _sound_members(view.tolist(), mime, sample_rate)
    shape = view.shape or ()
    mode = _PICTURE_MODES.get(shape[2:])
    if view.format != "B" or len(shape) < 2 or mode is None:
        raise TypeError(
            "an array must be a picture (uint8; height x width, height x width x 3 or height x width x 4)"
            f" or a sound (float32; one dimension), not of format {view.format!r} and shape {shape}"
        )
    _reject_options("a picture", mime, sample_rate)
    try:
        from PIL.Image import frombytes  # noqa: PLC0415 - Pillow is optional
    except ImportError:
        raise TypeError("an array as a picture needs Pillow: install it, or pass a file") from None
    return _picture_members(frombytes(mode, (shape[1], shape[0]), view.tobytes()))


def _picture_members(picture: "Image") -> MediaInput:
    content = io.BytesIO()
    (picture if picture.mode in _PNG_MODES else picture.convert("RGB")).save(content, "PNG")
    return _data_url("image/png", content.getvalue())


def _sound_members(samples: Sequence[float], mime: str | None, sample_rate: int | None) -> MediaInput:
    if mime is not None:
        raise ValueError("mime is for bytes and files, not for an array")
    # A bool is an int for Python.
    if isinstance(sample_rate, bool) or not isinstance(sample_rate, int) or sample_rate < 1:
        raise ValueError(f"an array of float32 needs sample_rate, a positive integer, not {sample_rate!r}")
    encoded = array("h", (round(max(-1.0, min(1.0, sample)) * _MAX_SAMPLE) for sample in samples))
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(encoded.tobytes())
    return _data_url("audio/wav", content.getvalue())
