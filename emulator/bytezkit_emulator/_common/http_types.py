"""What comes in and what goes out, apart from any way of transport."""

import re
from collections.abc import Generator, Iterable, Mapping
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote

import msgspec

from bytezkit_emulator._common.json import JsonObject, JsonValue, write_json
from bytezkit_emulator._time.future import Wait

JSON: Final = "application/json"
# What the vendor's JavaScript client needs in order to take a failed stream for a failure.
JSON_FOR_STREAMS: Final = "application/json; charset=utf-8"

_OLDER_PREFIX: Final = "/model/"
_HOST: Final = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")

Chunks: TypeAlias = Generator[Wait | bytes, None, None]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request.

    Attributes:
        method: In capitals.
        path: Percent-encoded, without the prefix and the query.
        query: Without its question mark.
        headers: By lower-case name; fields of one name are joined by `, `.
        body: The body; one above the limit may be cut anywhere behind it.
        scheme: `http` or `https`.
        prefix: The path below which the emulator is mounted, percent-encoded, without a slash at its end.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""
    scheme: str = "http"
    prefix: str = ""

    def __repr__(self) -> str:
        """Leave out whatever may hold a key."""
        return f"Request(method={self.method!r}, path={self.path!r}, scheme={self.scheme!r})"

    @property
    def is_v1(self) -> bool:
        """Whether it goes to the older API, whose failures have a form of their own."""
        return unquote(self.path).startswith(_OLDER_PREFIX)

    @property
    def base_url(self) -> str:
        """Scheme, host and prefix, as the client knows them."""
        host = self.headers.get("host", "")
        return f"{self.scheme}://{host if _HOST.fullmatch(host) else 'localhost'}{self.prefix}"


def joined_headers(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the fields of a head as a request has them; their names are lower-case already."""
    headers: dict[str, str] = {}
    for encoded, value in fields:
        name, text = encoded.decode("latin-1"), value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, whose body is whole or comes piece by piece. The names of the headers are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes | Chunks


Answer: TypeAlias = Generator[Wait, None, Reply]
# The reply comes first, and then the pieces of its body, unless the body is whole.
Parts: TypeAlias = Generator[Wait | Reply | bytes, None, None]


def json_reply(
    status: int, value: JsonValue, *, headers: Mapping[str, str] | None = None, content_type: str = JSON
) -> Reply:
    """Answer with JSON."""
    return Reply(
        status=status, headers={"content-type": content_type, **(headers or {})}, body=write_json(value)
    )


def with_length(reply: Reply, *, has_body: bool = True) -> Reply:
    """Say how long the body is, where that is known, and leave it out if only the head is asked for."""
    if not isinstance(reply.body, bytes):
        return reply if has_body else Reply(status=reply.status, headers=reply.headers, body=b"")
    headers = {**reply.headers, "content-length": str(len(reply.body))}
    return Reply(status=reply.status, headers=headers, body=reply.body if has_body else b"")


def success(
    output: JsonValue,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **members: JsonValue,
) -> Reply:
    """Answer in the envelope of a success."""
    return json_reply(status, {"error": None, "output": output, **members}, headers=headers)


class Cut(Exception):  # noqa: N818  # what a fault wants, not an error
    """The connection ends here, instead of an answer or in the middle of one.

    Args:
        how: `reset` (RST) or `close` (FIN).
    """

    def __init__(self, how: Literal["reset", "close"]) -> None:
        super().__init__(how)
        self.how: Final = how


class Refusal(Exception):  # noqa: N818  # a way to answer, not an error
    """A request is refused.

    Args:
        status: The HTTP status.
        error: Why, for a person to read.
        message: More about it.
        headers: Headers of the answer.
        members: More members of the body.
    """

    def __init__(
        self,
        status: int,
        error: str,
        message: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        members: JsonObject | None = None,
    ) -> None:
        super().__init__(status, error)
        self.status = status
        self.error = error
        self.message = message
        self.headers = headers or {}
        self.members = members or {}

    def reply(self, content_type: str, *, is_v1: bool) -> Reply:
        """Answer in the envelope of a failure, of the older API or the current one."""
        body: JsonObject
        if is_v1:
            text = self.error if self.message is None else f"{self.error}: {self.message}"
            body = {"error": text, **self.members}
        else:
            body = {"error": self.error, "output": None, **self.members}
            if self.message is not None:
                body |= {"status": self.status, "message": self.message}
        return json_reply(self.status, body, headers=self.headers, content_type=content_type)
