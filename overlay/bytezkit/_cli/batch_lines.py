"""Input lines of a batch, in the format of OpenAI's batches."""

import re
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from bytezkit_models.json_value import JsonValue

_ROUTES: Final = ("/chat/completions", "/completions", "/responses", "/embeddings")
_OPENAI_URL: Final = re.compile(rf"(?:/models/v2/openai)?/v1({'|'.join(_ROUTES)})")
_RUN_URL: Final = re.compile(r"/models/v2/([^/]+/[^/]+)")
_PARSE_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class InputLine:
    """A line of input.

    Attributes:
        number: Number of the line in its file, from 1 on.
        custom_id: The line's `custom_id`, or None if it cannot be read.
        text: The line.
    """

    number: int
    custom_id: str | None
    text: bytes


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """A parsed line.

    Attributes:
        model: The model's id.
        members: Members of the request body.
        openai_route: Route of the OpenAI-compatible API, such as `/chat/completions`; None for the route of
            the model.
    """

    model: str
    members: Mapping[str, JsonValue]
    openai_route: str | None


@dataclass(frozen=True, slots=True)
class _LineId:
    custom_id: str


@dataclass(frozen=True, slots=True)
class _Request:
    custom_id: str
    url: str
    body: dict[str, JsonValue]
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class _OpenAIBody:
    model: str


def read_lines(
    path: Path, shard: tuple[int, int] = (1, 1), completed: Collection[str] = ()
) -> Iterator[InputLine]:
    """Yield the lines of a shard, skipping empty lines and a byte order mark.

    Args:
        path: The file.
        shard: Number of the shard, from 1 on, and number of shards.
        completed: `custom_id`s of lines to skip.

    Raises:
        OSError: The file cannot be read.
    """
    shard_number, shard_count = shard
    with path.open("rb") as file:
        if file.read(len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)
        for number, text in enumerate(file, 1):
            if text.strip() and number % shard_count == shard_number % shard_count:
                line = InputLine(number, _parse_custom_id(text), text)
                if line.custom_id not in completed:
                    yield line


def _parse_custom_id(text: bytes) -> str | None:
    try:
        return msgspec.json.decode(text, type=_LineId).custom_id
    except _PARSE_ERRORS:
        return None


def check_unique_ids(path: Path, name: str) -> None:
    """Raise if two lines of a file have the same `custom_id`.

    Args:
        path: The file.
        name: Its name in the error message.

    Raises:
        ValueError: Two lines have the same `custom_id`.
        OSError: The file cannot be read.
    """
    line_numbers: dict[str, int] = {}
    for line in read_lines(path):
        if line.custom_id is not None:
            first = line_numbers.setdefault(line.custom_id, line.number)
            if first != line.number:
                raise ValueError(
                    f"{name}, line {line.number}: "
                    f"the custom_id {line.custom_id!r:.80} is already used in line {first}"
                )


def parse_request(line: InputLine) -> BatchRequest:
    """Parse a line.

    Raises:
        ValueError: The line cannot be parsed, or its method or URL is not supported.
    """
    try:
        return _parse_request(line)
    except _PARSE_ERRORS as error:
        reason = str(error)
    raise ValueError(reason)


def _parse_request(line: InputLine) -> BatchRequest:
    request = msgspec.json.decode(line.text, type=_Request)
    if request.method != "POST":
        raise ValueError(f"method must be POST, not {request.method!r:.80}")
    openai = _OPENAI_URL.fullmatch(request.url)
    if openai is not None:
        body = msgspec.convert(request.body, _OpenAIBody)
        return BatchRequest(body.model, request.body, openai[1])
    run = _RUN_URL.fullmatch(request.url)
    if run is None:
        urls = ", ".join(f"/v1{route}" for route in _ROUTES)
        raise ValueError(
            f"url must be /models/v2/{{organization}}/{{name}} or one of {urls}, not {request.url!r:.80}"
        )
    return BatchRequest(run[1], request.body, None)
