"""Generates the client's asynchronous task handles, from which the synchronous ones are derived.

Each combination of an input shape and a kind of stream that a task has becomes one class.
"""

from typing import Final

from scripts.input_shapes import INPUT_SHAPES, InputShape
from scripts.task_table import Task

_PARAMS: Final = """\
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
        **unknown: Never,
"""
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
    streams = {name: {task.stream for task in tasks if task.input == f"{name}Input"} for name in INPUT_SHAPES}
    classes = [
        source
        for name, shape in INPUT_SHAPES.items()
        for source in _handle_classes(name, shape, streams[name])
    ]
    rows = [f'    "{task.name}": (Async{task.handle}, results.{task.result}),' for task in tasks]
    return f'''"""Asynchronous model handles: one class per input shape and kind of stream."""

from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Generic, Never, TypeVar

from bytezkit._api.async_handles import AsyncMediaHandle, AsyncRunnableHandle
from bytezkit._api.async_media_ref import AsyncMediaRef
from bytezkit._api.inputs import (
    Conversation,
    RunOptions,
    check_pair,
    labels_media_input,
    labels_text_input,
    messages_input,
    question_context_input,
    question_media_input,
    reject_arguments,
    text_input,
)
from bytezkit._map.async_driver import AsyncOutcomes
from bytezkit._media.inputs import MediaSource, media_members_async
from bytezkit._map.outcomes import Outcome
from bytezkit._core.results import Result
from bytezkit._media.streams import AsyncMediaStream, AsyncTextStream
from bytezkit_models import results
from bytezkit_models.json_value import JsonInput

ParamsT = TypeVar("ParamsT", bound=Mapping[str, object])
OutputT = TypeVar("OutputT")

{"".join(classes)}

# Handle class and output type of each task.
HANDLES: Final[Mapping[str, tuple[type[AsyncRunnableHandle[Any]], type[object]]]] = {{
{chr(10).join(rows)}
}}
'''


def _handle_classes(name: str, shape: InputShape, streams: set[str]) -> list[str]:
    body = _body_expression(shape)
    classes = []
    if streams & {"none", "text"}:
        classes.append(
            f'''
class Async{name}Model(AsyncRunnableHandle[OutputT], Generic[ParamsT, OutputT]):
    """A handle on a model whose input is {shape.phrase}."""

{_run_method(shape, "OutputT", "Run the model once.", f"await self._run({body}, {_OPTIONS})")}
{_map_method(shape, "OutputT", "self._map")}
'''
        )
    if "text" in streams:
        classes.append(
            f'''
class AsyncStreaming{name}Model(Async{name}Model[ParamsT, OutputT]):
    """A handle on a model whose input is {shape.phrase}, and which can stream text."""

    def stream(
        self,
{_arguments(shape)}        *,
{_PARAMS}    ) -> AsyncTextStream:
        """Run the model and stream its text; arguments and errors as for `run`."""
{_reject("stream")}        return self._stream({body}, {_OPTIONS})
'''
        )
    if "media" in streams:
        run = _run_method(
            shape,
            "AsyncMediaRef",
            "Run the model once. The output refers to the media.",
            f"await self._run_media({body}, {_OPTIONS})",
        )
        classes.append(
            f'''
class AsyncMediaStreaming{name}Model(AsyncMediaHandle, Generic[ParamsT]):
    """A handle on a model whose input is {shape.phrase}, and which outputs media."""

{run}
{_map_method(shape, "AsyncMediaRef", "self._map_media")}
    def stream(
        self,
{_arguments(shape)}        *,
{_PARAMS}    ) -> AsyncMediaStream:
        """Run the model and stream its media; arguments and errors as for `run`."""
{_reject("stream")}        return self._stream_media({body}, {_OPTIONS})
'''
        )
    return classes


def _run_method(shape: InputShape, output: str, summary: str, result: str) -> str:
    arguments = "".join(
        f"            {argument.name}: {argument.description}\n" for argument in shape.arguments
    )
    media_options = _MEDIA_OPTIONS if shape.has_media else ""
    return f'''    async def run(
        self,
{_arguments(shape)}        *,
{media_options}{_PARAMS}    ) -> Result[{output}]:
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


def _map_method(shape: InputShape, output: str, method: str) -> str:
    names = ", ".join(argument.name for argument in shape.arguments)
    input_type = _input_type(shape)
    is_pair = len(shape.arguments) == 2
    parameter = "input" if is_pair or not names else names
    unpacking = f'            {names} = check_pair(input, "{names}")\n' if is_pair else ""
    inputs = {
        0: "Any object for each run.",
        1: f"The argument `{names}` of each run, as for `run`.",
        2: f"The arguments `({names})` of each run as a tuple, as for `run`.",
    }[len(shape.arguments)]
    media_options = _MEDIA_OPTIONS if shape.has_media else ""
    return f'''    def map(
        self,
        inputs: Iterable[{input_type}] | AsyncIterable[{input_type}],
        *,
        concurrency: int = 8,
        ordered: bool = True,
        on_outcome: Callable[[Outcome[{input_type}, {output}]], object] | None = None,
{media_options}{_PARAMS}    ) -> AsyncOutcomes[{input_type}, {output}]:
        """Run the model on many inputs concurrently. The outcome of each is a `Success` or a `Failure`.

        Args:
            inputs: {inputs}
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


def _reject(method: str) -> str:
    return f'        if unknown:\n            reject_arguments("{method}", unknown)\n'


def _body_expression(shape: InputShape) -> str:
    return shape.body.replace("MEMBERS", "await media_members_async(media, mime, sample_rate)")


def _input_type(shape: InputShape) -> str:
    """Return the type of one input of `map`: the argument of `run`, or a tuple of its arguments."""
    match [argument.type for argument in shape.arguments]:
        case []:
            return "object"
        case [argument_type]:
            return argument_type
        case types:
            return f"tuple[{', '.join(types)}]"


def _arguments(shape: InputShape) -> str:
    return "".join(f"        {argument.name}: {argument.type},\n" for argument in shape.arguments)
