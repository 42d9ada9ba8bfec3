"""Outputs about places of a picture.

Its size is read from its content; where that is not there or not a picture, one is invented that is
always the same for the same media.
"""

import base64
from collections.abc import Iterator
from math import isqrt
from typing import Final, NamedTuple

from bytezkit_emulator._common.json import JsonObject, JsonValue, as_strings
from bytezkit_emulator._engines.arguments import integer, number
from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.random_numbers import numbers
from bytezkit_emulator._engines.scores import score
from bytezkit_emulator._media.png import write_png
from bytezkit_emulator._media.size import Size, size_of

_SIZES: Final = (Size(640, 480), Size(480, 640), Size(512, 512), Size(800, 600), Size(1024, 768))
_THINGS: Final = ("cat", "dog", "person", "chair", "bicycle", "boat", "cup", "umbrella")
_PARTS: Final = ("background", "sky", "building", "tree", "road", "water", "grass")
_MOST: Final = 6
_LONGEST_MASK: Final = 128
_LONGEST_SEGMENT: Final = 256
_LONGEST_DEPTH: Final = 64
_MILLIMETERS: Final = 1000


class _Box(NamedTuple):
    xmin: int
    ymin: int
    xmax: int
    ymax: int


def detections(job: Job) -> Output:
    """Things of the picture that score at least `threshold`, 0.5 unless it is given."""
    return Output(value=_detected(job, _THINGS, threshold=0.5))


def candidate_detections(job: Job) -> Output:
    """Things with a label of the request that score at least `threshold`, 0.1 unless it is given."""
    labels = as_strings(job.inputs.members["candidate_labels"])
    return Output(value=_detected(job, labels, threshold=0.1)[: integer(job, "top_k", _MOST)])


def segments(job: Job) -> Output:
    """One to four parts, each a PNG of the picture's size, shrunk to at most 256 pixels a side.

    Only the parts of a `subtask` other than `semantic` have scores, and those below `threshold` (0.5
    unless it is given) are left out.
    """
    draw = numbers(job.seed)
    size = _size(job).within(_LONGEST_SEGMENT)
    has_scores = job.arguments.get("subtask", "semantic") != "semantic"
    first = next(draw) % len(_PARTS)
    found: list[JsonValue] = []
    for position in range(1 + next(draw) % 4):
        value = score(draw, least=0.3) if has_scores else None
        rows = [
            (b"\xff" * (end - start)).rjust(end, b"\0").ljust(size.width, b"\0")
            for start, end in _ellipse(draw, size)
        ]
        if value is None or value >= number(job, "threshold", 0.5):
            label = _PARTS[(first + position) % len(_PARTS)]
            found.append({"label": label, "score": value, "mask_png": _png(rows)})
    return Output(value=found)


def depth(job: Job) -> Output:
    """Distances in meters and a PNG of the same size: the picture's, shrunk to at most 64 a side.

    The scene is a ground that comes nearer to the viewer line by line, with one thing in front of it.
    """
    draw = numbers(job.seed)
    size = _size(job).within(_LONGEST_DEPTH)
    nearest = 1 * _MILLIMETERS + next(draw) % _MILLIMETERS
    step = 20 + next(draw) % 60
    lines: list[list[int]] = []
    for row, (start, end) in enumerate(_ellipse(draw, size)):
        ground = nearest + step * (size.height - row)
        lines.append([nearest if start <= column < end else ground for column in range(size.width)])
    farthest = nearest + step * size.height
    return Output(
        value={
            "depth_png": _png([bytes(value * 255 // farthest for value in line) for line in lines]),
            "formatted_predicted_depth_array": [[value / _MILLIMETERS for value in line] for line in lines],
        }
    )


def masks(job: Job) -> Output:
    """One to three masks of at least `pred_iou_thresh` (0.88 unless it is given), the best first.

    They have the picture's size, shrunk to at most 128 a side; `input_image_dimensions` is that size.
    """
    draw = numbers(job.seed)
    size = _size(job).within(_LONGEST_MASK)
    least = number(job, "pred_iou_thresh", 0.88)
    scores = sorted((score(draw, least=0.9) for _ in range(1 + next(draw) % 3)), reverse=True)
    kept: list[JsonValue] = [value for value in scores if value >= least]
    return Output(
        value={
            "input_image_dimensions": {"width": size.width, "height": size.height},
            "masks": [
                [
                    [int(start <= column < end) for column in range(size.width)]
                    for start, end in _ellipse(draw, size)
                ]
                for _ in kept
            ],
            "scores": kept,
        }
    )


def _detected(job: Job, labels: tuple[str, ...], *, threshold: float) -> list[JsonValue]:
    draw = numbers(job.seed)
    size = _size(job)
    least = number(job, "threshold", threshold)
    # One thing is as good as certain, as in most pictures that people send.
    scores = [score(draw, least=0.9), *(score(draw) for _ in range(next(draw) % _MOST))]
    found: list[JsonValue] = []
    for value in sorted(scores, reverse=True):
        thing: JsonObject = {
            "score": value,
            "label": labels[next(draw) % len(labels)],
            "box": dict[str, JsonValue](_box(draw, size)._asdict()),
        }
        if value >= least:
            found.append(thing)
    return found


def _size(job: Job) -> Size:
    media = job.inputs.media
    known = size_of(media) if isinstance(media, bytes) else None
    return known or _SIZES[next(numbers(job.media_seed)) % len(_SIZES)]


def _box(draw: Iterator[int], size: Size) -> _Box:
    xmin, ymin = next(draw) % size.width, next(draw) % size.height
    xmax = xmin + 1 + next(draw) % (size.width - xmin)
    ymax = ymin + 1 + next(draw) % (size.height - ymin)
    return _Box(xmin, ymin, xmax, ymax)


def _ellipse(draw: Iterator[int], size: Size) -> Iterator[tuple[int, int]]:
    """Draw an ellipse: of each line of the picture, yield where it begins and ends."""
    box = _box(draw, size)
    width, height = box.xmax - box.xmin, box.ymax - box.ymin
    for row in range(size.height):
        # Twice the distance from the middle, so that it is an integer.
        distance = abs(2 * row + 1 - box.ymin - box.ymax)
        if distance >= height:
            yield 0, 0
            continue
        half = width * isqrt(height * height - distance * distance) // height
        yield (box.xmin + box.xmax - half) // 2, (box.xmin + box.xmax + half + 1) // 2


def _png(rows: list[bytes]) -> str:
    return base64.b64encode(write_png(rows, channels=1)).decode()
