"""Models, outputs and earlier requests that several tables use."""

from typing import Final

from bytezkit_emulator import Settings
from tests.wire.row import Step

DETR: Final = "facebook/detr-resnet-50"
GPT2: Final = "openai-community/gpt2"
QWEN: Final = "Qwen/Qwen3-4B"

ANSWER: Final = {"score": 0.2, "start": 0, "end": 3, "answer": "Ron"}
ANSWERS: Final = [{"score": 0.9, "answer": "octopus"}]
DETECTIONS: Final = [
    {"score": 0.99, "label": "cat", "box": {"xmin": 255, "ymin": 175, "xmax": 1110, "ymax": 1531}}
]
LABELS: Final = [{"score": 0.333, "label": "cat"}]
# One pixel, where documents abbreviate an image.
PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="

BOOT_TIME: Final = Settings().boot_time


def running(model: str) -> tuple[Step, ...]:
    """Return the steps after which the v1 API runs a model."""
    return (("POST /model/load", {"model": model}), BOOT_TIME)


def clustered(model: str, body: object = None) -> tuple[Step, ...]:
    """Return the steps after which a model has a running cluster."""
    return ((f"PUT /models/v2/{model}", body), BOOT_TIME)


GPT2_RUNNING: Final = running(GPT2)
GPT2_CLUSTERED: Final = clustered(GPT2)
