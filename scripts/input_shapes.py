"""The shapes of input as the client takes them: the arguments of `run`, and the members they stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_MEDIA_MEMBERS: Final = ("url", "image_url", "image", "base64")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of `run`.

    Attributes:
        name: Its name.
        type: Its type, as the client spells it.
        about: What it is.
        members: The members of the wire that it stands for, the one that counts first.
    """

    name: str
    type: str
    about: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InputShape:
    """A shape of input.

    Attributes:
        phrase: What a model of this shape reads.
        arguments: What `run` takes, in its order.
        body: The expression that spells the body.
    """

    phrase: str
    arguments: tuple[Argument, ...]
    body: str

    @property
    def has_media(self) -> bool:
        """Whether an argument is a picture, a sound or a video."""
        return _MEDIA in self.arguments


_TEXT: Final = Argument("text", "str", "The input.", ("text",))
_MEDIA: Final = Argument(
    "media",
    "MediaSource",
    "A path, bytes, an open binary file, or a URL (`http://`, `https://` or `data:`).",
    _MEDIA_MEMBERS,
)
_QUESTION: Final = Argument("question", "str", "What is asked.", ("question", "text"))
_LABELS: Final = Argument(
    "candidate_labels", "Sequence[str]", "The labels to choose from.", ("candidate_labels",)
)
_CONTEXT: Final = Argument("context", "str", "The text that holds the answer.", ("context",))
_MESSAGES: Final = Argument(
    "messages", "Sequence[ChatMessage]", "The conversation so far, oldest message first.", ("messages",)
)

# By the name of the schema, without `Input`. `MEMBERS` stands for the media as the wire has them.
INPUT_SHAPES: Final[Mapping[str, InputShape]] = {
    "Text": InputShape("reads a text", (_TEXT,), "text_input(text)"),
    "Messages": InputShape("reads a conversation", (_MESSAGES,), "messages_input(messages)"),
    "Media": InputShape("reads a picture, a sound or a video", (_MEDIA,), "MEMBERS"),
    "QuestionContext": InputShape(
        "reads a question and the text that answers it",
        (_QUESTION, _CONTEXT),
        "question_context_input(question, context)",
    ),
    "QuestionMedia": InputShape(
        "reads media and a question about them",
        (_MEDIA, _QUESTION),
        "question_media_input(question, MEMBERS)",
    ),
    "LabelsText": InputShape(
        "reads a text and labels for it", (_TEXT, _LABELS), "labels_text_input(text, candidate_labels)"
    ),
    "LabelsMedia": InputShape(
        "reads media and labels for them",
        (_MEDIA, _LABELS),
        "labels_media_input(MEMBERS, candidate_labels)",
    ),
    "Empty": InputShape("needs no input", (), "{}"),
}
