"""Object detection, segmentation and depth outputs.

The size of the image is read from its content. If the content is missing or is not an image, the size is
derived from the media, so that equal media have equal sizes.
"""

import base64
from collections.abc import Iterator
from math import isqrt
from typing import Final, NamedTuple

from bytezkit_emulator._common.json import JsonObject, as_strings
from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.random_words import random_numbers
from bytezkit_emulator._engines.scores import random_score
from bytezkit_emulator._media.png import write_png
from bytezkit_emulator._media.size import Size, image_size
from bytezkit_models.json_value import JsonValue

_DEFAULT_SIZES: Final = (
    Size(640, 480),
    Size(480, 640),
    Size(512, 512),
    Size(800, 600),
    Size(1024, 768),
)
_OBJECTS: Final = ("cat", "dog", "person", "chair", "bicycle", "boat", "cup", "umbrella")
_REGIONS: Final = ("background", "sky", "building", "tree", "road", "water", "grass")
_MAX_OBJECTS: Final = 6
# Sides in pixels: masks and depths are JSON arrays, which take several bytes per pixel.
_MAX_MASK_SIDE: Final = 128
_MAX_SEGMENT_SIDE: Final = 256
_MAX_DEPTH_SIDE: Final = 64
_MILLIMETERS: Final = 1000


class _Box(NamedTuple):
    xmin: int
    ymin: int
    xmax: int
    ymax: int


def detections(job: Job) -> Output:
    """Objects in the image with a score of at least `threshold` (default 0.5)."""
    return Output(value=_detected_objects(job, _OBJECTS, threshold=0.5))


def candidate_detections(job: Job) -> Output:
    """Objects with a label of the request and a score of at least `threshold` (default 0.1)."""
    labels = as_strings(job.inputs.members["candidate_labels"])
    objects = _detected_objects(job, labels, threshold=0.1)
    return Output(value=objects[: job.integer("top_k", _MAX_OBJECTS)])


def segments(job: Job) -> Output:
    """One to four regions, each with a mask as PNG of the size of the image, reduced to at most 256 a side.

    With a `subtask` other than `semantic`, regions have scores, and those below `threshold` (default 0.5) are
    left out.
    """
    numbers = random_numbers(job.seed)
    size = _size_of(job).within(_MAX_SEGMENT_SIDE)
    has_scores = job.arguments.get("subtask", "semantic") != "semantic"
    first = next(numbers) % len(_REGIONS)
    found: list[JsonValue] = []
    for position in range(1 + next(numbers) % 4):
        score = random_score(numbers, minimum=0.3) if has_scores else None
        # Also for a region that is left out, so that the others do not depend on the threshold.
        rows = [
            (b"\xff" * (end - start)).rjust(end, b"\0").ljust(size.width, b"\0")
            for start, end in _ellipse(numbers, size)
        ]
        if score is None or score >= job.number("threshold", 0.5):
            label = _REGIONS[(first + position) % len(_REGIONS)]
            found.append({"label": label, "score": score, "mask_png": _grey_png(rows)})
    return Output(value=found)


def depth(job: Job) -> Output:
    """Distances in metres and a PNG of the same size: that of the image, reduced to at most 64 a side.

    The scene is a plane that comes nearer from the top row to the bottom row, with an ellipse in front of it.
    """
    numbers = random_numbers(job.seed)
    size = _size_of(job).within(_MAX_DEPTH_SIDE)
    nearest = 1 * _MILLIMETERS + next(numbers) % _MILLIMETERS
    step = 20 + next(numbers) % 60
    rows: list[list[int]] = []
    for row, (start, end) in enumerate(_ellipse(numbers, size)):
        plane = nearest + step * (size.height - row)
        rows.append([nearest if start <= column < end else plane for column in range(size.width)])
    farthest = nearest + step * size.height
    return Output(
        value={
            "depth_png": _grey_png([bytes(value * 255 // farthest for value in row) for row in rows]),
            "formatted_predicted_depth_array": [[value / _MILLIMETERS for value in row] for row in rows],
        }
    )


def masks(job: Job) -> Output:
    """One to three masks with a score of at least `pred_iou_thresh` (default 0.88), highest first.

    They have the size of the image, reduced to at most 128 a side, as does `input_image_dimensions`.
    """
    numbers = random_numbers(job.seed)
    size = _size_of(job).within(_MAX_MASK_SIDE)
    threshold = job.number("pred_iou_thresh", 0.88)
    scores = sorted((random_score(numbers, minimum=0.9) for _ in range(1 + next(numbers) % 3)), reverse=True)
    admitted: list[JsonValue] = [score for score in scores if score >= threshold]
    return Output(
        value={
            "input_image_dimensions": {"width": size.width, "height": size.height},
            "masks": [
                [
                    [int(start <= column < end) for column in range(size.width)]
                    for start, end in _ellipse(numbers, size)
                ]
                for _ in admitted
            ],
            "scores": admitted,
        }
    )


def _detected_objects(job: Job, labels: tuple[str, ...], *, threshold: float) -> list[JsonValue]:
    numbers = random_numbers(job.seed)
    size = _size_of(job)
    minimum = job.number("threshold", threshold)
    # The first score is high, so that most outputs are not empty with a usual threshold.
    scores = [
        random_score(numbers, minimum=0.9),
        *(random_score(numbers) for _ in range(next(numbers) % _MAX_OBJECTS)),
    ]
    found: list[JsonValue] = []
    for score in sorted(scores, reverse=True):
        detection: JsonObject = {
            "score": score,
            "label": labels[next(numbers) % len(labels)],
            "box": dict[str, JsonValue](_random_box(numbers, size)._asdict()),
        }
        if score >= minimum:
            found.append(detection)
    return found


def _size_of(job: Job) -> Size:
    media = job.inputs.media
    size = image_size(media) if isinstance(media, bytes) else None
    return size or _DEFAULT_SIZES[next(random_numbers(job.media_seed)) % len(_DEFAULT_SIZES)]


def _random_box(numbers: Iterator[int], size: Size) -> _Box:
    xmin, ymin = next(numbers) % size.width, next(numbers) % size.height
    xmax = xmin + 1 + next(numbers) % (size.width - xmin)
    ymax = ymin + 1 + next(numbers) % (size.height - ymin)
    return _Box(xmin, ymin, xmax, ymax)


def _ellipse(numbers: Iterator[int], size: Size) -> Iterator[tuple[int, int]]:
    """Yield the first column and the end of an ellipse in each row of the image; equal if it is not there."""
    box = _random_box(numbers, size)
    width, height = box.xmax - box.xmin, box.ymax - box.ymin
    for row in range(size.height):
        # Twice the distance from the centre, which is an integer: floats might differ between machines.
        distance = abs(2 * row + 1 - box.ymin - box.ymax)
        if distance >= height:
            yield 0, 0
            continue
        chord = width * isqrt(height * height - distance * distance) // height
        yield (box.xmin + box.xmax - chord) // 2, (box.xmin + box.xmax + chord + 1) // 2


def _grey_png(rows: list[bytes]) -> str:
    return base64.b64encode(write_png(rows, channels=1)).decode()
