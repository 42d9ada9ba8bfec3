"""Results of pipelines as the contract has them, without the packages of the engine `transformers`."""

import base64
import io
from typing import Any, Final

import av
import numpy as np
import pytest
from PIL import Image

from bytezkit_emulator._engines.live.transformers.media import read_picture, read_sound, write_picture
from bytezkit_emulator._engines.live.transformers.results import media_of, value_of
from bytezkit_emulator._openapi.contract import load_contract
from tests.end_to_end.task_cases import MAGIC_NUMBERS

TASKS: Final = load_contract().tasks
GRAY: Final = Image.new("L", (2, 1), 128)
PNG: Final = base64.b64encode(write_picture(GRAY)).decode()
SCORE: Final = np.float32(0.5)
BOX: Final = {"xmin": 0, "ymin": 0, "xmax": 1, "ymax": 2}
WORD: Final = {"text": "a", "timestamp": (0.0, None)}
SPOKEN: Final = {"text": "a", "timestamp": [0.0, None]}
CAT: Final = {"label": "cat"}


@pytest.mark.parametrize(
    ("task", "result", "value"),
    [
        ("automatic-speech-recognition", {"text": "a b"}, "a b"),
        ("automatic-speech-recognition", {"text": "a", "chunks": [WORD]}, {"text": "a", "chunks": [SPOKEN]}),
        ("automatic-speech-recognition", {"text": "", "chunks": []}, {"text": "", "chunks": []}),
        ("image-to-text", [{"generated_text": "a cat"}], "a cat"),
        ("feature-extraction", [[[1.0, 2.0], [3.0, 6.0]]], [2.0, 4.0]),
        ("image-feature-extraction", [[[1.0, 2.0], [3.0, 4.0]]], [[1.0, 2.0], [3.0, 4.0]]),
        ("image-feature-extraction", [[1.0, 2.0]], [[1.0, 2.0]]),
        (
            "image-segmentation",
            [{**CAT, "score": None, "mask": GRAY}],
            [{**CAT, "score": None, "mask_png": PNG}],
        ),
        (
            "depth-estimation",
            {"predicted_depth": np.array([[[0.0, 1.0], [2.0, 4.0]]]), "depth": GRAY},
            {"depth_png": PNG, "formatted_predicted_depth_array": [[0, 63], [127, 255]]},
        ),
        (
            "mask-generation",
            {"masks": [np.array([[True, False]])], "scores": np.array([0.5])},
            {"input_image_dimensions": {"width": 2, "height": 1}, "masks": [[[1, 0]]], "scores": [0.5]},
        ),
        (
            "mask-generation",
            {"masks": [], "scores": np.array([])},
            {"input_image_dimensions": {"width": 0, "height": 0}, "masks": [], "scores": []},
        ),
        ("object-detection", [{**CAT, "score": SCORE, "box": BOX}], [{**CAT, "score": 0.5, "box": BOX}]),
    ],
)
def test_value_of_a_result(task: str, result: Any, value: Any) -> None:
    made = value_of(TASKS[task], result)
    assert made == value
    assert load_contract().result(TASKS[task]).error_message(made, "output") is None


PICTURES: Final = [Image.new("RGB", (16, 24), (level, 0, 0)) for level in (0, 100, 200)]


@pytest.mark.parametrize(
    ("task", "result"),
    [
        ("text-to-speech", {"audio": np.array([[0.5, -0.5, 2.0]], np.float32), "sampling_rate": 8000}),
        ("text-to-image", (PICTURES,)),
        ("unconditional-image-generation", (PICTURES,)),
        ("text-to-video", ([PICTURES],)),
    ],
)
def test_file_of_a_result(task: str, result: Any) -> None:
    media = media_of(TASKS[task], result)
    assert media is not None
    assert media.content.startswith(MAGIC_NUMBERS[media.media_type])
    match media.suffix:
        case "png":
            assert read_picture(media.content).getpixel((0, 0)) == (0, 0, 0)
        case "wav":
            assert read_sound(media.content, 8000) == pytest.approx([0.5, -0.5, 1.0], abs=1e-4)
        case _:
            with av.open(io.BytesIO(media.content), "r") as container:
                levels = [frame.to_ndarray(format="rgb24")[0, 0, 0] for frame in container.decode(video=0)]
            assert levels == pytest.approx([0, 100, 200], abs=8)


def test_value_has_no_file() -> None:
    assert media_of(TASKS["image-to-text"], [{"generated_text": "a cat"}]) is None
