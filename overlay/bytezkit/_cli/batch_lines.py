"""Input lines of a batch, in the format of OpenAI's batches, and the bodies of their responses."""

import re
import time
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import msgspec

from bytezkit import Result
from bytezkit_models.json_value import JsonValue

_CHAT_URL: Final = "/v1/chat/completions"
_RUN_URL: Final = re.compile(r"/models/v2/([^/]+/[^/]+)")
_PARSE_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
# The arguments of OpenAI's API that have another name in this API.
_PARAM_NAMES: Final[Mapping[str, str]] = {
    "max_tokens": "max_new_tokens",
    "max_completion_tokens": "max_new_tokens",
}


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
        is_chat: Whether the line asks for a chat completion, and its response has that format.
    """

    model: str
    members: Mapping[str, JsonValue]
    is_chat: bool


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
class _ChatBody:
    model: str
    messages: list[JsonValue]


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
    if request.url == _CHAT_URL:
        chat = msgspec.convert(request.body, _ChatBody)
        params: dict[str, JsonValue] = {
            _PARAM_NAMES.get(name, name): value
            for name, value in request.body.items()
            if name not in ("model", "messages")
        }
        members: dict[str, JsonValue] = {"messages": chat.messages}
        return BatchRequest(chat.model, {**members, "params": params} if params else members, is_chat=True)
    run = _RUN_URL.fullmatch(request.url)
    if run is None:
        raise ValueError(
            f"url must be /models/v2/{{organization}}/{{name}} or {_CHAT_URL}, not {request.url!r:.80}"
        )
    return BatchRequest(run[1], request.body, is_chat=False)


def response_body(line: InputLine, request: BatchRequest, result: Result[JsonValue]) -> object:
    """Return the body of a response in the format that the line asks for."""
    return _chat_completion(line, request, result) if request.is_chat else result.raw


def _chat_completion(
    line: InputLine, request: BatchRequest, result: Result[JsonValue]
) -> Mapping[str, object]:
    message = result.output
    if not isinstance(message, dict):
        message = {"role": "assistant", "content": message}
    return {
        "id": result.metadata.request_id or f"batch_req_{line.number}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.model,
        # The service does not report why the model stopped.
        "choices": [{"index": 0, "message": cast("dict[str, object]", message), "finish_reason": None}],
    }
