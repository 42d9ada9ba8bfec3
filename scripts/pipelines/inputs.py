"""Media inputs of the pipelines."""

import base64
import io
from pathlib import Path
from typing import Any, Final

import av
import numpy
import PIL.Image

_RANDOM: Final = numpy.random.default_rng(0)
IMAGE: Final = PIL.Image.fromarray(_RANDOM.integers(0, 255, (40, 48, 3), dtype=numpy.uint8))
# One second at 16,000 samples per second.
SOUND: Final = (numpy.sin(numpy.arange(16000) / 8) * 0.3).astype("float32")
WORDS: Final = [("Total", [10, 10, 60, 30]), ("$154.06", [70, 10, 130, 30])]


def write_video(path: Path) -> None:
    """Write a video of 16 frames."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=8)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(16):
            picture = _RANDOM.integers(0, 255, (32, 32, 3), dtype=numpy.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode())


def png(picture: Any) -> str:
    """Return a picture as PNG in base64."""
    with io.BytesIO() as file:
        picture.save(file, "PNG")
        return base64.b64encode(file.getvalue()).decode()
