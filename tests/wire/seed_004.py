"""Seed 004, the quickstart of December 2024: its requests and answers as printed.

It prints no hosts, headers and answers that confirm: the headers are those of seed 000, the answers the
contract's.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Reading, Row, output, printed
from tests.wire.states import QUICKSTART_CLUSTERED

PATH: Final = Reading(
    printed="/models/v2/openai-community/{model}",
    read="/models/v2/openai-community/gpt2",
    how="the model is gpt2",
)
CLUSTER: Final = Reading(
    printed="""json
{
  "cluster": {
    "status": "running",
    "capacity": {
      "max": 5,
      "desired": 3
    }
  }
}""",
    read="""{
  "cluster": {
    "status": "running",
    "capacity": {
      "max": 5,
      "desired": 3
    }
  }
}""",
    how="`json` above this and every other body marks its language",
)
RUN: Final = Reading(
    printed="""```json json
{
  "text": "Hello, how are you?",
  "stream": false,
  "params": {
    "min_length": 10,
    "max_length": 50
  }
}
""",
    read="""{
  "text": "Hello, how are you?",
  "stream": false,
  "params": {
    "min_length": 10,
    "max_length": 50
  }
}""",
    how="the fence is never closed, and no part of the body",
)
PICTURE: Final = Reading(
    printed='{ "base64": "data:image/webp;base64,..." }',
    read=('{ "base64": "data:image/webp;base64,UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA" }'),
    how="the dots stand for a picture, here of one pixel",
)
MASKED: Final = Reading(
    printed="""{
  "text": "Input text",
  "stream": false,
  "params": { "max_length": 100, "temperature": 0.7 }
}""",
    read="""{
  "text": "Input <mask>",
  "stream": false,
  "params": { "max_length": 100, "temperature": 0.7 }
}""",
    how="the text stands for any text, which has a mask where one is to be filled",
)
READINGS: Final = (PATH, CLUSTER, RUN, PICTURE, MASKED)

_row = partial(
    Row,
    client="seed-004",
    version="2024-12",
    headers={"Authorization": "Key API_KEY", "Content-Type": "application/json"},
)
_PICTURE_BY_URL: Final = '{ "image_url": "https://example.com/image.jpg" }'

ROWS: Final = (
    _row(
        asks="create a model cluster",
        request=f"PUT {PATH.read}",
        body="""{
  "capacity": {
    "max": 5,
    "desired": 3
  },
  "timeout": 3600
}""",
        answer=Json({"error": None, "output": "Loading"}, 202, ("output",)),
    ),
    _row(
        asks="retrieve model cluster information",
        request=f"GET {PATH.read}",
        state=QUICKSTART_CLUSTERED,
        answer=printed(CLUSTER.read, "status", "max", "desired"),
    ),
    _row(
        asks="modify an existing model cluster",
        request=f"PATCH {PATH.read}",
        body="""{
  "capacity": {
    "desired": 4
  }
}""",
        state=QUICKSTART_CLUSTERED,
        answer=Json(
            {"cluster": {"capacity": {"max": 5, "desired": 4}, "timeout": 3600}},
            constant=("max", "desired", "timeout"),
        ),
    ),
    _row(
        asks="remove a model cluster",
        request=f"DELETE {PATH.read}",
        state=QUICKSTART_CLUSTERED,
        answer=Json({"error": None, "output": None}),
    ),
    _row(
        asks="execute a model",
        request=f"POST {PATH.read}",
        body=RUN.read,
        state=QUICKSTART_CLUSTERED,
        answer=printed("""{
  "output": "I am doing well, thank you!"
}"""),
    ),
    _row(
        asks="text, fill mask",
        request="POST /models/v2/almanach/camembert-base",
        body=MASKED.read,
        answer=output([{"score": 0.85, "token": 83, "token_str": "world", "sequence": "Input world"}]),
    ),
    _row(
        asks="text, text-to-speech",
        request="POST /models/v2/suno/bark-small",
        body=MASKED.printed,
        answer=output("https://example.com/audio.wav"),
    ),
    _row(
        asks="text, summarization",
        request="POST /models/v2/ainize/bart-base-cnn",
        body=MASKED.printed,
        answer=output("A summary"),
    ),
    _row(
        asks="text, translation",
        request="POST /models/v2/Helsinki-NLP/opus-mt-en-zh",
        body=MASKED.printed,
        answer=output("Bonjour"),
    ),
    _row(
        asks="text, text generation",
        request="POST /models/v2/openai-community/gpt2",
        body=MASKED.printed,
        answer=output("Input text and more"),
    ),
    _row(
        asks="messages, chat",
        request="POST /models/v2/Qwen/Qwen3-4B",
        body="""{
  "messages": [
    { "role": "system", "content": "You are a helpful assistant." },
    { "role": "user", "content": "What's the weather like today?" }
  ]
}""",
        answer=Json({"error": None, "output": {"role": "assistant", "content": "Fine."}}, constant=("role",)),
    ),
    _row(
        asks="image by URL, image classification",
        request="POST /models/v2/google/vit-base-patch16-224",
        body=_PICTURE_BY_URL,
        answer=output([{"label": "beagle", "score": 0.54}]),
    ),
    _row(
        asks="image by URL, object detection",
        request="POST /models/v2/facebook/detr-resnet-50",
        body=_PICTURE_BY_URL,
        answer=output(
            [{"score": 0.99, "label": "cat", "box": {"xmin": 255, "ymin": 175, "xmax": 1110, "ymax": 1531}}]
        ),
    ),
    _row(
        asks="image by URL, image-to-text",
        request="POST /models/v2/Salesforce/blip-image-captioning-base",
        body=_PICTURE_BY_URL,
        answer=output("A caption"),
    ),
    _row(
        asks="image in base64, image classification",
        request="POST /models/v2/google/vit-base-patch16-224",
        body=PICTURE.read,
        answer=output([{"label": "beagle", "score": 0.54}]),
    ),
    _row(
        asks="image in base64, object detection",
        request="POST /models/v2/facebook/detr-resnet-50",
        body=PICTURE.read,
        answer=output(
            [{"score": 0.99, "label": "cat", "box": {"xmin": 255, "ymin": 175, "xmax": 1110, "ymax": 1531}}]
        ),
    ),
    _row(
        asks="image in base64, image-to-text",
        request="POST /models/v2/Salesforce/blip-image-captioning-base",
        body=PICTURE.read,
        answer=output("A caption"),
    ),
    _row(
        asks="multi-input, visual question answering",
        request="POST /models/v2/Salesforce/blip-vqa-base",
        body="""{
  "text": "What's in the image?",
  "image_url": "https://example.com/image.jpg"
}""",
        answer=output([{"answer": "octopus"}]),
    ),
)
