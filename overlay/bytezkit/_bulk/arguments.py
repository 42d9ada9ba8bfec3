"""Values of columns as arguments of a run."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import cast

from bytezkit._media.inputs import is_media_url


def is_null(value: object) -> bool:
    """Return whether a value is missing: None, or NaN, which pandas has in place of a missing text."""
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124 - the test for NaN


def as_argument(name: str, value: object, *, file_paths: bool) -> object:
    """Convert the value of a column to an argument of `run`.

    Args:
        name: Name of the argument.
        value: The value, not null.
        file_paths: Whether paths are read as files.

    Raises:
        ValueError: The value is a path, and paths are not read.
    """
    if name == "media":
        return _media(value, file_paths=file_paths)
    return _plain(value)


def _plain(value: object) -> object:
    """Return lists for arrays of numpy, and mappings without the null members that Arrow adds."""
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        return {name: _plain(member) for name, member in members.items() if member is not None}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    to_list = getattr(value, "tolist", None)
    return _plain(to_list()) if callable(to_list) else value


def _media(value: object, *, file_paths: bool) -> object:
    if isinstance(value, Mapping):
        # Pictures and sounds of Hugging Face datasets.
        members = cast("Mapping[str, object]", value)
        content = members.get("bytes")
        value = members.get("path") if content is None else content
    if isinstance(value, PathLike):
        value = str(cast("object", value))
    elif not isinstance(value, str) or is_media_url(value):
        return value
    if not file_paths:
        raise ValueError("the value is a path or another text, not a URL; file_paths=True reads files")
    return Path(value)
