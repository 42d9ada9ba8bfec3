"""Results of pipelines as the contract has them."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
import numpy as np

from bytezkit_emulator._engines.live.transformers.media import write_picture, write_sound, write_video
from bytezkit_emulator._media import Media
from bytezkit_emulator._openapi.contract import Task
from bytezkit_models.json_value import JsonValue

_MAX_LEVEL: Final = 255


def value_of(task: Task, result: Any) -> JsonValue:
    """Return the value of a result without a file."""
    return _VALUES.get(task.kind, _plain)(result)


def media_of(task: Task, result: Any) -> Media | None:
    """Return the file of a result, or None for a task whose output is a value."""
    match task.kind:
        case "audio":
            return write_sound(np.asarray(result["audio"]).reshape(-1), result["sampling_rate"])
        # `diffusers` returns all pictures or videos of the run, as the first member of its results.
        case "image":
            return Media(write_picture(result[0][0]), "image/png", "png")
        case "video":
            return write_video(result[0][0])
        case _:
            return None


def _text(result: Any) -> JsonValue:
    """Return the text of a picture."""
    return _plain(result[0]["generated_text"])


def _transcript(result: Any) -> JsonValue:
    """Return the text of a sound, with the parts if they have times."""
    if "chunks" not in result:
        return _plain(result["text"])
    # Times are pairs in tuples, which JSON does not have.
    chunks = [{**chunk, "timestamp": [*chunk["timestamp"]]} for chunk in result["chunks"]]
    return _plain({**result, "chunks": chunks})


def _vector(result: Any) -> JsonValue:
    """Return the mean over the tokens of the only text."""
    return _plain(np.asarray(result[0]).mean(axis=0))


def _matrix(result: Any) -> JsonValue:
    """Return the vectors of the only picture; the argument `pool` leaves one."""
    return _plain(result if isinstance(result[0][0], float) else result[0])


def _segments(result: Any) -> JsonValue:
    return [
        {"label": it["label"], "score": _plain(it["score"]), "mask_png": _png(it["mask"])} for it in result
    ]


def _depth(result: Any) -> JsonValue:
    depth = np.asarray(result["predicted_depth"]).squeeze()
    levels = (depth * _MAX_LEVEL / depth.max()).astype(np.uint8)
    return {"depth_png": _png(result["depth"]), "formatted_predicted_depth_array": _plain(levels)}


def _masks(result: Any) -> JsonValue:
    masks = [np.asarray(mask).astype(int) for mask in result["masks"]]
    height, width = masks[0].shape if masks else (0, 0)
    return {
        "input_image_dimensions": {"width": width, "height": height},
        "masks": _plain(masks),
        "scores": _plain(result["scores"]),
    }


def _png(picture: Any) -> str:
    return base64.b64encode(write_picture(picture)).decode()


def _plain(value: Any) -> JsonValue:
    """Return a value of lists, mappings, arrays and tensors as JSON."""
    plain: JsonValue = msgspec.to_builtins(value, enc_hook=lambda it: it.tolist())
    return plain


# By the kind of output that the contract gives to each task; others are as the pipelines return them.
_VALUES: Final[Mapping[str, Callable[[Any], JsonValue]]] = {
    "depth": _depth,
    "masks": _masks,
    "matrix": _matrix,
    "segments": _segments,
    "text": _text,
    "transcript": _transcript,
    "vector": _vector,
}
