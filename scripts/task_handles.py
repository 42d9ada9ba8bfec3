"""Generates the client's asynchronous task handles, from which the synchronous ones are derived.

Each combination of an input shape and a kind of stream that a task has becomes one class. A shape with
several forms of input has an overload for each.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from scripts.input_shapes import INPUT_SHAPES, Argument, InputShape, has_media
from scripts.task_table import Task

_KNOWN_PARAMS: Final = """\
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
"""
_PARAMS: Final = f"{_KNOWN_PARAMS}        **unknown: Never,\n"
_OPTIONS: Final = "RunOptions(params, extra_params, auto_scale)"
_MEDIA_OPTIONS: Final = """\
        mime: str | None = None,
        sample_rate: int | None = None,
"""
_MEDIA_DOCS: Final = """\
            mime: Media type of bytes and files. Default: detected from their first bytes.
            sample_rate: Samples per second of a sound in an array.
"""
_AUTO_SCALE: Final = """\
            auto_scale: Whether the service may buy credits instead of rejecting the run at the rate limit.
"""


def task_handles(tasks: list[Task]) -> str:
    """Return the source of `bytezkit/_api/async_task_handles.py`."""
    # The handle of a combination is derived from that of its base.
    streams = {
        name: {task.stream for task in tasks if name in (task.shape, INPUT_SHAPES[task.shape].base)}
        for name in INPUT_SHAPES
    }
    classes = [
        source
        for name, shape in INPUT_SHAPES.items()
        for source in _handle_classes(name, shape, streams[name])
    ]
    rows = [f'    "{task.name}": (Async{task.handle}, results.{task.result}),' for task in tasks]
    variants = [
        f'    ("{task.name}", "{it.name}"): (results.{it.result}, {it.sends!r}),'
        for task in tasks
        for it in task.variants
    ]
    return f'''"""Asynchronous model handles: one class per input shape and kind of stream."""

from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Generic, Never, TypeVar, overload

from bytezkit._api import runs
from bytezkit._api.async_handles import AsyncMediaHandle, AsyncRunnableHandle
from bytezkit._api.async_media_ref import AsyncMediaRef
from bytezkit._api.inputs import (
    Conversation,
    Messages,
    RunOptions,
    check_pair,
    labels_media_input,
    labels_text_input,
    messages_input,
    messages_or_text_media_input,
    question_context_input,
    question_media_input,
    reject_arguments,
    split_labels_media,
    split_text_media,
    text_input,
    text_or_messages_input,
)
from bytezkit._map.async_driver import AsyncOutcomes
from bytezkit._media.inputs import MediaSource, media_members_async
from bytezkit._map.outcomes import Outcome
from bytezkit._core.response_stream import ResponseStream
from bytezkit._core.results import Result
from bytezkit._media.streams import AsyncMediaStream, AsyncTextStream
from bytezkit_models import results
from bytezkit_models.json_value import JsonInput

ParamsT = TypeVar("ParamsT", bound=Mapping[str, object])
OutputT = TypeVar("OutputT")
{"".join(_type_variable(name, shape) for name, shape in INPUT_SHAPES.items() if shape.overloads)}
{"".join(classes)}

# Handle class and output type of each task.
HANDLES: Final[Mapping[str, tuple[type[AsyncRunnableHandle[Any]], type[object]]]] = {{
{chr(10).join(rows)}
}}

# Output type of each variant of a task, and the parameters that are sent unless they are given.
VARIANTS: Final[Mapping[tuple[str, str], tuple[Any, Mapping[str, JsonInput]]]] = {{
{chr(10).join(variants)}
}}
'''


def _type_variable(name: str, shape: InputShape) -> str:
    """Return the type variable of the inputs of `map`."""
    types = " | ".join(_input_type(arguments) for arguments in shape.overloads)
    return f'{name}T = TypeVar("{name}T", bound={types})\n'


def _handle_classes(name: str, shape: InputShape, streams: set[str]) -> list[str]:
    body = _body_expression(shape)
    run_and_map = (
        _run_method(shape, "OutputT", "Run the model once.", f"await self._run({body}, {_OPTIONS})")
        + "\n"
        + _map_method(name, shape, "OutputT", "self._map")
    )
    stream = _stream_method(shape, "AsyncTextStream", "text", _text_stream(shape))
    description = f"A handle on a model whose input is {shape.phrase}"
    if shape.base:
        return [
            f'''
class AsyncStreaming{name}Model(AsyncStreaming{shape.base}Model[ParamsT, OutputT]):
    """{description}, and which can stream text."""

{run_and_map}
{stream}'''
        ]
    classes = []
    if streams & {"none", "text"}:
        classes.append(
            f'''
class Async{name}Model(AsyncRunnableHandle[OutputT], Generic[ParamsT, OutputT]):
    """{description}."""

{run_and_map}'''
        )
    if "text" in streams:
        classes.append(
            f'''
class AsyncStreaming{name}Model(Async{name}Model[ParamsT, OutputT]):
    """{description}, and which can stream text."""

{stream}'''
        )
    if "media" in streams:
        run = _run_method(
            shape,
            "AsyncMediaRef",
            "Run the model once. The output refers to the media.",
            f"await self._run_media({body}, {_OPTIONS})",
        )
        stream = _stream_method(
            shape, "AsyncMediaStream", "media", f"        return self._stream_media({body}, {_OPTIONS})"
        )
        classes.append(
            f'''
class AsyncMediaStreaming{name}Model(AsyncMediaHandle, Generic[ParamsT]):
    """{description}, and which outputs media."""

{run}
{_map_method(name, shape, "AsyncMediaRef", "self._map_media")}
{stream}'''
        )
    return classes


def _run_method(shape: InputShape, output: str, summary: str, result: str) -> str:
    arguments = "".join(
        f"            {argument.name}: {argument.description}\n" for argument in shape.arguments
    )
    return f'''{_overloads(shape, "async def run", f"Result[{output}]")}    async def run(
        self,
{_arguments(shape.arguments)}{_PARAMS}    ) -> Result[{output}]:
        """{summary}

        Args:
{arguments}{_MEDIA_DOCS if shape.has_media else ""}            params: Documented parameters of the task.
            extra_params: Other parameters of the model.
{_AUTO_SCALE}
        Raises:
            TypeError: An argument has a wrong type.
            ValueError: An argument is invalid, occurs twice, or cannot be encoded as JSON.
{"            OSError: A file cannot be read." + chr(10) if shape.has_media else ""}\
            BytezError: See `bytezkit.errors`.
        """
{_reject("run")}        return {result}
'''


def _stream_method(shape: InputShape, stream: str, content: str, result: str) -> str:
    return f'''{_overloads(shape, "def stream", stream)}    def stream(
        self,
{_arguments(shape.arguments)}{_PARAMS}    ) -> {stream}:
        """Run the model and stream its {content}; arguments and errors as for `run`."""
{_reject("stream")}{result}
'''


def _text_stream(shape: InputShape) -> str:
    if not shape.has_media:
        return f"        return self._stream({_body_expression(shape)}, {_OPTIONS})"
    # Media are read when the stream is opened, since `stream` is not a coroutine.
    return f"""
        async def open_stream() -> ResponseStream[str]:
            members = {_body_expression(shape)}
            options = {_OPTIONS}
            return await self._session.perform(runs.open_text, self._target, members, options)

        return AsyncTextStream(" ".join(self._target.labels), open_stream)"""


def _overloads(shape: InputShape, function: str, result: str) -> str:
    """Return the overloads of `run` or `stream`."""
    sources: list[str] = []
    for arguments in shape.overloads:
        # The implementation has one name for the argument; `**unknown` would include the other.
        is_positional = arguments[0].name != shape.arguments[0].name
        sources.append(f"""    @overload
    {function}(
        self,
{_arguments(arguments, is_positional=is_positional)}{_KNOWN_PARAMS if is_positional else _PARAMS}\
    ) -> {result}: ...
