"""Builds and validates the body of a run before it is sent."""

from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias, TypeVar, cast

import msgspec

from bytezkit._core.json import UntypedInput
from bytezkit._media.inputs import MediaSource
from bytezkit_models.inputs import (
    ChatMessage,
    LabelsMediaInput,
    LabelsTextInput,
    LabelsTextMediaInput,
    MediaInput,
    MessagesInput,
    QuestionContextInput,
    QuestionMediaInput,
    TextInput,
    TextMediaInput,
)
from bytezkit_models.json_value import JsonInput
from bytezkit_models.results import AssistantMessage, ToolCall

# An answer of the model can be added as it is.
Messages: TypeAlias = Sequence[ChatMessage | AssistantMessage]
# A string is one message of the user.
Conversation: TypeAlias = str | Messages

FirstT = TypeVar("FirstT")
SecondT = TypeVar("SecondT")


class RunOptions(msgspec.Struct, frozen=True):
    """Arguments of a run beside its input.

    Attributes:
        params: Documented parameters of the task.
        extra_params: Other parameters of the model.
        auto_scale: Whether the service may buy credits instead of rejecting the run at the rate limit. None:
            the default of the service.
    """

    params: Mapping[str, object] | None = None
    extra_params: Mapping[str, JsonInput] | None = None
    auto_scale: bool | None = None


def text_input(text: str) -> TextInput:
    """Return the body members for a text.

    Raises:
        TypeError: The text is not a string.
    """
    return {"text": _check_text("text", text)}


def messages_input(messages: Conversation) -> MessagesInput:
    """Return the body members for a conversation.

    Raises:
        TypeError: The messages are neither a string nor a sequence of messages.
        ValueError: The sequence is empty, or a message has no role.
    """
    if isinstance(messages, str):
        return {"messages": [{"role": "user", "content": messages}]}
    # An iterator is rejected, because the validation below would exhaust it.
    if not isinstance(messages, Sequence):
        raise TypeError(f"messages must be a string or a list of messages, not {type(messages).__name__}")
    if not messages:
        raise ValueError("messages must contain at least one message")
    return {"messages": [_message(index, message) for index, message in enumerate(messages)]}


def text_or_messages_input(text: Conversation) -> TextInput | MessagesInput:
    """Return the body members for a text or for messages.

    Raises:
        TypeError: The input is neither a string nor a sequence of messages.
        ValueError: The sequence is empty, or a message has no role.
    """
    return text_input(text) if isinstance(text, str) else messages_input(text)


def messages_or_text_media_input(
    messages: Conversation, media: MediaInput | None
) -> MessagesInput | TextMediaInput:
    """Return the body members for a conversation, or for a text and media.

    Raises:
        TypeError: The messages are neither a string nor a sequence of messages, or not a string beside media.
        ValueError: The sequence is empty, or a message has no role.
    """
    if media is None:
        return messages_input(messages)
    if not isinstance(messages, str):
        raise TypeError("media beside messages: add the media to a message as a part")
    return {"text": messages, **media}


def _message(index: int, message: object) -> ChatMessage:
    if isinstance(message, AssistantMessage):
        sent: ChatMessage = {"role": message.role, "content": message.content}
        if message.tool_calls is not None:
            sent["content"] = message.content or None
            sent["tool_calls"] = [_tool_call(call) for call in message.tool_calls]
        return sent
    if not isinstance(message, Mapping):
        raise TypeError(f"messages/{index} must be a message, not {type(message).__name__}")
    if "role" not in message:
        raise ValueError(f"messages/{index} has no role")
    return cast("ChatMessage", message)


def _tool_call(call: ToolCall) -> JsonInput:
    function = call.function and {"name": call.function.name, "arguments": call.function.arguments}
    members: dict[str, JsonInput] = {"id": call.id, "type": call.type, "function": function or None}
    return {name: value for name, value in members.items() if value is not None}


def question_context_input(question: str, context: str) -> QuestionContextInput:
    """Return the body members for a question and the text that answers it.

    Raises:
        TypeError: An argument is not a string.
    """
    return {"question": _check_text("question", question), "context": _check_text("context", context)}


def question_media_input(question: str, media: MediaInput) -> QuestionMediaInput:
    """Return the body members for a question about media.

    Raises:
        TypeError: The question is not a string.
    """
    return {"question": _check_text("question", question), **media}


def labels_text_input(text: str, candidate_labels: Sequence[str]) -> LabelsTextInput:
    """Return the body members for a text and candidate labels.

    Raises:
        TypeError: The text is not a string, or the labels are not a list of strings.
        ValueError: The list of labels is empty.
    """
    return {"text": _check_text("text", text), "candidate_labels": _check_labels(candidate_labels)}


