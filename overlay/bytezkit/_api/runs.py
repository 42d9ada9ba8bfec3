"""Operations that run a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final, Generic, TypeVar, cast

import msgspec
from msgspec.structs import replace

from bytezkit._api.inputs import RunOptions, reject_stream, run_body, untyped_input
from bytezkit._api.requests import run_request
from bytezkit._core.config import OPENAI_PATH
from bytezkit._core.decoders import Decoder, MediaDecoder, PieceT, TextDecoder
from bytezkit._core.effects import Operation, Request
from bytezkit._core.exchange import (
    Context,
    PreparedRun,
    decode_body,
    decode_response,
    exchange,
    with_request_context,
)
from bytezkit._core.json import UntypedInput, encode
from bytezkit._core.model_id import ModelId, parse_model_id
from bytezkit._core.response_stream import ResponseStream
from bytezkit._core.results import Result, parse_metadata
from bytezkit._core.status_errors import error_message
from bytezkit.errors import DecodeError, ModelFailedError
from bytezkit_models.json_value import JsonValue
from bytezkit_models.results import AssistantMessage, ToolCall
from bytezkit_models.tasks import FLOAT_PARAMS, VARIANTS

OutputT = TypeVar("OutputT")

# All integers up to this one are floats as well.
_MAX_EXACT: Final = 2**53


class Envelope(msgspec.Struct, Generic[OutputT], frozen=True):
    """Body of the response to a run."""

    output: OutputT
    error: str | None = None
    provider: JsonValue = None


class _Message(msgspec.Struct, frozen=True):
    """An assistant's message as the service sends it: without a text if the model calls tools."""

    role: str
    content: str | None = None
    tool_calls: list[ToolCall] | None = None


@dataclass(frozen=True, slots=True)
class ModelTarget(Generic[OutputT]):
    """The model of a handle.

    Attributes:
        model_id: Id of the model.
        task: Name of its task, or None if it is unknown.
        envelope: Type of the response body.
        request: Request of a run without its body, the same for all runs.
        params: Parameters of each run that does not have them.
    """

    model_id: ModelId
    task: str | None
    envelope: type[Envelope[OutputT]]
    request: Request
    params: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def labels(self) -> list[str]:
        """Model and task for a `repr`."""
        return [str(self.model_id), *([] if self.task is None else [f"task={self.task}"])]


def typed_target(
    model_id: str, task: str, output: type[OutputT], params: Mapping[str, object] | None = None
) -> ModelTarget[OutputT]:
    """Return the target for a model whose task is known.

    Args:
        model_id: Id of the model.
        task: Name of its task.
        output: Type of its output.
        params: Parameters of each run that does not have them.

    Raises:
        TypeError: The id is not a string.
        ValueError: The id is malformed.
    """
    checked_id = parse_model_id(model_id)
    received = cast("type[OutputT]", _Message) if output is AssistantMessage else output
    envelope = Envelope[received]  # type: ignore[valid-type]  # `received` is a value, which mypy does not accept
    return ModelTarget(checked_id, task, envelope, run_request(checked_id), params or {})


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
    body = _body(target, members, options)
    reject_stream(body)
    request = replace(target.request, content=encode(body), rate_limited_by_caller=rate_limited_by_caller)
    return partial(_perform_run, target, request)


def _body(
    target: ModelTarget[OutputT],
    members: Mapping[str, object],
    options: RunOptions,
    fixed: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return the body of a run, with the parameters of the target, and with fractions as such."""
    body = run_body(members, options, fixed)
    # Members of an untyped run are sent as they are.
    if target.task is None:
        return body
    fractions = FLOAT_PARAMS.get(target.task, frozenset())
    params = {**target.params, **cast("Mapping[str, object]", body.get("params", {}))}
    if params:
        # Type checkers accept 2 for a float, and some models do not.
        for name in fractions & params.keys():
            value = params[name]
            if type(value) is int and abs(value) <= _MAX_EXACT:
                params[name] = float(value)
        body["params"] = params
    return body


def _perform_run(
    target: ModelTarget[OutputT], request: Request, context: Context, within: timedelta | None
) -> Operation[Result[OutputT]]:
    response = yield from exchange(context, request, within)
    try:
        envelope = decode_response(context, request, response, target.envelope)
    except DecodeError as error:
        if variants := VARIANTS.get(target.task or ""):
            forms = " or ".join(f"variant={it!r}" for it in (None, *variants))
            error.args = (f"{error.message}; if the output has another form, use {forms}",)
        raise
    output = envelope.output
    if isinstance(output, _Message):
        message = AssistantMessage(
            role=output.role, content=output.content or "", tool_calls=output.tool_calls or None
        )
        output = cast("OutputT", message)
    return Result(
        output=output,
        provider=envelope.provider,
        metadata=parse_metadata(response.headers),
        content=response.content,
    )


def prepare_untyped_run(model_id: str, input: UntypedInput) -> PreparedRun[JsonValue]:
    """Validate a run of an untyped handle for `map`; errors as for `untyped_target` and `prepare_run`."""
    target = untyped_target(model_id)
    return prepare_run(target, untyped_input(input), RunOptions(), rate_limited_by_caller=True)


def prepare_openai_run(route: str, body: Mapping[str, object]) -> PreparedRun[JsonValue]:
    """Validate a run by the OpenAI-compatible API and encode its body. The caller limits its rate.

    Args:
        route: Path below the base URL of that API, such as `/chat/completions`.
        body: The body.

    Raises:
        ValueError: The body asks for a stream, or cannot be encoded as JSON.
    """
    reject_stream(body)
    request = Request(
        method="POST",
        path=OPENAI_PATH + route,
        content=encode(body),
        provider_key=True,
        rate_limited_by_caller=True,
    )
    return partial(_perform_openai_run, request)


def _perform_openai_run(
    request: Request, context: Context, within: timedelta | None
) -> Operation[Result[JsonValue]]:
    response = yield from exchange(context, request, within)
    body = decode_body(context, request, response, dict[str, JsonValue])
    message = body.get("error")
    if isinstance(message, str):
        raise with_request_context(context, ModelFailedError(message), request, response)
    return Result(
        output=body, provider=None, metadata=parse_metadata(response.headers), content=response.content
    )


def open_text(
    context: Context, target: ModelTarget[OutputT], members: Mapping[str, object], options: RunOptions
) -> Operation[ResponseStream[str]]:
    """Run a model and return the open stream of its text."""
    request = _stream_request(target, _body(target, members, options, {"stream": True}))
    return (yield from open_stream(context, request, TextDecoder()))


def open_media(
    context: Context, target: ModelTarget[OutputT], members: Mapping[str, object], options: RunOptions
) -> Operation[ResponseStream[bytes]]:
    """Run a model and return the open stream of its media."""
    # Published clients send either member or both, and the service accepts either.
    request = _stream_request(target, _body(target, members, options, {"stream": True, "json": False}))
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
