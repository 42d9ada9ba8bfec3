"""Files that stand in a body, left out."""

import re
from typing import Final

from bytezkit_emulator._common.json import JsonValue
from bytezkit_emulator._journal.redaction import names_secret

_FILE: Final = re.compile(r"(data:[\w/.+-]{0,100};base64,|)[A-Za-z0-9+/_-]{200,}={0,2}")


def truncated(value: JsonValue) -> JsonValue:
    """Replace base64 and data URLs by their length; nothing of their content stays."""
    match value:
        case str():
            file = _FILE.fullmatch(value)
            return value if file is None else f"{file[1]}... ({len(value)} characters)"
        case list():
            return [truncated(item) for item in value]
        case dict():
            return {name: it if names_secret(name) else truncated(it) for name, it in value.items()}
        case _:
            return value
