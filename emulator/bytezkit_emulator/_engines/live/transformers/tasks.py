"""Which pipeline of `transformers` runs a task, and which task a model has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bytezkit_emulator._engines.live.run import EngineError
from bytezkit_emulator._engines.live.transformers.directories import ModelDirectory

# Pipelines by task. If an architecture can do several tasks, its model has the first that fits its files.
PIPELINES: Final[Mapping[str, str]] = {
    "audio-text-to-text": "image-text-to-text",
    "chat": "text-generation",
    "text-generation": "text-generation",
    "zero-shot-classification": "zero-shot-classification",
    "text-classification": "text-classification",
    "token-classification": "token-classification",
    "fill-mask": "fill-mask",
    "question-answering": "question-answering",
    "text2text-generation": "text2text-generation",
    "summarization": "summarization",
    "translation": "translation",
    "automatic-speech-recognition": "automatic-speech-recognition",
    "audio-classification": "audio-classification",
    "text-to-audio": "text-to-audio",
    "text-to-speech": "text-to-audio",
    "image-text-to-text": "image-text-to-text",
    "image-to-text": "image-to-text",
    "visual-question-answering": "visual-question-answering",
    "document-question-answering": "document-question-answering",
    "image-classification": "image-classification",
    "image-segmentation": "image-segmentation",
    "mask-generation": "mask-generation",
    "object-detection": "object-detection",
    "depth-estimation": "depth-estimation",
    "video-classification": "video-classification",
    "zero-shot-image-classification": "zero-shot-image-classification",
    "zero-shot-object-detection": "zero-shot-object-detection",
    "feature-extraction": "feature-extraction",
    "image-feature-extraction": "image-feature-extraction",
    "sentence-similarity": "feature-extraction",
}
# It writes about pictures, without conversations.
_CAPTION_WRITER: Final = "VisionEncoderDecoderModel"
# Architectures that a pipeline runs although its table of architectures lacks them. The processor of
# Qwen2-Audio reads conversations with sounds in the pipeline for pictures.
_ALSO_ABLE: Final[Mapping[str, str]] = {
    "document-question-answering": _CAPTION_WRITER,
    "audio-text-to-text": "Qwen2AudioForConditionalGeneration",
}
_MUSIC: Final = "Musicgen"


def able_tasks(architecture: str, architectures: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Yield the tasks that an architecture can do.

    Args:
        architecture: Name of the architecture.
        architectures: Names of the architectures that each pipeline runs.
    """
    for task, pipeline in PIPELINES.items():
        is_listed = task != "audio-text-to-text" and architecture in architectures[pipeline]
        if is_listed or architecture == _ALSO_ABLE.get(task):
            yield task


def find_task(directory: ModelDirectory, able: Sequence[str]) -> str:
    """Return the task of a model: that of the table, or the first that fits its files.

    Args:
        directory: The model.
        able: The tasks that its architecture can do.

    Raises:
        EngineError: The model cannot do the task of the table, or no task.
    """
    if directory.task is None:
        task = next((task for task in able if _fits(directory, task)), None)
        if task is None:
            raise EngineError(f"{directory.path}: no pipeline runs {directory.architecture}")
        return task
    if directory.task not in able:
        raise EngineError(
            f"{directory.path}: {directory.architecture} cannot do the task {directory.task}; "
            f"it can do: {', '.join(able) or 'none'}"
        )
    return directory.task


def _fits(directory: ModelDirectory, task: str) -> bool:
    """Return whether a task that the architecture can do is what the model was trained for."""
    match task:
        case "chat" | "image-text-to-text":
            return directory.has_chat_template and directory.architecture != _CAPTION_WRITER
        case "zero-shot-classification":
            return any(label.lower().startswith("entail") for label in directory.labels)
        case "text-to-audio":
            return directory.architecture.startswith(_MUSIC)
        case "feature-extraction":
            return directory.has_tokenizer
        case _:
            return True
