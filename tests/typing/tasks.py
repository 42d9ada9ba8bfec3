"""Types of every task, written by hand from the public documents, and the program that checks them."""

from collections.abc import Iterator, Mapping
from typing import Final

# Input of `run`, by its shape: the arguments, and the type of an input of `map`.
INPUTS: Final[Mapping[str, tuple[str, str]]] = {
    "nothing": ("", "object"),
    "text": ("TEXT", "str"),
    "media": ("MEDIA", "MediaSource"),
    "messages": ("MESSAGES", "Conversation"),
    "text or messages": ("TEXT", "str"),
    "messages or mixed": ("MESSAGES", "Conversation"),
    "text and text": ("TEXT, TEXT", "tuple[str, str]"),
    "text and labels": ("TEXT, LABELS", "tuple[str, Sequence[str]]"),
    "media and text": ("MEDIA, TEXT", "tuple[MediaSource, str]"),
    "media and labels": ("MEDIA, LABELS", "tuple[MediaSource, Sequence[str]]"),
}
# The other overload of `run`: the arguments, and the type of an input of `map`.
OVERLOADS: Final[Mapping[str, tuple[str, str]]] = {
    "text or messages": ("MESSAGES", "Messages"),
    "messages or mixed": ("TEXT, MEDIA", "tuple[str, MediaSource]"),
    "media and labels": ("MEDIA, LABELS, TEXT", "tuple[MediaSource, Sequence[str], str]"),
}
# Input, output and stream of each task.
TASK_TYPES: Final[Mapping[str, tuple[str, str, str | None]]] = {
    "audio-classification": ("media", "list[Classification]", None),
    "audio-text-to-text": ("messages or mixed", "AssistantMessage", "TextStream"),
    "automatic-speech-recognition": ("media", "str", None),
    "chat": ("messages", "AssistantMessage", "TextStream"),
    "depth-estimation": ("media", "DepthMap", None),
    "document-question-answering": ("media and text", "list[DocumentAnswer]", None),
    "feature-extraction": ("text", "list[float]", None),
    "fill-mask": ("text", "list[FilledMask]", None),
    "image-classification": ("media", "list[Classification]", None),
    "image-feature-extraction": ("media", "list[list[float]]", None),
    "image-segmentation": ("media", "list[Segment]", None),
    "image-text-to-text": ("messages or mixed", "AssistantMessage", "TextStream"),
    "image-to-text": ("media", "str", None),
    "mask-generation": ("media", "ImageMasks", None),
    "object-detection": ("media", "list[Detection]", None),
    "question-answering": ("text and text", "ExtractedAnswer", None),
    "sentence-similarity": ("text", "list[float]", None),
    "summarization": ("text", "str", "TextStream"),
    "text-classification": ("text", "list[Classification]", None),
    "text-generation": ("text or messages", "str", "TextStream"),
    "text-to-audio": ("text", "MediaRef", "MediaStream"),
    "text-to-image": ("text", "MediaRef", "MediaStream"),
    "text-to-speech": ("text", "MediaRef", "MediaStream"),
    "text-to-video": ("text", "MediaRef", "MediaStream"),
    "text2text-generation": ("text", "str", "TextStream"),
    "token-classification": ("text", "list[ClassifiedToken]", None),
    "translation": ("text", "str", "TextStream"),
    "unconditional-image-generation": ("nothing", "MediaRef", "MediaStream"),
    "video-classification": ("media", "list[Classification]", None),
    "video-text-to-text": ("messages or mixed", "AssistantMessage", "TextStream"),
    "visual-question-answering": ("media and text", "list[VisualAnswer]", None),
    "zero-shot-classification": ("text and labels", "LabelRanking", None),
    "zero-shot-image-classification": ("media and labels", "list[Classification]", None),
    "zero-shot-object-detection": ("media and labels", "list[Detection]", None),
}

_HEAD: Final = """
from collections.abc import Sequence
from pathlib import Path
from typing import assert_type
from bytezkit import Bytez, MediaStream, Outcomes, TextStream
from bytezkit.types import (
    AssistantMessage, ChatMessage, Classification, ClassifiedToken, Conversation, DepthMap, Detection,
    DocumentAnswer, ExtractedAnswer, FilledMask, ImageMasks, LabelRanking, MediaRef, MediaSource,
    Messages, Segment, VisualAnswer,
)
TEXT = "Hello"
MEDIA = Path("cat.png")
LABELS = ["cat", "dog"]
MESSAGES: list[ChatMessage] = [{"role": "user", "content": "Hello"}]
"""
_WRONG_ARGUMENT: Final = "  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]"
_NO_OVERLOAD: Final = "  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]"
# pyright reports the call too if both overloads have one argument.
_WRONG_ARGUMENTS: Final[Mapping[str, str]] = {
    "text or messages": _NO_OVERLOAD.replace("Type]", "Type, reportCallIssue]"),
    "messages or mixed": _NO_OVERLOAD,
    "media and labels": _NO_OVERLOAD,
}
_EXCESS_ARGUMENT: Final = "  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]"
_NO_ATTRIBUTE: Final = (
    "  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]"
)


def program() -> str:
    """Return a program with correct and wrong uses of every task."""
    return "\n".join((_HEAD, *(line for task in TASK_TYPES for line in _lines(task))))


def _lines(task: str) -> Iterator[str]:
    shape, output, stream = TASK_TYPES[task]
    arguments, item_type = INPUTS[shape]
    yield f"def {task.replace('-', '_')}(client: Bytez) -> None:"
    yield f"    model = client.model('org/name', task='{task}')"
    forms = [INPUTS[shape], *([OVERLOADS[shape]] if shape in OVERLOADS else [])]
    for form, form_type in forms:
        items = f"[({form})]" if form_type.startswith("tuple") else f"[{form or 'None'}]"
        yield f"    assert_type(model.run({form}).output, {output})"
        yield f"    assert_type(model.map({items}), Outcomes[{form_type}, {output}])"
        if stream is not None:
            yield f"    assert_type(model.stream({form}), {stream})"
    wrong_argument = _WRONG_ARGUMENTS.get(shape, _WRONG_ARGUMENT)
    wrong = "None, None" if item_type.startswith("tuple") else "None"
    yield f"    model.run({wrong}){wrong_argument if arguments else _EXCESS_ARGUMENT}"
    yield f"    model.run({arguments}{', ' * bool(arguments)}params={{'no_such_param': 1}}){wrong_argument}"
    if stream is None:
        yield f"    model.stream({arguments}){_NO_ATTRIBUTE}"
