"""Seed 004, the quickstart of December 2024: its requests and responses as printed.

It prints no hosts, headers and successful responses: the headers are those of seed 000, the responses the
contract's. `{model}` is gpt2, and the text for a fill mask has a mask.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Row, output
from tests.wire.samples import DETECTIONS, DETR, GPT2, LABELS, QWEN, clustered

_row = partial(
    Row, "seed-004 2024-12", headers={"Authorization": "Key API_KEY", "Content-Type": "application/json"}
)
_GPT2: Final = f"/models/v2/{GPT2}"
_CLUSTERED: Final = clustered(GPT2, {"capacity": {"max": 5, "desired": 3}, "timeout": 3600})
_PARAMS: Final = '"stream": false, "params": {"max_length": 100, "temperature": 0.7}'
_TEXT_MODELS: Final = ("suno/bark-small", "ainize/bart-base-cnn", "Helsinki-NLP/opus-mt-en-zh", GPT2)
# The document abbreviates the image; this image has one pixel.
_IMAGES: Final = {
    "image_url": "https://example.com/image.jpg",
    "base64": "data:image/webp;base64,UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
}
_IMAGE_MODELS: Final = {
    "google/vit-base-patch16-224": output([{"label": "beagle", "score": 0.54}]),
    DETR: output(DETECTIONS),
    "Salesforce/blip-image-captioning-base": output("A caption"),
}
_MULTI_INPUT: Final = '{"text": "What\'s in the image?", "image_url": "https://example.com/image.jpg"}'
_MULTI_INPUT_MODELS: Final = {
    "BilelDJ/clip-hugging-face-finetuned": output(LABELS),
    "google/owlv2-base-patch16-finetuned": output(DETECTIONS),
    "google/gemma-3-4b-it": output({"role": "assistant", "content": "A cat."}, "role"),
    "Qwen/Qwen2-Audio-7B-Instruct": output({"role": "assistant", "content": "A cat."}, "role"),
    "llava-hf/LLaVA-NeXT-Video-7B-hf": output({"role": "assistant", "content": "A cat."}, "role"),
}

ROWS: Final = (
    _row(
        "create a model cluster",
        f"PUT {_GPT2}",
        Json({"error": None, "output": "Loading"}, 202, ("output",)),
        '{"capacity": {"max": 5, "desired": 3}, "timeout": 3600}',
    ),
    _row(
        "retrieve model cluster information",
        f"GET {_GPT2}",
        Json(
            {"cluster": {"status": "running", "capacity": {"max": 5, "desired": 3}}},
            constant=("status", "max", "desired"),
        ),
        state=_CLUSTERED,
    ),
    _row(
        "modify an existing model cluster",
        f"PATCH {_GPT2}",
        Json(
            {"cluster": {"capacity": {"max": 5, "desired": 4}, "timeout": 3600}},
            constant=("max", "desired", "timeout"),
        ),
        '{"capacity": {"desired": 4}}',
        _CLUSTERED,
    ),
    _row("remove a model cluster", f"DELETE {_GPT2}", output(None), state=_CLUSTERED),
    _row(
        "execute a model",
        f"POST {_GPT2}",
        Json({"output": "I am doing well, thank you!"}),
        '{"text": "Hello, how are you?", "stream": false, "params": {"min_length": 10, "max_length": 50}}',
        _CLUSTERED,
    ),
    _row(
        "text, fill mask",
        "POST /models/v2/almanach/camembert-base",
        output([{"score": 0.85, "token": 83, "token_str": "world", "sequence": "Input world"}]),
        f'{{"text": "Input <mask>", {_PARAMS}}}',
    ),
    *(
        _row(f"text, {it}", f"POST /models/v2/{it}", output("A text"), f'{{"text": "Input text", {_PARAMS}}}')
        for it in _TEXT_MODELS
    ),
    _row(
        "messages, chat",
        f"POST /models/v2/{QWEN}",
        output({"role": "assistant", "content": "Fine."}, "role"),
        '{"messages": [{"role": "system", "content": "You are a helpful assistant."},'
        ' {"role": "user", "content": "What\'s the weather like today?"}]}',
    ),
    *(
        _row(f"{member}, {model}", f"POST /models/v2/{model}", response, f'{{"{member}": "{image}"}}')
        for member, image in _IMAGES.items()
        for model, response in _IMAGE_MODELS.items()
    ),
    _row(
        "multi-input, visual question answering",
        "POST /models/v2/Salesforce/blip-vqa-base",
        output([{"answer": "octopus"}]),
        _MULTI_INPUT,
    ),
    *(
        _row(f"multi-input, {model}", f"POST /models/v2/{model}", response, _MULTI_INPUT)
        for model, response in _MULTI_INPUT_MODELS.items()
    ),
)