""")
    return "".join(sources)


def _map_method(name: str, shape: InputShape, output: str, method: str) -> str:
    names = ", ".join(argument.name for argument in shape.arguments)
    parameter = names if len(shape.arguments) == 1 else "input"
    if shape.split:
        unpacking = f"            {names} = {shape.split}(input)\n"
    elif len(shape.arguments) == 2:
        unpacking = f'            {names} = check_pair(input, "{names}")\n'
    else:
        unpacking = ""
    overloads = "".join(
        f"    @overload\n{_map_signature(_input_type(arguments), output, arguments)}{_PARAMS}"
        f"    ) -> AsyncOutcomes[{_input_type(arguments)}, {output}]: ...\n"
        for arguments in shape.overloads
    )
    input_type = f"{name}T" if shape.overloads else _input_type(shape.arguments)
    return f'''{overloads}{_map_signature(input_type, output, shape.arguments)}{_PARAMS}\
    ) -> AsyncOutcomes[{input_type}, {output}]:
        """Run the model on many inputs concurrently. The outcome of each is a `Success` or a `Failure`.

        Args:
            inputs: {" ".join(_map_input_docs(shape))}
            concurrency: Maximum number of concurrent requests. `map` sends fewer after status 429.
                Default: 8.
            ordered: Whether outcomes are returned in the order of the inputs or of completion.
            on_outcome: Called with each outcome on completion, never concurrently. The iteration raises its
                exceptions.
{_MEDIA_DOCS if shape.has_media else ""}            params: Documented parameters of the task.
            extra_params: Other parameters of the model.
{_AUTO_SCALE}
        Raises:
            TypeError: The inputs are a single string or mapping.
            ValueError: The concurrency is not a positive integer.
        """
{_reject("map")}
        async def encode({parameter}: {input_type}) -> Mapping[str, object]:
{unpacking}            return {_body_expression(shape)}

        options = {_OPTIONS}
        return {method}(
            inputs, encode, options, concurrency=concurrency, ordered=ordered, on_outcome=on_outcome
        )
'''


def _map_signature(input_type: str, output: str, arguments: Sequence[Argument]) -> str:
    return f"""    def map(
        self,
        inputs: Iterable[{input_type}] | AsyncIterable[{input_type}],
        *,
        concurrency: int = 8,
        ordered: bool = True,
        on_outcome: Callable[[Outcome[{input_type}, {output}]], object] | None = None,
{_MEDIA_OPTIONS if has_media(arguments) else ""}"""


def _map_input_docs(shape: InputShape) -> Iterator[str]:
    required = [argument.name for argument in shape.arguments if not argument.optional]
    match required:
        case []:
            yield "Any object for each run."
        case [name]:
            yield f"The argument `{name}` of each run, as for `run`."
        case _:
            yield f"The arguments `({', '.join(required)})` of each run as a tuple, as for `run`."
    names = [argument.name for argument in shape.arguments]
    if names != required:
        yield f"Or a tuple `({', '.join(names)})`."


def _reject(method: str) -> str:
    return f'        if unknown:\n            reject_arguments("{method}", unknown)\n'


def _body_expression(shape: InputShape) -> str:
    return shape.body.replace("MEMBERS", "await media_members_async(media, mime, sample_rate)")


def _input_type(arguments: Sequence[Argument]) -> str:
    """Return the type of one input of `map`: the argument of `run`, or a tuple of its arguments."""
    match [argument.type for argument in arguments]:
        case []:
            return "object"
        case [argument_type]:
            return argument_type
        case types:
            return f"tuple[{', '.join(types)}]"


def _arguments(arguments: Sequence[Argument], *, is_positional: bool = False) -> str:
    """Return the arguments of the input, and the options of media.

    Args:
        arguments: Arguments of the input.
        is_positional: Whether the first argument has no name.
    """
    lines = [f"        {it.name}: {it.type}{' = None' if it.optional else ''},\n" for it in arguments]
    if is_positional:
        lines.insert(1, "        /,\n")
    return f"{''.join(lines)}        *,\n{_MEDIA_OPTIONS if has_media(arguments) else ''}"
