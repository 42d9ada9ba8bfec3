"""Rows of the tables: a request as a client sends it, and its documented answer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

KEY: Final = "API_KEY"


@dataclass(frozen=True, slots=True)
class Json:
    """An answer in JSON.

    Every member of `sample` is there with its JSON type; more may stand beside it. A sample that is null
    asks for null, one that is a timestamp for a timestamp of the same form. Items of a list that have a
    `name` are looked for by it; of other lists, all items are like the first of the sample.

    Attributes:
        sample: The answer as it is documented.
        status: The status.
        constant: Names of members whose values are equal too, wherever in the sample they stand.
    """

    sample: object
    status: int = 200
    constant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A stream of text that begins with `begin` and goes on."""

    begin: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """The bytes of a file: its type, and the bytes that such a file has at `offset`."""

    media_type: str
    magic: bytes
    offset: int = 0


Answer: TypeAlias = Json | Text | Media

PNG: Final = Media("image/png", b"\x89PNG\r\n\x1a\n")
WAV: Final = Media("audio/wav", b"RIFF")
MP4: Final = Media("video/mp4", b"ftyp", offset=4)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that brings about a state."""

    method: str
    path: str
    body: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What an answer presupposes since nothing was there.

    Attributes:
        name: What it is called.
        steps: Requests of the same key, and time that passes.
        credits: What the key can spend in all, in US dollars; without end if it is None.
    """

    name: str
    steps: tuple[Call | timedelta, ...] = ()
    credits: float | None = None


NOTHING: Final = State("nothing was asked for before")


@dataclass(frozen=True, slots=True)
class Row:
    """One request and its answer.

    Attributes:
        client: The package and its version, or the document and its date: the source of the row.
        asks: The call or the subject.
        request: The method and the path with its query, as they stand on the wire.
        headers: The headers that the client sets itself.
        body: The body as it stands on the wire.
        state: What the answer presupposes.
        answer: The documented answer.
        is_refused: Whether the request does not fit the contract, on purpose.
        query_read_as: The query that the server takes it for, where the client garbles it.
    """

    client: str
    asks: str
    request: str
    headers: dict[str, str]
    answer: Answer
    body: str | None = None
    state: State = NOTHING
    is_refused: bool = False
    query_read_as: str | None = None

    @property
    def method(self) -> str:
        """The method."""
        return self.request.partition(" ")[0]

    @property
    def target(self) -> str:
        """The path with its query."""
        return self.request.partition(" ")[2]

    @property
    def label(self) -> str:
        """The test ID."""
        return f"{self.client}: {self.asks}"


def output(sample: object) -> Json:
    """A success of the current API."""
    return Json({"error": None, "output": sample})


def refusal(status: int, error: str) -> Json:
    """A refusal of the current API, in these words."""
    return Json({"error": error, "output": None}, status, ("error",))


def refusal_v1(status: int, error: str) -> Json:
    """A refusal of the v1 API, in these words."""
    return Json({"error": error}, status, ("error",))
