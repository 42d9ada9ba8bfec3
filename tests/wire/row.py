"""Rows of the tables: a request as a client sends it, and its documented response.

Each YAML file has the rows by their source, which is a package with its version or a document with its date,
with the headers that the client sets itself. A row has these members:

- `call`: the call or the subject.
- `request`: the method and the path with its query, as on the wire. With `{base}`, one row for each base path
  of the OpenAI-compatible API.
- `headers`: headers other than those of the source.
- `body`: the body, as on the wire.
- `state`: steps before the request: a request with the key, as method with path and JSON body, or `boot` or
  `job` for the time that passes.
- `credits`: the credits of the key in US dollars; unlimited by default.
- The documented response: `json`, or `output` for the output of a success, or `error` for exactly this text;
  with `status`, and with `constant` for the names of members, at any depth, whose values are equal too. Or
  `text` with the prefix of a text stream of a `media_type` that continues. Or `media` with the media type.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from bytezkit_emulator import Settings
from scripts.bundle import read_yaml

KEY: Final = "API_KEY"
BASES: Final = ("/models/v2/openai/v1", "/v1")
TIMES: Final = {"boot": Settings().boot_time, "job": Settings().queue_time + Settings().job_time}
# Members of a row that describe its response.
RESPONSE: Final = ("json", "output", "error", "text", "media", "status", "constant", "media_type")
# Magic number of media, and its place.
MAGIC: Final = {"image/png": (b"\x89PNG\r\n\x1a\n", 0), "audio/wav": (b"RIFF", 0), "video/mp4": (b"ftyp", 4)}

# A request with the key, as method with path and JSON body, or the time that passes after it.
Step: TypeAlias = tuple[str, object] | timedelta


@dataclass(frozen=True, slots=True)
class Row:
    """One request and its response."""

    source: str
    call: str
    request: str
    response: Any
    body: str | None
    state: tuple[Step, ...]
    headers: dict[str, str]
    credits: float | None

    @property
    def label(self) -> str:
        """The test ID."""
        return f"{self.source}: {self.call}"


def _rows(name: str) -> Iterator[Row]:
    table: Any = read_yaml(Path(__file__).with_name(f"{name}.yaml"))
    for source, group in table.items():
        for row in group["rows"]:
            for base in BASES if "{base}" in row["request"] else ("",):
                yield Row(
                    source,
                    row["call"].replace("{base}", base),
                    row["request"].replace("{base}", base),
                    {name: row[name] for name in RESPONSE if name in row},
                    row.get("body"),
                    tuple(
                        TIMES[it] if isinstance(it, str) else (it[0], it[1] if it[1:] else None)
                        for it in row.get("state", ())
                    ),
                    row.get("headers", group["headers"]),
                    row.get("credits"),
                )


@cache
def read_rows(name: str) -> tuple[Row, ...]:
    """Return the rows of a table."""
    return (*_rows(name),)
