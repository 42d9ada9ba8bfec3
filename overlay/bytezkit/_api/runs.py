"""Operations that run a model or fetch its media."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, Generic, TypeAlias, TypeVar
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

import msgspec
from msgspec.structs import replace

from bytezkit._api import requests
from bytezkit._api.inputs import RunOptions, refuse_stream, run_body
from bytezkit._core.decoders import TextDecoder
from bytezkit._core.effects import Operation, Request
from bytezkit._core.exchange import Context, exchange, located, read_answer
from bytezkit._core.json import encode
from bytezkit._core.model_id import ModelId, parse_model_id
from bytezkit._core.response_stream import Arriving, Decoder, MediaDecoder, PieceT
from bytezkit._core.results import Result, read_metadata
from bytezkit._core.status_errors import error_message
from bytezkit.errors import DecodeError, ModelFailedError
from bytezkit_models.json_value import JsonValue

OutputT = TypeVar("OutputT")

# What sends a run, within a deadline that may be closer than that of the limits.
Run: TypeAlias = Callable[[Context, timedelta | None], Operation[Result[OutputT]]]

_MOST_REDIRECTS: Final = 5
_NO_STREAM: Final = "the model answered at once, not as a stream"


class Envelope(msgspec.Struct, Generic[OutputT], frozen=True):
    """The body of an answered run."""

    output: OutputT
    error: str | None = None
    provider: JsonValue = None


@dataclass(frozen=True, slots=True)
class Target(Generic[OutputT]):
    """What a handle runs: a model, and the type of what it answers."""

    model_id: ModelId
    envelope: type[Envelope[OutputT]]
    request: Request


def target(model_id: str, output: type[OutputT]) -> Target[OutputT]:
    """Prepare what every run of a model has in common.

    Raises:
        ValueError: The id is malformed.
    """
    checked = parse_model_id(model_id)
    return Target(checked, Envelope[output], requests.run_model(checked))  # type: ignore[valid-type]  # known at run time only


def untyped_target(model_id: str) -> Target[JsonValue]:
    """Prepare the runs of a model whose task is not known; errors as for `target`."""
    checked = parse_model_id(model_id)
    return Target(checked, Envelope[JsonValue], requests.run_model(checked))


def run(
    context: Context, target: Target[OutputT], members: Mapping[str, object], options: RunOptions
) -> Operation[Result[OutputT]]:
    """Run a model once."""
    return (yield from prepared(target, members, options)(context, None))


def prepared(
    target: Target[OutputT],
    members: Mapping[str, object],
    options: RunOptions,
    *,
    rate_limited_by_caller: bool = False,
) -> Run[OutputT]:
    """Check a run and write its body, which can be sent more than once.

    Raises:
        TypeError: An argument is of a wrong type.
        ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
    """
    body = run_body(members, options)
    refuse_stream(body)
    request = replace(target.request, content=encode(body), rate_limited_by_caller=rate_limited_by_caller)

    return partial(_sent, target, request)


def _sent(
    target: Target[OutputT], request: Request, context: Context, within: timedelta | None
) -> Operation[Result[OutputT]]:
    answer = yield from exchange(context, request, within)
    envelope = read_answer(request, answer, target.envelope)
    return Result(
        output=envelope.output,
        provider=envelope.provider,
        metadata=read_metadata(answer.headers),
        content=answer.content,
    )


def open_text(
    context: Context, target: Target[OutputT], members: Mapping[str, object], options: RunOptions
) -> Operation[Arriving[str]]:
    """Run a model and leave its text open."""
    request = _streamed(target, run_body(members, options, {"stream": True}))
    return (yield from open_answer(context, request, TextDecoder()))


def open_media(
    context: Context, target: Target[OutputT], members: Mapping[str, object], options: RunOptions
) -> Operation[Arriving[bytes]]:
    """Run a model and leave its media open."""
    # Published clients send one of the two or both; the service takes either.
    request = _streamed(target, run_body(members, options, {"stream": True, "json": False}))
    return (yield from open_answer(context, request, MediaDecoder()))


def open_download(context: Context, url: str) -> Operation[Arriving[bytes]]:
    """Open media that the service keeps somewhere, without a key.

    Raises:
        DecodeError: The URL, or one that it leads to, is none to fetch.
    """
    scheme = "https:" if url.startswith("https:") else "http:"
    problem = _unfetchable(url, scheme)
    if problem is not None:
        raise DecodeError(problem)
    redirects = 0
    while True:
        request = Request("GET", url, streamed=True, repeatable=True, external=True)
        answer = yield from exchange(context, request)
        if answer.body is not None:
            return Arriving(request, answer, answer.body, MediaDecoder(), _idle_seconds(context))
        redirects += 1
        location = answer.headers.get("location")
        if not location:
            problem = "the media are elsewhere, and it is not said where"
        elif redirects == _MOST_REDIRECTS:
            problem = "the URL of the media leads from one to another without end"
        else:
            url = _joined(url, location)
            problem = _unfetchable(url, scheme)
        if problem is not None:
            raise located(DecodeError(problem), request, answer)


def data_url_content(url: str) -> bytes | None:
    """Return what a data URL holds, or None if it is another URL.

    Raises:
        DecodeError: It is broken.
    """
    if not url.startswith("data:"):
        return None
    head, comma, content = url.partition(",")
    if not comma:
        raise DecodeError("the data URL holds nothing")
    if not head.endswith(";base64"):
        return unquote_to_bytes(content)
    try:
        return base64.b64decode(content, validate=True)
    except ValueError:
        pass
    raise DecodeError("the data URL holds broken base64")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # It is no URL, and is refused as such.


def _unfetchable(url: str, scheme: str) -> str | None:
    """Say what is wrong with a URL; the network would fail on it in ways of its own."""
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        fetchable = url.startswith(f"{scheme}//") and parts.port != 0
    except ValueError:
        fetchable = False
    return None if fetchable else f"the media are at no {scheme} URL: {url[:80]}"


def _streamed(target: Target[OutputT], body: Mapping[str, object]) -> Request:
    return replace(target.request, content=encode(body), streamed=True)


def open_answer(context: Context, request: Request, decoder: Decoder[PieceT]) -> Operation[Arriving[PieceT]]:
    """Send a request and leave its answer open.

    Raises:
        DecodeError: The model answered at once, as one JSON body.
    """
    answer = yield from exchange(context, request)
    if answer.body is None:
        said = error_message(answer.content)
        problem = ModelFailedError(said) if said else DecodeError(_NO_STREAM)
        raise located(problem, request, answer)
    return Arriving(request, answer, answer.body, decoder, _idle_seconds(context))


def _idle_seconds(context: Context) -> float:
    return context.limits.idle_timeout.total_seconds()
