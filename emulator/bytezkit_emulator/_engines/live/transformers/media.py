"""Read media with Pillow and PyAV, and write those of pipelines."""

import io
import wave
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray
from PIL import Image

from bytezkit_emulator._engines.inputs import InputError
from bytezkit_emulator._media import Media

_MAX_SAMPLE: Final = 32_767
_PICTURES_PER_SECOND: Final = 8
# What Pillow raises for files that are no pictures, are damaged or are too large.
_PICTURE_ERRORS: Final = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def read_picture(content: bytes) -> Image.Image:
    """Return a picture in RGB.

    Raises:
        InputError: The content is not a picture that can be read.
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.convert("RGB")
    except _PICTURE_ERRORS as error:
        raise InputError(f"the picture cannot be read: {error}") from None


def read_sound(content: bytes, rate: int) -> NDArray[np.float32]:
    """Return the samples of a sound in one channel, from -1 to 1.

    Args:
        content: A sound file.
        rate: Samples per second.

    Raises:
        InputError: The content is not a sound that can be read.
    """
    try:
        with av.open(io.BytesIO(content), "r") as container:
            resampler = av.AudioResampler(format="fltp", layout="mono", rate=rate)
            # The last, empty frame gets the samples that the resampler has kept.
            frames = [*container.decode(audio=0), None]
            parts = [part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)]
            return np.concatenate(parts).astype(np.float32)
    except (FFmpegError, IndexError, ValueError) as error:
        raise InputError(f"the sound cannot be read: {error}") from None


@contextmanager
def video_file(content: bytes) -> Generator[str, None, None]:
    """Yield the path of a file with a video, as the pipelines read no other."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "video"
        file.write_bytes(content)
        yield str(file)


def write_picture(picture: Image.Image) -> bytes:
    """Return a picture as PNG."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def write_video(pictures: Sequence[Image.Image]) -> Media:
    """Return an MP4 file of pictures in the same even size."""
    file = io.BytesIO()
    # The package has no types for encoders.
    container: Any
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("h264", rate=_PICTURES_PER_SECOND)
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(np.asarray(picture.convert("RGB")), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return Media(file.getvalue(), "video/mp4", "mp4")


def write_sound(samples: NDArray[np.float32], rate: int) -> Media:
    """Return a WAV file of samples from -1 to 1 in one channel; larger ones are clipped."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes((np.clip(samples, -1, 1) * _MAX_SAMPLE).astype("<i2").tobytes())
    return Media(file.getvalue(), "audio/wav", "wav")
