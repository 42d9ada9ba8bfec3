"""The lines of a batch, as people write them for OpenAI's: what they ask for, and what is answered."""

import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import msgspec

from bytezkit import Result
from bytezkit._core.json import encode
from bytezkit_models.json_value import JsonValue

# Every line of output begins so.
BEGINNING: Final = b'{"id":"batch_req_'

_CHAT_URL: Final = "/v1/chat/completions"
_RUN_URL: Final = re.compile(r"/models/v2/([^/]+/[^/]+)")
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
# OpenAI's names of arguments that have another one here.
_PARAMS: Final[Mapping[str, str]] = {
    "max_tokens": "max_new_tokens",
    "max_completion_tokens": "max_new_tokens",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of input.

    Attributes:
        number: Which line of its file it is, from 1 on.
        custom_id: What it calls itself, if it can be read.
        text: The line.
    """

    number: int
    custom_id: str | None
    text: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line asks for: a run, or a chat completion that a run stands for."""

    model: str
    members: Mapping[str, JsonValue]
    is_chat: bool


@dataclass(frozen=True, slots=True)
class _Named:
    custom_id: str


@dataclass(frozen=True, slots=True)
class _Request:
    custom_id: str
    url: str
    body: dict[str, JsonValue]
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class _Chat:
    model: str
    messages: list[JsonValue]


def read_lines(path: Path, shard: tuple[int, int] = (1, 1), without: Collection[str] = ()) -> Iterator[Line]:
    """Read lines; empty ones are none.

    Args:
        path: Their file.
        shard: Which of how many parts of it: of as many lines as there are parts, the one of this number.
        without: The `custom_id`s of lines to pass over.

    Raises:
        OSError: The file can not be read.
    """
    first, parts = shard
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if text.strip() and number % parts == first % parts:
                line = Line(number, _custom_id(text), text)
                if line.custom_id not in without:
                    yield line


def _custom_id(text: bytes) -> str | None:
    try:
        return msgspec.json.decode(text, type=_Named).custom_id
    except _UNREADABLE:
        return None


def check_lines(path: Path) -> None:
    """Refuse a file in which two lines call themselves the same.

    Raises:
        ValueError: Two do.
        OSError: The file can not be read.
    """
    numbers: dict[str, int] = {}
    for line in read_lines(path):
        if line.custom_id is not None:
            first = numbers.setdefault(line.custom_id, line.number)
            if first != line.number:
                same = f"{line.custom_id!r:.80} is that of line {first} too"
                raise ValueError(f"{path}, line {line.number}: the custom_id {same}")


def asked(line: Line) -> Asked:
    """Read what a line asks for.

    Raises:
        ValueError: It can not be read, or asks for what there is not.
    """
    try:
        return _asked(line)
    except _UNREADABLE as error:
        reason = str(error)
    raise ValueError(reason)


def _asked(line: Line) -> Asked:
    request = msgspec.json.decode(line.text, type=_Request)
    if request.method != "POST":
        raise ValueError(f"method must be POST, not {request.method!r:.80}")
    if request.url == _CHAT_URL:
        chat = msgspec.convert(request.body, _Chat)
        params: dict[str, JsonValue] = {
            _PARAMS.get(name, name): value
            for name, value in request.body.items()
            if name not in ("model", "messages")
        }
        members: dict[str, JsonValue] = {"messages": chat.messages}
        return Asked(chat.model, {**members, "params": params} if params else members, is_chat=True)
    run = _RUN_URL.fullmatch(request.url)
    if run is None:
        raise ValueError(
            f"url must be /models/v2/{{organization}}/{{name}} or {_CHAT_URL}, not {request.url!r:.80}"
        )
    return Asked(run[1], request.body, is_chat=False)


def answered(line: Line, asked: Asked, result: Result[JsonValue]) -> bytes:
    """Write the line of an answer."""
    response = {
        "status_code": 200,
        "request_id": result.metadata.request_id,
        "body": _completion(line, asked, result) if asked.is_chat else result.raw,
    }
    return _written(line, response, None)


def _completion(line: Line, asked: Asked, result: Result[JsonValue]) -> Mapping[str, object]:
    message = result.output
    if not isinstance(message, dict):
        message = {"role": "assistant", "content": message}
    return {
        "id": result.metadata.request_id or f"batch_req_{line.number}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": asked.model,
        # Why the model ended is not said.
        "choices": [{"index": 0, "message": cast("dict[str, object]", message), "finish_reason": None}],
    }


def failed(line: Line, error: Exception) -> bytes:
    """Write the line of an error."""
    message = f"line {line.number}: {error}" if isinstance(error, ValueError) else str(error)
    return _written(line, None, {"code": type(error).__name__, "message": message})


def _written(line: Line, response: Mapping[str, object] | None, error: Mapping[str, object] | None) -> bytes:
    entry = {
        "id": f"batch_req_{line.number}",
        "custom_id": line.custom_id,
        "response": response,
        "error": error,
    }
    return encode(entry) + b"\n"
