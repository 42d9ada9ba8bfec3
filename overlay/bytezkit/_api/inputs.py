"""The body of a run, checked before anything is sent."""

from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

import msgspec

from bytezkit_models.inputs import (
    ChatMessage,
    LabelsMediaInput,
    LabelsTextInput,
    MediaInput,
    MessagesInput,
    QuestionContextInput,
    QuestionMediaInput,
    TextInput,
)
from bytezkit_models.json_value import JsonInput

FirstT = TypeVar("FirstT")
SecondT = TypeVar("SecondT")


class RunOptions(msgspec.Struct, frozen=True):
    """What goes with every input, whatever its shape.

    Attributes:
        params: The documented arguments of the task.
        extra_params: Other arguments of the model.
        auto_scale: Whether credits may be bought instead of being refused at the rate limit; None
            leaves it to the service.
    """

    params: Mapping[str, object] | None = None
    extra_params: Mapping[str, JsonInput] | None = None
    auto_scale: bool | None = None


def text_input(text: str) -> TextInput:
    """Spell a text.

    Raises:
        TypeError: It is not a string.
    """
    return {"text": _text("text", text)}


def messages_input(messages: Sequence[ChatMessage]) -> MessagesInput:
    """Spell a conversation.

    Raises:
        TypeError: It is not a sequence of mappings; a generator is not, since a retry needs it again.
        ValueError: It is empty, or a message has no role.
    """
    if isinstance(messages, str) or not isinstance(messages, Sequence):
        raise TypeError(f"messages must be a list of messages, not {type(messages).__name__}")
    if not messages:
        raise ValueError("messages must hold at least one message")
    for index, message in enumerate(messages):
        if not isinstance(message, Mapping):
            raise TypeError(f"messages/{index} must be a mapping, not {type(message).__name__}")
        if "role" not in message:
            raise ValueError(f"messages/{index} has no role")
    return {"messages": [*messages]}


def question_context_input(question: str, context: str) -> QuestionContextInput:
    """Spell a question and the text that answers it.

    Raises:
        TypeError: One of them is not a string.
    """
    return {"question": _text("question", question), "context": _text("context", context)}


def question_media_input(question: str, media: MediaInput) -> QuestionMediaInput:
    """Spell a question about media.

    Raises:
        TypeError: The question is not a string.
    """
    return {"question": _text("question", question), **media}


def labels_text_input(text: str, candidate_labels: Sequence[str]) -> LabelsTextInput:
    """Spell a text and the labels to choose from.

    Raises:
        TypeError: The text is not a string, or the labels are not a list of strings.
        ValueError: There are no labels.
    """
    return {"text": _text("text", text), "candidate_labels": _labels(candidate_labels)}


def labels_media_input(media: MediaInput, candidate_labels: Sequence[str]) -> LabelsMediaInput:
    """Spell media and the labels to choose from.

    Raises:
        TypeError: The labels are not a list of strings.
        ValueError: There are no labels.
    """
    return {"candidate_labels": _labels(candidate_labels), **media}


def pair(input: tuple[FirstT, SecondT], names: str) -> tuple[FirstT, SecondT]:
    """Take apart an input that stands for two arguments.

    Raises:
        TypeError: It is no tuple of two.
    """
    if not isinstance(input, tuple) or len(input) != 2:
        raise TypeError(f"an input must be a tuple ({names}), not {type(input).__name__}")
    return input


def _text(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    return value


def _labels(labels: Sequence[str]) -> list[str]:
    if isinstance(labels, str) or not isinstance(labels, Sequence):
        raise TypeError(f"candidate_labels must be a list of strings, not {type(labels).__name__}")
    if not labels:
        raise ValueError("candidate_labels must hold at least one label")
    return [_text(f"candidate_labels/{index}", label) for index, label in enumerate(labels)]


def wire_input(value: JsonInput) -> Mapping[str, JsonInput]:
    """Spell the input of an untyped run: the wire's members as they are, or a shorthand.

    Raises:
        TypeError: It is neither a mapping nor a string nor a list.
    """
    if isinstance(value, Mapping):
        return value
    if isinstance(value, (str, Sequence)) and not isinstance(value, (bytes, bytearray)):
        return {"input": value}
    raise TypeError(
        f"input must be a mapping of the wire's members, a string or a list, not {type(value).__name__}"
    )


def run_body(
    members: Mapping[str, object], options: RunOptions, form: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Put an input, its options and the form of the answer together.

    Raises:
        TypeError: An option is of a wrong type.
        ValueError: A member or an argument is given twice.
    """
    params = _merge(
        "params and extra_params",
        _mapping("params", options.params),
        _mapping("extra_params", options.extra_params),
    )
    added: dict[str, object] = {**(form or {})}
    if params:
        added["params"] = params
    if options.auto_scale is not None:
        if not isinstance(options.auto_scale, bool):
            raise TypeError(f"auto_scale must be a bool, not {type(options.auto_scale).__name__}")
        added["autoScale"] = options.auto_scale
    return _merge("the input and the arguments", _mapping("input", members), added)


def refuse_stream(body: Mapping[str, object]) -> None:
    """Refuse what would be answered with a stream, which `run` can not read but has to pay.

    Raises:
        ValueError: The body asks for a stream.
    """
    params = body.get("params")
    nested = cast("Mapping[str, object]", params).get("stream") if isinstance(params, Mapping) else None
    if body.get("stream") is True or nested is True or body.get("json") is False:
        raise ValueError("the input asks for a stream, which run can not read: use stream")


def _mapping(name: str, value: Mapping[str, object] | None) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, not {type(value).__name__}")
    for member in value:
        # JSON would take a number for its digits.
        if not isinstance(member, str):
            raise TypeError(f"{name}: the name of a member is a string, not {type(member).__name__}")
    return value


def _merge(what: str, one: Mapping[str, object], other: Mapping[str, object]) -> dict[str, object]:
    both = sorted(one.keys() & other.keys())
    if both:
        raise ValueError(f"{what} both give {', '.join(both)}")
    return {**one, **other}
