"""Typed constructors for the messages of a conversation.

from bytezkit.messages import image, system, user

history = [system("Be brief."), user("What is this?", image(Path("cat.png")))]
answer = chat.run(history).output
history = [*history, answer, user("And its breed?")]
"""

from bytezkit._media.inputs import MediaSource, media_members
from bytezkit_models.inputs import ChatMessage, ContentPart

__all__ = ["assistant", "audio", "image", "system", "text", "user", "video"]


def user(*content: str | ContentPart, name: str | None = None) -> ChatMessage:
    """Return a message of the user.

    Args:
        content: Texts, and parts from `image`, `audio` and `video`, in their order.
        name: Name of the user. Default: none.

    Raises:
        ValueError: There is no content.
    """
    return _message("user", content, name)


def assistant(*content: str | ContentPart, name: str | None = None) -> ChatMessage:
    """Return an answer of the model, for example from a file; arguments and errors as for `user`."""
    return _message("assistant", content, name)


def system(content: str) -> ChatMessage:
    """Return the instructions for the model."""
    return _message("system", (content,), None)


def text(content: str) -> ContentPart:
    """Return a part with a text."""
    return {"type": "text", "text": content}


def image(source: MediaSource, *, mime: str | None = None) -> ContentPart:
    """Return a part with a picture. A file is read at once.

    Args:
        source: A path, bytes, an open binary file, a picture of Pillow, an array of numpy, or a URL
            (`http://`, `https://` or `data:`).
        mime: Media type of bytes and files. Default: detected from their first bytes.

    Raises:
        TypeError: An argument has a wrong type.
        ValueError: The media are empty, or their type is not detected.
        OSError: The file cannot be read.
    """
    return _media_part("image", source, mime, None)


def audio(source: MediaSource, *, mime: str | None = None, sample_rate: int | None = None) -> ContentPart:
    """Return a part with a sound; arguments and errors as for `image`.

    Args:
        source: As for `image`.
        mime: As for `image`.
        sample_rate: Samples per second of a sound in an array.
    """
    return _media_part("audio", source, mime, sample_rate)


def video(source: MediaSource, *, mime: str | None = None) -> ContentPart:
    """Return a part with a video; arguments and errors as for `image`."""
    return _media_part("video", source, mime, None)


def _message(role: str, content: tuple[str | ContentPart, ...], name: str | None) -> ChatMessage:
    if not content:
        raise ValueError("a message needs content")
    message: ChatMessage = {"role": role}
    if len(content) == 1 and isinstance(content[0], str):
        message["content"] = content[0]
    else:
        message["content"] = [text(part) if isinstance(part, str) else part for part in content]
    if name is not None:
        message["name"] = name
    return message


def _media_part(kind: str, source: MediaSource, mime: str | None, sample_rate: int | None) -> ContentPart:
    members = media_members(source, mime, sample_rate)
    part: ContentPart = {"type": kind}
    if "url" in members:
        part["url"] = members["url"]
    if "base64" in members:
        part["base64"] = members["base64"]
    return part
