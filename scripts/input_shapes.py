"""Input shapes of the client: the arguments of `run` and the body members they set."""

from collections.abc import Mapping
from dataclasses import dataclass
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
    """

    name: str
    type: str
    description: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InputShape:
    """An input shape of the contract.

    Attributes:
        phrase: Description of the input for docstrings.
        arguments: Positional arguments of `run`.
        body: Expression that returns the body members; `MEMBERS` stands for the members of the media.
    """

    phrase: str
    arguments: tuple[Argument, ...]
    body: str

    @property
    def has_media(self) -> bool:
        """Whether an argument is media: an image, audio or video."""
        return _MEDIA in self.arguments


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
    ("messages",),
)

# Keys are the names of the schemas without the suffix `Input`.
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
        (_MEDIA, _LABELS),
        "labels_media_input(MEMBERS, candidate_labels)",
    ),
    "Empty": InputShape("empty", (), "{}"),
}
