"""Rows of the tables: a request as a client sends it, and its documented response."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias

KEY: Final = "API_KEY"

# A request with the key, as method with path and JSON body, or the time that passes after it.
Step: TypeAlias = tuple[str, object] | timedelta


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON response.

    The response contains every member of `sample`, with the same JSON type, and may contain more. Null and
    timestamps match only their kind. Items of a list match the item of the sample with the same `name`, or
    else the first item of the sample.

    Attributes:
        sample: The documented response.
        status: The status.
        constant: Names of members, at any depth, whose values are equal too.
    """

    sample: object
    status: int = 200
    constant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text stream of a media type that begins with `prefix` and continues."""

    prefix: str = ""
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Media:
    """A file with its media type and the magic number at `offset`."""

    media_type: str
    magic: bytes
    offset: int = 0


PNG: Final = Media("image/png", b"\x89PNG\r\n\x1a\n")
WAV: Final = Media("audio/wav", b"RIFF")
MP4: Final = Media("video/mp4", b"ftyp", offset=4)


@dataclass(frozen=True, slots=True)
class Row:
    """One request and its response.

    Attributes:
        source: The package and its version, or the document and its date.
        call: The call or the subject.
        request: The method and the path with its query, as on the wire.
        response: The documented response.
        body: The body, as on the wire.
        state: Steps before the request.
        headers: The headers that the client sets itself.
        credits: The credits of the key in US dollars; unlimited if None.
    """

    source: str
    call: str
    request: str
    response: Json | Text | Media
    body: str | None = None
    state: tuple[Step, ...] = ()
    headers: dict[str, str] = field(kw_only=True)
    credits: float | None = None

    @property
    def label(self) -> str:
        """The test ID."""
        return f"{self.source}: {self.call}"


def output(sample: object, *constant: str) -> Json:
    """Return a successful response."""
    return Json({"error": None, "output": sample}, constant=constant)


def error(status: int, text: str) -> Json:
    """Return an error response with exactly this text."""
    return Json({"error": text, "output": None}, status, ("error",))


def error_v1(status: int, text: str) -> Json:
    """Return an error response of the v1 API with exactly this text."""
    return Json({"error": text}, status, ("error",))