def labels_media_input(
    media: MediaInput, candidate_labels: Sequence[str], text: str | None
) -> LabelsMediaInput | LabelsTextMediaInput:
    """Return the body members for media and candidate labels, and for a text beside them unless it is None.

    Raises:
        TypeError: The labels are not a list of strings, or the text is not a string.
        ValueError: The list of labels is empty.
    """
    labels: LabelsMediaInput = {"candidate_labels": _check_labels(candidate_labels), **media}
    return labels if text is None else {"text": _check_text("text", text), **labels}


def check_pair(input: tuple[FirstT, SecondT], names: str) -> tuple[FirstT, SecondT]:
    """Check that an input of `map` is a tuple of two, and return it.

    Raises:
        TypeError: The input is not a tuple of two.
    """
    if not isinstance(input, tuple) or len(input) != 2:
        raise TypeError(f"an input must be a tuple ({names}), not {type(input).__name__}")
    return input


def split_labels_media(
    input: tuple[MediaSource, Sequence[str]] | tuple[MediaSource, Sequence[str], str],
) -> tuple[MediaSource, Sequence[str], str | None]:
    """Return the media, the labels and the text, if any, of an input of `map`.

    Raises:
        TypeError: The input is not a tuple of two or three.
    """
    if isinstance(input, tuple) and len(input) == 3:
        return input
    return *check_pair(input, "media, candidate_labels"), None


def split_text_media(input: Sequence[object]) -> tuple[Conversation, MediaSource | None]:
    """Return the conversation and the media, if any, of an input of `map`."""
    match input:
        case (str(), _):
            return cast("tuple[str, MediaSource]", input)
        case _:
            return cast("Conversation", input), None


def _check_text(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    return value


def _check_labels(labels: Sequence[str]) -> list[str]:
    if isinstance(labels, str) or not isinstance(labels, Sequence):
        raise TypeError(f"candidate_labels must be a list of strings, not {type(labels).__name__}")
    if not labels:
        raise ValueError("candidate_labels must contain at least one label")
    return [_check_text(f"candidate_labels/{index}", label) for index, label in enumerate(labels)]


def untyped_input(value: UntypedInput) -> Mapping[str, object]:
    """Return the body members for an untyped run. A string or list is sent as the member `input`.

    Raises:
        TypeError: The value is not a mapping, a string or a list.
    """
    if isinstance(value, Mapping):
        return value
    if isinstance(value, (str, Sequence)) and not isinstance(value, (bytes, bytearray)):
        return {"input": value}
    raise TypeError(
        f"input must be a mapping of body members, a string or a list, not {type(value).__name__}"
    )


def reject_arguments(method: str, arguments: Mapping[str, object]) -> NoReturn:
    """Reject keyword arguments that a method does not have; parameters of the model are a likely mistake.

    Raises:
        TypeError: Always.
    """
    name = next(iter(arguments))
    raise TypeError(
        f"{method}() has no argument {name!r}; parameters of the model go into params={{{name!r}: ...}}"
    )


def run_body(
    members: Mapping[str, object], options: RunOptions, fixed: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Return the body of a run.

    Args:
        members: Members of the input.
        options: Parameters.
        fixed: Members that the operation sets, such as `stream`.

    Raises:
        TypeError: An argument has a wrong type.
        ValueError: Two arguments contain the same member.
    """
    params = _merge(
        "params and extra_params",
        _check_mapping("params", options.params),
        _check_mapping("extra_params", options.extra_params),
    )
    added: dict[str, object] = {**(fixed or {})}
    if params:
        added["params"] = params
    if options.auto_scale is not None:
        if not isinstance(options.auto_scale, bool):
            raise TypeError(f"auto_scale must be a bool, not {type(options.auto_scale).__name__}")
        added["autoScale"] = options.auto_scale
    return _merge("the input and the arguments", _check_mapping("input", members), added)


def reject_stream(body: Mapping[str, object]) -> None:
    """Reject a body that asks for a stream, which `run` could not read but the service would charge.

    Raises:
        ValueError: The body asks for a stream.
    """
    params = body.get("params")
    nested = cast("Mapping[str, object]", params).get("stream") if isinstance(params, Mapping) else None
    if body.get("stream") is True or nested is True or body.get("json") is False:
        raise ValueError("the input asks for a stream, which run cannot read: use stream")


def _check_mapping(name: str, value: Mapping[str, object] | None) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, not {type(value).__name__}")
    for member in value:
        # The JSON encoder would silently convert a number to a string.
        if not isinstance(member, str):
            raise TypeError(f"{name}: a member name must be a string, not {type(member).__name__}")
    return value


def _merge(names: str, first: Mapping[str, object], second: Mapping[str, object]) -> dict[str, object]:
    duplicates = sorted(first.keys() & second.keys())
    if duplicates:
        raise ValueError(f"{names} both contain {', '.join(duplicates)}")
    return {**first, **second}
