"""Embeddings."""

import base64
import math
import struct
from typing import Final

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines import Inputs, Job, MediaOutput, Output, RunRequest
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._openai.text_run import integer
from bytezkit_emulator._openapi.contract import Contract
from bytezkit_models.json_value import JsonValue

# Tasks whose output is one vector.
_KIND: Final = "vector"


class EmbeddingRun:
    """A request for embeddings.

    Args:
        contract: The contract, with the tasks.
        model: The model.
        body: The body, which satisfies its schema.

    Attributes:
        runs: One run for each input.

    Raises:
        HttpError: The request does not fit the model.
    """

    def __init__(self, contract: Contract, model: Model, body: JsonObject) -> None:
        task = contract.tasks[model.task]
        if task.kind != _KIND:
            names = ", ".join(sorted(it.name for it in contract.tasks.values() if it.kind == _KIND))
            raise HttpError(422, f"body/model: the task {task.name} of the model is not one of {names}")
        self._model = model
        self._body = body
        self._texts = _texts(body["input"])
        self.runs: Final = [
            RunRequest(
                job=Job(
                    model_id=model.model_id,
                    task=task,
                    inputs=Inputs(members={"text": text}, media=None),
                    params={},
                ),
                wants_stream=False,
                wants_json=True,
                ignores_queue_limit=body.get("autoScale") is True,
            )
            for text in self._texts
        ]

    def whole(self, outputs: list[Output | MediaOutput]) -> JsonObject:
        """Return the body of the response.

        Raises:
            HttpError: The model has fewer dimensions than the request asks for.
        """
        data: list[JsonValue] = [
            {"object": "embedding", "index": index, "embedding": self._embedding(output)}
            for index, output in enumerate(outputs)
        ]
        tokens = sum(len(text.split()) for text in self._texts)
        return {
            "object": "list",
            "data": data,
            "model": self._model.model_id,
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }

    def _embedding(self, output: Output | MediaOutput) -> JsonValue:
        value = output.value if isinstance(output, Output) else None
        components = value if isinstance(value, list) else []
        vector = [float(it) for it in components if isinstance(it, (int, float))]
        dimensions = integer(self._body.get("dimensions"))
        if dimensions is not None:
            if dimensions > len(vector):
                raise HttpError(422, f"body/dimensions: the model has {len(vector)} dimensions")
            vector = _normalized(vector[:dimensions])
        if self._body.get("encoding_format") == "base64":
            return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
        return list[JsonValue](vector)


def _texts(value: JsonValue) -> list[str]:
    """Return the inputs as texts; the text of tokens is their numbers."""
    if not isinstance(value, list):
        return [str(value)]
    if all(isinstance(it, (int, float)) for it in value):
        return [_text(value)]
    return [_text(it) if isinstance(it, list) else str(it) for it in value]


def _text(tokens: list[JsonValue]) -> str:
    return " ".join(str(integer(it)) for it in tokens)


def _normalized(vector: list[float]) -> list[float]:
    """Return a vector of length 1 with the same direction."""
    length = math.hypot(*vector)
    return [component / length for component in vector] if length else vector
