"""Outputs that are files."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bytezkit_emulator._engines.arguments import integer
from bytezkit_emulator._engines.job import Job, MediaOutput
from bytezkit_emulator._engines.random_numbers import numbers
from bytezkit_emulator._media import Media
from bytezkit_emulator._media.h264 import BLOCK, Color
from bytezkit_emulator._media.mp4 import write_mp4
from bytezkit_emulator._media.png import write_png
from bytezkit_emulator._media.wav import SAMPLE_RATE, write_wav

_SIDE: Final = 64
_LONGEST_SIDE: Final = 256
_FRAMES: Final = 16
_MOST_FRAMES: Final = 64
_TILE: Final = 8
_SAMPLES_PER_TOKEN: Final = SAMPLE_RATE // 50
_DARKEST: Final = 16
_BRIGHTEST: Final = 235


def image(job: Job) -> MediaOutput:
    """A PNG of coloured tiles, 64 pixels a side unless `width` and `height` say else; at most 256."""
    draw = numbers(job.seed)
    colors = [next(draw).to_bytes(4, "big")[:3] for _ in range(8)]
    width, height = _side(job, "width"), _side(job, "height")
    # One more line of tiles than fits, of which the last one is cut.
    columns, lines = range(width // _TILE + 1), range(height // _TILE + 1)
    tiles = [
        b"".join(colors[(at * line + at + line) % len(colors)] * _TILE for at in columns) for line in lines
    ]
    rows = [tiles[row // _TILE][: 3 * width] for row in range(height)]
    return _made(job, Media(write_png(rows, channels=3), "image/png", "png"))


def audio(job: Job) -> MediaOutput:
    """A WAV of one tone of a second, or a fiftieth per token of `max_new_tokens`: half to two seconds."""
    frequency = 220 + next(numbers(job.seed)) % 660
    samples = integer(job, "max_new_tokens", 50) * _SAMPLES_PER_TOKEN
    samples = min(max(samples, SAMPLE_RATE // 2), 2 * SAMPLE_RATE)
    return _made(job, Media(write_wav(frequency, samples), "audio/wav", "wav"))


def video(job: Job) -> MediaOutput:
    """An MP4 of moving squares of 16 pixels: 16 frames unless `num_frames` says else, at most 64.

    It is 64 pixels a side unless `width` and `height` say else, rounded to squares, at most 256.
    """
    columns, rows = (_squares(_side(job, name)) for name in ("width", "height"))
    palette = _palette(numbers(job.seed))
    frames = [
        [palette[(column + row + frame) % len(palette)] for row in range(rows) for column in range(columns)]
        for frame in range(min(integer(job, "num_frames", _FRAMES), _MOST_FRAMES))
    ]
    return _made(job, Media(write_mp4(frames, columns=columns), "video/mp4", "mp4"))


FILES: Final[Mapping[str, Callable[[Job], MediaOutput]]] = {"audio": audio, "image": image, "video": video}


def _made(job: Job, media: Media) -> MediaOutput:
    return MediaOutput(media=media, token=job.seed[:16].hex())


def _side(job: Job, name: str) -> int:
    return min(integer(job, name, _SIDE), _LONGEST_SIDE)


def _squares(side: int) -> int:
    return max(1, (side + BLOCK // 2) // BLOCK)


def _palette(draw: Iterator[int]) -> list[Color]:
    return [(_sample(draw), _sample(draw), _sample(draw)) for _ in range(7)]


def _sample(draw: Iterator[int]) -> int:
    return _DARKEST + next(draw) % (_BRIGHTEST - _DARKEST + 1)
