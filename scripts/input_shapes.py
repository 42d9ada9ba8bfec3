"""Input shapes of the client: the arguments of `run` and the body members they set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

_MEDIA_MEMBERS: Final = ("url", "image_url", "image", "base64")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of `run`.

    Attributes:
        name: Name of the argument.
        type: Type annotation.
        description: Text for the docstring.
        members: Body members that the argument sets, the preferred one first.
        optional: Whether the argument is None by default.
    """

    name: str
    type: str
    description: str
    members: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class InputShape:
    """An input shape of the contract, or a combination of shapes.

    Attributes:
        phrase: Description of the input for docstrings.
        arguments: Positional arguments of `run`.
        body: Expression that returns the body members; `MEMBERS` stands for the members of the media.
        overloads: Positional arguments of each overload of `run`; empty if it has only one form.
        split: Function that returns the arguments of `run` from an input of `map`, if `run` has overloads.
        inputs: The shapes of a combination.
        base: The shape whose handle is the base class.
    """

    phrase: str
    arguments: tuple[Argument, ...]
    body: str
    overloads: tuple[tuple[Argument, ...], ...] = ()
    split: str = ""
    inputs: tuple[str, ...] = ()
    base: str = ""

    @property
    def has_media(self) -> bool:
        """Whether an argument is media: an image, audio or video."""
        return has_media(self.arguments)


def has_media(arguments: Sequence[Argument]) -> bool:
    """Return whether an argument is media."""
    return any(argument.members == _MEDIA_MEMBERS for argument in arguments)


_TEXT: Final = Argument("text", "str", "The input text.", ("text",))
_MEDIA: Final = Argument(
    "media",
    "MediaSource",
    "A path, bytes, an open binary file, a picture of Pillow, an array of numpy, or a URL.",
    _MEDIA_MEMBERS,
)
_QUESTION: Final = Argument("question", "str", "The question.", ("question", "text"))
_LABELS: Final = Argument(
    "candidate_labels", "Sequence[str]", "The labels to choose from.", ("candidate_labels",)
)
_CONTEXT: Final = Argument("context", "str", "The text that contains the answer.", ("context",))
_MESSAGES: Final = Argument(
    "messages",
    "Conversation",
    "The conversation so far, oldest message first; or a string, as the only message of the user.",
    ("messages", "text"),
)
_TEXT_OR_MESSAGES: Final = replace(
    _TEXT,
    type="Conversation",
    description="The input text; or messages, as the text of a conversation, oldest message first.",
    members=("text", "messages"),
)
_OPTIONAL_MEDIA: Final = replace(
    _MEDIA,
    type="MediaSource | None",
    description=f"Media, only beside a string. {_MEDIA.description}",
    optional=True,
)
_OPTIONAL_TEXT: Final = Argument(
    "text", "str | None", "A text beside the labels, which does not count.", ("text",), optional=True
)

# Keys are the names of the schemas without the suffix `Input`, then those of combinations.
INPUT_SHAPES: Final[Mapping[str, InputShape]] = {
    "Text": InputShape("a text", (_TEXT,), "text_input(text)"),
    "Messages": InputShape("a conversation", (_MESSAGES,), "messages_input(messages)"),
    "Media": InputShape("an image, audio or video", (_MEDIA,), "MEMBERS"),
    "QuestionContext": InputShape(
        "a question and the text that answers it",
        (_QUESTION, _CONTEXT),
        "question_context_input(question, context)",
    ),
    "QuestionMedia": InputShape(
        "media and a question about them",
        (_MEDIA, _QUESTION),
        "question_media_input(question, MEMBERS)",
    ),
    "LabelsText": InputShape(
        "a text and candidate labels", (_TEXT, _LABELS), "labels_text_input(text, candidate_labels)"
    ),
    "LabelsMedia": InputShape(
        "media and candidate labels",
        (_MEDIA, _LABELS, _OPTIONAL_TEXT),
        "labels_media_input(MEMBERS, candidate_labels, text)",
        overloads=((_MEDIA, _LABELS), (_MEDIA, _LABELS, _TEXT)),
        split="split_labels_media",
    ),
    "Empty": InputShape("empty", (), "{}"),
    "TextOrMessages": InputShape(
        "a text or a conversation",
        (_TEXT_OR_MESSAGES,),
        "text_or_messages_input(text)",
        overloads=((_TEXT,), (replace(_MESSAGES, type="Messages"),)),
        inputs=("TextInput", "MessagesInput"),
        base="Text",
    ),
    "MessagesOrTextMedia": InputShape(
        "a conversation, or a text and media",
        (_MESSAGES, _OPTIONAL_MEDIA),
        "messages_or_text_media_input(messages, None if media is None else MEMBERS)",
        overloads=((_MESSAGES,), (_TEXT, _MEDIA)),
        split="split_text_media",
        inputs=("MessagesInput", "TextInput", "TextMediaInput"),
        base="Messages",
    ),
}


def shape_of_task(inputs: Sequence[str]) -> str:
    """Return the key of the shape of a task: of the combination of its inputs, or else of the first."""
    combinations = {shape.inputs: name for name, shape in INPUT_SHAPES.items()}
    return combinations.get(tuple(inputs), inputs[0].removesuffix("Input"))
