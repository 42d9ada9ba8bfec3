"""What the tasks take and make, as their handles say it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Final, Protocol, cast

from bytezkit._api.handles import MediaHandle
from bytezkit._api.task_handles import HANDLES
from bytezkit_models.results import AssistantMessage

# The arguments of the handles' `run`, as the help names them.
_WORDS: Final[Mapping[str, str]] = {
    "text": "TEXT",
    "messages": "TEXT",
    "media": "MEDIA",
    "question": "QUESTION",
    "context": "CONTEXT",
    "candidate_labels": "LABEL...",
}
_CONVERSES: Final = "-text-to-text"


class _Running(Protocol):
    run: Callable[..., object]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a task takes and makes.

    Attributes:
        takes: The arguments of `run`.
        part: For a conversation that holds media, what they are: `image`, `audio` or `video`.
        makes_media: Whether the output is a picture, a sound or a video.
        streams: Whether `stream` gives it as it comes.
        makes_text: Whether the output is a text, or a message that holds one.
    """

    takes: tuple[str, ...]
    part: str | None
    makes_media: bool
    streams: bool
    makes_text: bool

    @property
    def least(self) -> int:
        """How many inputs there must be."""
        return len(self.takes)

    @property
    def most(self) -> int | None:
        """How many inputs there may be; None for any number."""
        return None if self.part or self.takes[-1:] == ("candidate_labels",) else len(self.takes)

    @property
    def usage(self) -> str:
        """The inputs, as help spells them."""
        words = [_WORDS[name] for name in self.takes]
        return " ".join([*words, "[MEDIA]..."] if self.part else words)

    @property
    def output(self) -> str:
        """What comes out, in a word."""
        if self.makes_media:
            return "media"
        return "text" if self.makes_text else "JSON"


def shape_of(task: str) -> Shape | None:
    """Return what a task takes and makes, or None if it is not known here."""
    if task not in HANDLES:
        return None
    handle, output = HANDLES[task]
    parameters = signature(cast("type[_Running]", handle).run).parameters
    takes = [name for name, it in parameters.items() if it.kind is Parameter.POSITIONAL_OR_KEYWORD]
    return Shape(
        takes=tuple(takes[1:]),  # Without `self`.
        part=task.removesuffix(_CONVERSES) if task.endswith(_CONVERSES) else None,
        makes_media=issubclass(handle, MediaHandle),
        streams=hasattr(handle, "stream"),
        makes_text=output in (str, AssistantMessage),
    )
