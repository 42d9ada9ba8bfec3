"""File outputs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bytezkit_emulator._engines.job import Job, MediaOutput
from bytezkit_emulator._engines.random_words import random_numbers
from bytezkit_emulator._media import Media
from bytezkit_emulator._media.h264 import MACROBLOCK_SIZE, Color
from bytezkit_emulator._media.mp4 import write_mp4
from bytezkit_emulator._media.png import write_png
from bytezkit_emulator._media.wav import SAMPLE_RATE, write_wav

_DEFAULT_SIDE: Final = 64
# Nothing is compressed, so that the size of a file grows with the area and the number of frames.
_MAX_SIDE: Final = 256
_DEFAULT_FRAMES: Final = 16
_MAX_FRAMES: Final = 64
_TILE_SIZE: Final = 8
_SAMPLES_PER_TOKEN: Final = SAMPLE_RATE // 50
# The range of luma in video (ITU-R BT.601); `h264` needs samples of at least 16.
_MIN_SAMPLE: Final = 16
_MAX_SAMPLE: Final = 235


def image(job: Job) -> MediaOutput:
    """A PNG of coloured tiles, 64 pixels a side unless `width` and `height` are given, at most 256."""
    numbers = random_numbers(job.seed)
    colors = [next(numbers).to_bytes(4, "big")[:3] for _ in range(8)]
    width, height = _side(job, "width"), _side(job, "height")
    # The extra row and column cover the rest of a side that is no multiple of the tile size.
    columns, rows = range(width // _TILE_SIZE + 1), range(height // _TILE_SIZE + 1)
    tile_rows = [
        b"".join(colors[(column * row + column + row) % len(colors)] * _TILE_SIZE for column in columns)
        for row in rows
    ]
    pixel_rows = [tile_rows[line // _TILE_SIZE][: 3 * width] for line in range(height)]
    return _media_output(job, Media(write_png(pixel_rows, channels=3), "image/png", "png"))


def audio(job: Job) -> MediaOutput:
    """A WAV of one tone: one second, or 20 ms per token of `max_new_tokens`, from 0.5 to 2 seconds."""
    frequency = 220 + next(random_numbers(job.seed)) % 660
    samples = job.integer("max_new_tokens", 50) * _SAMPLES_PER_TOKEN
    samples = min(max(samples, SAMPLE_RATE // 2), 2 * SAMPLE_RATE)
    return _media_output(job, Media(write_wav(frequency, samples), "audio/wav", "wav"))


def video(job: Job) -> MediaOutput:
    """An MP4 of moving squares: 16 frames unless `num_frames` is given, at most 64.

    Its sides are 64 pixels unless `width` and `height` are given, at most 256, rounded to multiples of 16.
    """
    columns, rows = (_macroblocks(_side(job, name)) for name in ("width", "height"))
    palette = _palette(random_numbers(job.seed))
    frames = [
        [palette[(column + row + frame) % len(palette)] for row in range(rows) for column in range(columns)]
        for frame in range(min(job.integer("num_frames", _DEFAULT_FRAMES), _MAX_FRAMES))
    ]
    return _media_output(job, Media(write_mp4(frames, columns=columns), "video/mp4", "mp4"))


FILE_GENERATORS: Final[Mapping[str, Callable[[Job], MediaOutput]]] = {
    "audio": audio,
    "image": image,
    "video": video,
}


def _media_output(job: Job, media: Media) -> MediaOutput:
    return MediaOutput(media=media, token=job.seed[:16].hex())


def _side(job: Job, name: str) -> int:
    return min(job.integer(name, _DEFAULT_SIDE), _MAX_SIDE)


def _macroblocks(side: int) -> int:
    return max(1, (side + MACROBLOCK_SIZE // 2) // MACROBLOCK_SIZE)


def _palette(numbers: Iterator[int]) -> list[Color]:
    return [(_sample(numbers), _sample(numbers), _sample(numbers)) for _ in range(7)]


def _sample(numbers: Iterator[int]) -> int:
    return _MIN_SAMPLE + next(numbers) % (_MAX_SAMPLE - _MIN_SAMPLE + 1)
