"""The tables of `tasks.yaml`: a model, input and output of each task, and of each variant."""

import base64
from pathlib import Path
from typing import Any, Final

from scripts.bundle import read_yaml

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAAAAAA+i0toAAAADElEQVR42mNgqP8PAAIBAX+LG2RhAAAAAElFTkSuQmCC"
)
FILES: Final = {
    "picture": PICTURE,
    "sound": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x80>\0\0\0}\0\0\2\0\x10\0data\0\0\0\0",
    "video": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2",
}
TABLES: Final[Any] = read_yaml(Path(__file__).with_name("tasks.yaml"))
MAGIC_NUMBERS: Final = {"audio/wav": b"RIFF", "image/png": b"\x89PNG", "video/mp4": b"\x00\x00\x00"}


def argument(value: Any) -> Any:
    """Return the argument or the body that the table describes."""
    match value:
        case {"file": kind}:
            return FILES[kind]
        case {"conversation": kind}:
            url = f"https://example.com/a.{kind}"
            parts = [{"type": "text", "text": "Describe this"}, {"type": kind, "url": url}]
            return [{"role": "user", "content": parts}]
        case dict():
            return {name: argument(it) for name, it in value.items()}
    return value
