"""Seed 004, the quickstart of December 2024: its requests and answers as printed.

It prints no hosts, headers and answers that confirm: the headers are those of seed 000, the answers the
contract's. `{model}` is gpt2, and the text for a fill mask has a mask.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Row, output
from tests.wire.states import QUICKSTART_CLUSTERED

_row = partial(
    Row,
    "seed-004 2024-12",
    headers={"Authorization": "Key API_KEY", "Content-Type": "application/json"},
)
_TEXT: Final = '{"text": "Input text", "stream": false, "params": {"max_length": 100, "temperature": 0.7}}'
_TEXT_MODELS: Final = (
    "suno/bark-small",
    "ainize/bart-base-cnn",
    "Helsinki-NLP/opus-mt-en-zh",
    "openai-community/gpt2",
)
# The document abbreviates the picture; this picture has one pixel.
_IMAGES: Final = {
    "image_url": '{"image_url": "https://example.com/image.jpg"}',
    "base64": '{"base64": "data:image/webp;base64,UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"}',
}
_IMAGE_MODELS: Final[dict[str, object]] = {
    "google/vit-base-patch16-224": [{"label": "beagle", "score": 0.54}],
    "facebook/detr-resnet-50": [
        {"score": 0.99, "label": "cat", "box": {"xmin": 255, "ymin": 175, "xmax": 1110, "ymax": 1531}}
    ],
    "Salesforce/blip-image-captioning-base": "A caption",
}

ROWS: Final = (
    _row(
        "create a model cluster",
        "PUT /models/v2/openai-community/gpt2",
        body='{"capacity": {"max": 5, "desired": 3}, "timeout": 3600}',
        answer=Json({"error": None, "output": "Loading"}, 202, ("output",)),
    ),
    _row(
        "retrieve model cluster information",
        "GET /models/v2/openai-community/gpt2",
        state=QUICKSTART_CLUSTERED,
        answer=Json(
            {"cluster": {"status": "running", "capacity": {"max": 5, "desired": 3}}},
            constant=("status", "max", "desired"),
        ),
    ),
    _row(
        "modify an existing model cluster",
        "PATCH /models/v2/openai-community/gpt2",
        body='{"capacity": {"desired": 4}}',
        state=QUICKSTART_CLUSTERED,
        answer=Json(
            {"cluster": {"capacity": {"max": 5, "desired": 4}, "timeout": 3600}},
            constant=("max", "desired", "timeout"),
        ),
    ),
    _row(
        "remove a model cluster",
        "DELETE /models/v2/openai-community/gpt2",
        state=QUICKSTART_CLUSTERED,
        answer=Json({"error": None, "output": None}),
    ),
    _row(
        "execute a model",
        "POST /models/v2/openai-community/gpt2",
        body=(
            '{"text": "Hello, how are you?", "stream": false, "params": {"min_length": 10, "max_length": 50}}'
        ),
        state=QUICKSTART_CLUSTERED,
        answer=Json({"output": "I am doing well, thank you!"}),
    ),
    _row(
        "text, fill mask",
        "POST /models/v2/almanach/camembert-base",
        body='{"text": "Input <mask>", "stream": false, "params": {"max_length": 100, "temperature": 0.7}}',
        answer=output([{"score": 0.85, "token": 83, "token_str": "world", "sequence": "Input world"}]),
    ),
    *(
        _row(asks=f"text, {model}", request=f"POST /models/v2/{model}", body=_TEXT, answer=output("A text"))
        for model in _TEXT_MODELS
    ),
    _row(
        "messages, chat",
        "POST /models/v2/Qwen/Qwen3-4B",
        body=(
            '{"messages": [{"role": "system", "content": "You are a helpful assistant."}, {"role":'
            ' "user", "content": "What\'s the weather like today?"}]}'
        ),
        answer=Json({"error": None, "output": {"role": "assistant", "content": "Fine."}}, constant=("role",)),
    ),
    *(
        _row(asks=f"{member}, {model}", request=f"POST /models/v2/{model}", body=body, answer=output(sample))
        for member, body in _IMAGES.items()
        for model, sample in _IMAGE_MODELS.items()
    ),
    _row(
        "multi-input, visual question answering",
        "POST /models/v2/Salesforce/blip-vqa-base",
        body='{"text": "What\'s in the image?", "image_url": "https://example.com/image.jpg"}',
        answer=output([{"answer": "octopus"}]),
    ),
)
