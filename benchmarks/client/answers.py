"""What the contenders ask for, and what they are answered. Nothing but the standard library is there."""

import json
from typing import Final

KEY: Final = "benchmark-key"
PROMPT: Final = "Once upon a time"
TEXT: Final = f"{PROMPT} there was a café at the end of the road, and whoever came in stayed for the night."
MESSAGES: Final = [{"role": "user", "content": PROMPT}]
PICTURE: Final = "https://example.com/street.jpg"

# Models of which a text, detections, a vector and a picture are asked.
WRITER: Final = "openai-community/gpt2"
DETECTOR: Final = "facebook/detr-resnet-50"
EMBEDDER: Final = "nomic-ai/nomic-embed-text-v1.5"
PAINTER: Final = "dreamlike-art/dreamlike-photoreal-2.0"

# Models whose text comes as fast as it is taken, piece by piece with pauses, and without an end.
STREAM: Final = "benchmark/stream"
PACED: Final = "benchmark/paced"
HELD: Final = "benchmark/held"

DETECTIONS: Final = 1000
DIMENSIONS: Final = 1536
MODELS: Final = 500
MEDIA_BYTES: Final = 50_000_000
MEDIA_PIECE: Final = bytes(range(256)) * 256
PAUSE_SECONDS: Final = 0.02

CHUNKS: Final = [f"word {number:03}" + ("\n" if number % 10 == 9 else " ") for number in range(1000)]


def _envelope(output: object) -> bytes:
    return json.dumps({"error": None, "output": output}).encode()


def _model(number: int) -> dict[str, object]:
    return {
        "modelId": f"organization-{number % 40}/model-{number}",
        "task": "text-generation",
        "params": 0.14 + number,
        "ramRequired": 0.5 + number,
        "meter": "micro-free",
        "meterPrice": "0.0000872083 / sec",
    }


def _detection(number: int) -> dict[str, object]:
    side = number % 700
    box = {"xmin": side, "ymin": side + 1, "xmax": side + 90, "ymax": side + 91}
    return {"score": 1 - number / 1009, "label": f"thing {number % 80}", "box": box}


_NUMBERS: Final = [(number * 7919 % 20011 - 10005) / 10007 for number in range(DIMENSIONS)]

RUN: Final = _envelope(TEXT)
DETECTED: Final = _envelope([_detection(number) for number in range(DETECTIONS)])
EMBEDDED: Final = _envelope(_NUMBERS)
MODEL_LIST: Final = _envelope([_model(number) for number in range(MODELS)])
ONE_MODEL: Final = _envelope([_model(0)])


def _completion(kind: str, choice: dict[str, object]) -> bytes:
    head = {"id": "chatcmpl-1", "object": kind, "created": 1_760_000_000, "model": WRITER}
    usage = {"prompt_tokens": 4, "completion_tokens": 19, "total_tokens": 23}
    body = {**head, "choices": [{"index": 0, **choice}]}
    return json.dumps(body if kind.endswith("chunk") else {**body, "usage": usage}).encode()


# The same in the form of the API that most others speak.
CHAT_RUN: Final = _completion(
    "chat.completion", {"message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}
)
CHAT_EMBEDDED: Final = json.dumps(
    {
        "object": "list",
        "model": EMBEDDER,
        "data": [{"object": "embedding", "index": 0, "embedding": _NUMBERS}],
        "usage": {"prompt_tokens": 4, "total_tokens": 4},
    }
).encode()
CHAT_MODELS: Final = json.dumps(
    {
        "object": "list",
        "data": [
            {
                "id": _model(number)["modelId"],
                "object": "model",
                "created": 1_760_000_000,
                "owned_by": "owner",
            }
            for number in range(MODELS)
        ],
    }
).encode()
DONE: Final = b"data: [DONE]\n\n"


def chat_event(text: str) -> bytes:
    """Return a piece of a text as a server-sent event."""
    choice: dict[str, object] = {"delta": {"content": text}, "finish_reason": None}
    return b"data: " + _completion("chat.completion.chunk", choice) + b"\n\n"
