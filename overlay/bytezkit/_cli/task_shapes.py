"""Inputs and outputs of each task, derived from the handle classes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Final, Protocol, cast

from bytezkit._api.handles import MediaHandle
from bytezkit._api.task_handles import HANDLES
from bytezkit_models.results import AssistantMessage

# Names in the help, by the name of the argument of the handle's `run`.
_METAVARS: Final[Mapping[str, str]] = {
    "text": "TEXT",
    "messages": "TEXT",
    "media": "MEDIA",
    "question": "QUESTION",
    "context": "CONTEXT",
    "candidate_labels": "LABEL...",
}
# Suffix of the tasks that take a conversation with media, such as image-text-to-text.
_CONVERSATION_SUFFIX: Final = "-text-to-text"


class _HasRun(Protocol):
    run: Callable[..., object]


@dataclass(frozen=True, slots=True)
class TaskShape:
    """Inputs and output of a task.

    Attributes:
        arguments: Names of the required positional arguments of the handle's `run`.
        media_part: For conversations with media, the type of the media parts: `image`, `audio` or `video`.
        produces_media: Whether the output is an image, a sound or a video.
        streams: Whether the task supports streaming.
        produces_text: Whether the output is a text or a message with a text.
    """

    arguments: tuple[str, ...]
    media_part: str | None
    produces_media: bool
    streams: bool
    produces_text: bool

    @property
    def min_inputs(self) -> int:
        """Minimum number of inputs."""
        return len(self.arguments)

    @property
    def max_inputs(self) -> int | None:
        """Maximum number of inputs; None for no limit."""
        is_variadic = self.media_part or self.arguments[-1:] == ("candidate_labels",)
        return None if is_variadic else len(self.arguments)

    @property
    def usage(self) -> str:
        """The inputs as the help shows them."""
        metavars = [_METAVARS[name] for name in self.arguments]
        return " ".join([*metavars, "[MEDIA]..."] if self.media_part else metavars)

    @property
    def output(self) -> str:
        """Kind of the output: `media`, `text` or `JSON`."""
        if self.produces_media:
            return "media"
        return "text" if self.produces_text else "JSON"


def shape_of(task: str) -> TaskShape | None:
    """Return the shape of a task, or None for an unknown task."""
    if task not in HANDLES:
        return None
    handle, output = HANDLES[task]
    parameters = signature(cast("type[_HasRun]", handle).run).parameters
    positional = [
        name
        for name, parameter in parameters.items()
        if parameter.kind is Parameter.POSITIONAL_OR_KEYWORD
        and parameter.default is Parameter.empty
        and name != "self"
    ]
    return TaskShape(
        arguments=tuple(positional),
        media_part=task.removesuffix(_CONVERSATION_SUFFIX) if task.endswith(_CONVERSATION_SUFFIX) else None,
        produces_media=issubclass(handle, MediaHandle),
        streams=hasattr(handle, "stream"),
        produces_text=output in (str, AssistantMessage),
    )
