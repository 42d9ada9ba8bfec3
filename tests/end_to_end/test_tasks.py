"""Every task with each client, from the tables of `tasks.yaml`."""

import base64
from pathlib import Path
from typing import Any, Final

import pytest

from bytezkit import Bytez
from bytezkit_models.tasks import TASKS
from scripts.bundle import read_yaml
from tests.overlay.scripted_service import entered, next_of, resolve
from tests.task_evidence import TaskEvidence
from tests.typing.tasks import TASK_TYPES

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAAAAAA+i0toAAAADElEQVR42mNgqP8PAAIBAX+LG2RhAAAAAElFTkSuQmCC"
)
FILES: Final = {
    "picture": PICTURE,
    "sound": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x80>\0\0\0}\0\0\2\0\x10\0data\0\0\0\0",
    "video": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2",
}
TABLES: Final[Any] = read_yaml(Path(__file__).with_name("tasks.yaml"))
TEXT_STREAMS: Final = {task for task, (_, _, stream) in TASK_TYPES.items() if stream == "TextStream"}
MAGIC_NUMBERS = {"audio/wav": b"RIFF", "image/png": b"\x89PNG", "video/mp4": b"\x00\x00\x00"}
TYPES: Final[dict[str, Any]] = {
    "string": str,
    "integer": int,
    "number": int | float,
    "number or null": int | float | None,
}


def argument(value: Any) -> Any:
    """Return the argument or the body that the table describes."""
    match value:
        case {"file": kind}:
            return FILES[kind]
        case {"conversation": kind}:
            url = f"https://example.com/a.{kind}"
            parts = [{"type": "text", "text": "Describe this"}, {"type": kind, "url": url}]
            return [{"role": "user", "content": parts}]
        case dict():
            return {name: argument(it) for name, it in value.items()}
    return value


def has_shape(value: object, shape: Any) -> bool:
    if isinstance(shape, list):
        return isinstance(value, list) and bool(value) and all(has_shape(it, shape[0]) for it in value)
    if isinstance(shape, dict):
        return (
            isinstance(value, dict)
            and value.keys() == shape.keys()
            and all(has_shape(value[name], member) for name, member in shape.items())
        )
    return isinstance(value, TYPES[shape])


async def map_one(handle: Any, arguments: tuple[Any, ...]) -> Any:
    """Return the outcome of a map over one input: inputs of several arguments are tuples."""
    async with entered(handle.map([arguments[0] if len(arguments) == 1 else arguments])) as outcomes:
        return await next_of(outcomes)


def test_every_task_has_a_case() -> None:
    assert [*TABLES["tasks"]] == sorted(TASKS)


@pytest.mark.anyio
@pytest.mark.parametrize("task", TABLES["tasks"])
async def test_run_and_stream_return_the_documented_output(
    any_client: Any, task: str, task_evidence: TaskEvidence
) -> None:
    row = TABLES["tasks"][task]
    arguments, shape = tuple(map(argument, row["input"])), row["output"]
    handle = any_client.model(row["model"], task=task)
    result = await resolve(handle.run(*arguments))
    is_media = str(shape) in MAGIC_NUMBERS
    assert hasattr(handle, "stream") == (is_media or task in TEXT_STREAMS)
    outcome = await map_one(handle, arguments)
    assert (outcome.error, type(outcome.result.output)) == (None, type(result.output))
    for method in {"run", "map", "stream"}.intersection(dir(handle)):
        with pytest.raises(TypeError, match=rf"{method}\(\) has no argument 'top_k'"):
            await resolve(getattr(handle, method)(*(([],) if method == "map" else arguments), top_k=1))

    if is_media:
        media = await resolve(result.output.download())
        assert media.startswith(MAGIC_NUMBERS[shape])
        stream = handle.stream(*arguments)
        assert await resolve(stream.read()) == media
        assert stream.media_type == shape
    else:
        assert has_shape(result.raw["output"], shape), result.raw
    if task in TEXT_STREAMS:
        text = getattr(result.output, "content", result.output)
        assert await resolve(handle.stream(*arguments).read()) == text
    if hasattr(handle, "stream"):
        task_evidence(task, "streamed")
    task_evidence(task, "sync" if isinstance(any_client, Bytez) else "async")


@pytest.mark.anyio
@pytest.mark.parametrize("row", TABLES["other_inputs"], ids=lambda it: it["task"])
async def test_other_input_has_the_output_of_the_documented_input(any_client: Any, row: Any) -> None:
    task, arguments = row["task"], tuple(row["input"])
    model = TABLES["tasks"][task]["model"]
    handle = any_client.model(model, task=task)
    expected = (await resolve(any_client.model(model).run(argument(row["body"])))).output
    assert (await resolve(handle.run(*arguments))).raw["output"] == expected
    outcome = await map_one(handle, arguments)
    assert outcome.result.raw["output"] == expected
    if task in TEXT_STREAMS:
        text = expected if isinstance(expected, str) else expected["content"]
        assert await resolve(handle.stream(*arguments).read()) == text


@pytest.mark.anyio
@pytest.mark.parametrize("model", ["openai/gpt-4o", "Qwen/Qwen3-4B"])
async def test_chat_takes_a_string_with_and_without_its_task(any_client: Any, model: str) -> None:
    expected = await resolve(any_client.model(model).run([{"role": "user", "content": "Hello"}]))
    for handle in (any_client.model(model), any_client.model(model, task="chat")):
        result = await resolve(handle.run("Hello"))
        assert (result.raw["output"], result.provider) == (expected.output, expected.provider)
        assert await resolve(handle.stream("Hello").read()) == expected.output["content"]
