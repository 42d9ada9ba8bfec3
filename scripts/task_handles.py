"""Write the client's asynchronous handles on models, from which the synchronous ones are derived.

There is one class per shape of input and kind of stream that a task has.
"""

from typing import Final

from scripts.input_shapes import INPUT_SHAPES, InputShape
from scripts.task_table import Task

_PARAMS: Final = """\
        params: ParamsT | None = None,
        extra_params: Mapping[str, JsonInput] | None = None,
        auto_scale: bool | None = None,
"""
_OPTIONS: Final = "RunOptions(params, extra_params, auto_scale)"
_MIME: Final = "            mime: The type of bytes and files; by default it is read off their first bytes.\n"


def task_handles(tasks: list[Task]) -> str:
    """Write `bytezkit/_api/async_task_handles.py`."""
    kinds = {name: {task.stream for task in tasks if task.input == f"{name}Input"} for name in INPUT_SHAPES}
    classes = [text for name, shape in INPUT_SHAPES.items() for text in _classes(name, shape, kinds[name])]
    rows = [f'    "{task.name}": (Async{task.handle}, results.{task.result}),' for task in tasks]
    return f'''"""Asynchronous handles on models: one class per shape of input."""

from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

from bytezkit._api.async_handles import AsyncMediaHandle, AsyncRunningHandle
from bytezkit._api.async_media_ref import AsyncMediaRef
from bytezkit._api.inputs import (
    RunOptions,
    labels_media_input,
    labels_text_input,
    messages_input,
    pair,
    question_context_input,
    question_media_input,
    text_input,
)
from bytezkit._map.async_driver import AsyncOutcomes
from bytezkit._core.config import DEFAULT_CONCURRENCY
from bytezkit._media.inputs import MediaSource, media_members_async
from bytezkit._map.outcomes import Outcome
from bytezkit._core.results import Result
from bytezkit._media.streams import AsyncMediaStream, AsyncTextStream
from bytezkit_models import results
from bytezkit_models.inputs import ChatMessage
from bytezkit_models.json_value import JsonInput

ParamsT = TypeVar("ParamsT", bound=Mapping[str, object])
OutputT = TypeVar("OutputT")

{"".join(classes)}

# The handle of each task, and the type of its output.
HANDLES: Final[Mapping[str, tuple[type[AsyncRunningHandle[Any]], type[object]]]] = {{
{chr(10).join(rows)}
}}
'''


def _classes(name: str, shape: InputShape, kinds: set[str]) -> list[str]:
    body = _body(shape)
    classes = []
    if kinds & {"none", "text"}:
        classes.append(
            f'''
class Async{name}Model(AsyncRunningHandle[OutputT], Generic[ParamsT, OutputT]):
    """A model that {shape.phrase}."""

{_run(shape, "OutputT", "Run the model once.", f"await self._run({body}, {_OPTIONS})")}
{_map(shape, "OutputT", "self._map")}
'''
        )
    if "text" in kinds:
        classes.append(
            f'''
class AsyncStreaming{name}Model(Async{name}Model[ParamsT, OutputT]):
    """A model that {shape.phrase} and can stream what it writes."""

    def stream(
        self,
{_arguments(shape)}        *,
{_PARAMS}    ) -> AsyncTextStream:
        """Run the model and read what it writes as it comes; arguments and errors as for `run`."""
        return self._stream({body}, {_OPTIONS})
'''
        )
    if "media" in kinds:
        run = _run(
            shape,
            "AsyncMediaRef",
            "Run the model once; the output says where the media are.",
            f"await self._run_media({body}, {_OPTIONS})",
        )
        classes.append(
            f'''
class AsyncMediaStreaming{name}Model(AsyncMediaHandle, Generic[ParamsT]):
    """A model that {shape.phrase} and makes media."""

{run}
{_map(shape, "AsyncMediaRef", "self._map_media")}
    def stream(
        self,
{_arguments(shape)}        *,
{_PARAMS}    ) -> AsyncMediaStream:
        """Run the model and read the bytes of the media; arguments and errors as for `run`."""
        return self._stream_media({body}, {_OPTIONS})
'''
        )
    return classes


def _run(shape: InputShape, output: str, summary: str, result: str) -> str:
    about = "".join(f"            {argument.name}: {argument.about}\n" for argument in shape.arguments)
    mime = "        mime: str | None = None,\n" if shape.has_media else ""
    return f'''    async def run(
        self,
{_arguments(shape)}        *,
{mime}{_PARAMS}    ) -> Result[{output}]:
        """{summary}

        Args:
{about}{_MIME if shape.has_media else ""}            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: An argument has no meaning, is given twice, or can not be written as JSON.
{"            OSError: A file can not be read." + chr(10) if shape.has_media else ""}\
            BytezError: See `bytezkit.errors`.
        """
        return {result}
'''


def _map(shape: InputShape, output: str, method: str) -> str:
    names, input_type = ", ".join(it.name for it in shape.arguments), _input_type(shape)
    many = len(shape.arguments) > 1
    argument = "input" if many or not names else names
    take_apart = f'            {names} = pair(input, "{names}")\n' if many else ""
    about = {0: "Anything, for each run.", 1: "What `run` takes, for each run."}.get(
        len(shape.arguments), f"A tuple of what `run` takes, ({names}), for each run."
    )
    mime = "        mime: str | None = None,\n" if shape.has_media else ""
    return f'''    def map(
        self,
        inputs: Iterable[{input_type}] | AsyncIterable[{input_type}],
        *,
        concurrency: int = DEFAULT_CONCURRENCY,
        ordered: bool = True,
        on_outcome: Callable[[Outcome[{input_type}, {output}]], object] | None = None,
{mime}{_PARAMS}    ) -> AsyncOutcomes[{input_type}, {output}]:
        """Run the model on many inputs, some at once; what comes of each is a `Success` or a `Failure`.

        Args:
            inputs: {about}
            concurrency: How many requests may be under way at once; fewer are, as long as the service
                refuses for having too many.
            ordered: Whether outcomes come in the order of the inputs, or as soon as they are there.
            on_outcome: Called with each outcome as soon as it is there, one at a time. The iteration raises
                an error that it raises.
{_MIME if shape.has_media else ""}            params: The documented arguments of the task.
            extra_params: Other arguments of the model.
            auto_scale: Whether credits may be bought instead of being refused at the rate limit.

        Raises:
            TypeError: The inputs are one string or mapping.
            ValueError: The concurrency is no positive integer.
        """

        async def encode({argument}: {input_type}) -> Mapping[str, object]:
{take_apart}            return {_body(shape)}

        options = {_OPTIONS}
        return {method}(
            inputs, encode, options, concurrency=concurrency, ordered=ordered, on_outcome=on_outcome
        )
'''


def _body(shape: InputShape) -> str:
    return shape.body.replace("MEMBERS", "await media_members_async(media, mime)")


def _input_type(shape: InputShape) -> str:
    """Spell the type of one input of `map`: the argument of `run`, or a tuple of its arguments."""
    match [argument.type for argument in shape.arguments]:
        case []:
            return "object"
        case [only]:
            return only
        case types:
            return f"tuple[{', '.join(types)}]"


def _arguments(shape: InputShape) -> str:
    return "".join(f"        {argument.name}: {argument.type},\n" for argument in shape.arguments)
