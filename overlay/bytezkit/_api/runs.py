"""Operations that run a model or download its media."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, Generic, TypeVar
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

import msgspec
from msgspec.structs import replace

from bytezkit._api.inputs import RunOptions, reject_stream, run_body
from bytezkit._api.requests import run_request
from bytezkit._core.decoders import Decoder, MediaDecoder, PieceT, TextDecoder
from bytezkit._core.effects import Operation, Request, public_url
from bytezkit._core.exchange import Context, PreparedRun, decode_response, exchange, with_request_context
from bytezkit._core.json import encode
from bytezkit._core.model_id import ModelId, parse_model_id
from bytezkit._core.response_stream import ResponseStream
from bytezkit._core.results import Result, parse_metadata
from bytezkit._core.status_errors import error_message
from bytezkit.errors import DecodeError, ModelFailedError
from bytezkit_models.json_value import JsonValue

OutputT = TypeVar("OutputT")

_MAX_REDIRECTS: Final = 4


class Envelope(msgspec.Struct, Generic[OutputT], frozen=True):
    """Body of the response to a run."""

    output: OutputT
    error: str | None = None
    provider: JsonValue = None


@dataclass(frozen=True, slots=True)
class ModelTarget(Generic[OutputT]):
    """The model of a handle.

    Attributes:
        model_id: Id of the model.
        task: Name of its task, or None if it is unknown.
        envelope: Type of the response body.
        request: Request of a run without its body, the same for all runs.
    """

    model_id: ModelId
    task: str | None
    envelope: type[Envelope[OutputT]]
    request: Request

    @property
    def labels(self) -> list[str]:
        """Model and task for a `repr`."""
        return [str(self.model_id), *([] if self.task is None else [f"task={self.task}"])]


def typed_target(model_id: str, task: str, output: type[OutputT]) -> ModelTarget[OutputT]:
    """Return the target for a model whose task is known.

    Raises:
        TypeError: The id is not a string.
        ValueError: The id is malformed.
    """
    checked_id = parse_model_id(model_id)
    envelope = Envelope[output]  # type: ignore[valid-type]  # `output` is a value, which mypy does not accept
    return ModelTarget(checked_id, task, envelope, run_request(checked_id))


def untyped_target(model_id: str) -> ModelTarget[JsonValue]:
    """Return the target for a model whose task is unknown; errors as for `typed_target`."""
    checked_id = parse_model_id(model_id)
    return ModelTarget(checked_id, None, Envelope[JsonValue], run_request(checked_id))


def run(
    context: Context, target: ModelTarget[OutputT], members: Mapping[str, object], options: RunOptions
) -> Operation[Result[OutputT]]:
    """Run a model once."""
    return (yield from prepare_run(target, members, options)(context, None))


def prepare_run(
    target: ModelTarget[OutputT],
    members: Mapping[str, object],
    options: RunOptions,
    *,
    rate_limited_by_caller: bool = False,
) -> PreparedRun[OutputT]:
    """Validate a run and encode its body.

    Raises:
        TypeError: An argument has a wrong type.
        ValueError: An argument is invalid, occurs twice, or cannot be encoded as JSON.
    """
    body = run_body(members, options)
    reject_stream(body)
    request = replace(target.request, content=encode(body), rate_limited_by_caller=rate_limited_by_caller)
    return partial(_perform_run, target, request)


def _perform_run(
    target: ModelTarget[OutputT], request: Request, context: Context, within: timedelta | None
) -> Operation[Result[OutputT]]:
    response = yield from exchange(context, request, within)
    envelope = decode_response(context, request, response, target.envelope)
    return Result(
        output=envelope.output,
        provider=envelope.provider,
        metadata=parse_metadata(response.headers),
        content=response.content,
    )


def open_text(
    context: Context, target: ModelTarget[OutputT], members: Mapping[str, object], options: RunOptions
) -> Operation[ResponseStream[str]]:
    """Run a model and return the open stream of its text."""
    request = _stream_request(target, run_body(members, options, {"stream": True}))
    return (yield from open_stream(context, request, TextDecoder()))


def open_media(
    context: Context, target: ModelTarget[OutputT], members: Mapping[str, object], options: RunOptions
) -> Operation[ResponseStream[bytes]]:
    """Run a model and return the open stream of its media."""
    # Published clients send either member or both, and the service accepts either.
    request = _stream_request(target, run_body(members, options, {"stream": True, "json": False}))
    return (yield from open_stream(context, request, MediaDecoder()))


def _stream_request(target: ModelTarget[OutputT], body: Mapping[str, object]) -> Request:
    return replace(target.request, content=encode(body), streamed=True)


def open_stream(
    context: Context, request: Request, decoder: Decoder[PieceT]
) -> Operation[ResponseStream[PieceT]]:
    """Send a request and return its open stream.

    Raises:
        DecodeError: The response is one JSON body instead of a stream.
        ModelFailedError: The response is one JSON body with an error message.
    """
    response = yield from exchange(context, request)
    if response.body is None:
        message = error_message(response.content)
        problem = (
            ModelFailedError(message)
            if message
            else DecodeError("the model sent a complete response, not a stream")
        )
        raise with_request_context(context, problem, request, response)
    return ResponseStream(context, request, response, response.body, decoder)


def open_download(context: Context, url: str) -> Operation[ResponseStream[bytes]]:
    """Return the open stream of media at a URL. The request carries no key.

    Redirects are followed here and not by the HTTP library, so that each URL is checked and none changes the
    scheme.

    Raises:
        DecodeError: The URL or a redirect target cannot be fetched.
    """
    scheme = "https:" if url.startswith("https:") else "http:"
    problem = _url_problem(url, scheme)
    if problem is not None:
        raise DecodeError(problem)
    redirects = 0
    while True:
        request = Request("GET", url, streamed=True, repeatable=True, external=True)
        response = yield from exchange(context, request)
        if response.body is not None:
            return ResponseStream(context, request, response, response.body, MediaDecoder())
        redirects += 1
        location = response.headers.get("location")
        if not location:
            problem = "the media URL redirects without a location"
        elif redirects > _MAX_REDIRECTS:
            problem = f"the media URL redirects more than {_MAX_REDIRECTS} times"
        else:
            url = _redirect_target(url, location)
            problem = _url_problem(url, scheme)
        if problem is not None:
            raise with_request_context(context, DecodeError(problem), request, response)


def _redirect_target(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # It is not a URL, and `_url_problem` reports it.


def _url_problem(url: str, scheme: str) -> str | None:
    """Return why a URL cannot be fetched, or None. The HTTP libraries would each fail in another way."""
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        is_valid = url.startswith(f"{scheme}//") and parts.port != 0
    except ValueError:
        is_valid = False
    return None if is_valid else f"the media URL is not a valid {scheme}// URL: {public_url(url)[:80]}"


def data_url_content(url: str) -> bytes | None:
    """Return the content of a data URL, or None for another URL.

    Raises:
        DecodeError: The data URL is malformed.
    """
    if not url.startswith("data:"):
        return None
    head, comma, content = url.partition(",")
    if not comma:
        raise DecodeError("the data URL has no content")
    if not head.endswith(";base64"):
        return unquote_to_bytes(content)
    try:
        return base64.b64decode(content, validate=True)
    except ValueError:
        pass
    raise DecodeError("the data URL has invalid base64")
