"""Every task with each client, from the tables of `tasks.yaml`, and the variants of their results."""

import json
from typing import Any, Final

import pytest
from msgspec import to_builtins

from bytezkit import Bytez
from bytezkit._api.task_handles import VARIANTS
from bytezkit._bulk.constructor import ARGUMENTS
from bytezkit._cli.__main__ import main
from bytezkit.bulk import RunBatch
from bytezkit.errors import DecodeError
from bytezkit_emulator import Emulator, Stub
from bytezkit_models.results import ExtractedAnswer, FilledMask, GroupedEntity, Transcript, TranscriptChunk
from bytezkit_models.tasks import TASKS
from tests.end_to_end.conftest import KEY, connect
from tests.end_to_end.task_cases import MAGIC_NUMBERS, TABLES, argument
from tests.overlay.scripted_service import entered, next_of, resolve
from tests.task_evidence import TaskEvidence
from tests.typing.tasks import TASK_TYPES

TEXT_STREAMS: Final = {task for task, (_, _, stream) in TASK_TYPES.items() if stream == "TextStream"}
TYPES: Final[dict[str, Any]] = {
    "string": str,
    "integer": int,
    "number": int | float,
    "number or null": int | float | None,
}


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


URL = "https://example.com/a"

ENTITY = GroupedEntity(entity_group="PER", score=0.9, word="Ron", start=None, end=None)
FILLED = FilledMask(score=0.5, token=1, token_str="a", sequence="a [MASK]")
ANSWER = ExtractedAnswer(score=0.5, start=0, end=3, answer="Ron")
SPOKEN = Transcript(text="hi", chunks=[TranscriptChunk(text="hi", timestamp=[0.0, None])])

# Task, variant, input, the parameters that are sent, and an output in its decoded form.
CASES: list[tuple[str, str, tuple[str, ...], dict[str, object], object]] = [
    ("token-classification", "groups", ("Ron went",), {"aggregation_strategy": "simple"}, [ENTITY]),
    ("fill-mask", "masks", ("[MASK] [MASK]",), {}, [[FILLED]]),
    ("question-answering", "answers", ("Who?", "Ron went"), {"top_k": 5}, [ANSWER]),
    ("automatic-speech-recognition", "timestamps", (f"{URL}.wav",), {"return_timestamps": "word"}, SPOKEN),
    ("feature-extraction", "batch", ("Hi",), {}, [[[0.0, 1.0]]]),
    ("image-feature-extraction", "batch", (f"{URL}.png",), {}, [[[0.0, 1.0]]]),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda it: it[0])
case_of_the_emulator = pytest.mark.parametrize("case", CASES[:4], ids=lambda it: it[0])


def model_of(task: str) -> str:
    return str(TABLES["tasks"][task]["model"])


def test_cases_are_all_variants() -> None:
    assert sorted(case[:2] for case in CASES) == sorted(VARIANTS)


@each_case
def test_form_of_the_variant_is_decoded_and_another_form_is_an_error_that_names_it(case: Any) -> None:
    task, variant, inputs, sent, decoded = case
    emulator, output = Emulator(), to_builtins(decoded)
    emulator.stubs.add(Stub(output, model=model_of(task)))
    with connect(emulator) as client:
        make: Any = client.model
        assert make(model_of(task), task=task, variant=variant).run(*inputs).output == decoded
        body: Any = emulator.journal.entries()[-1].body
        assert body.get("params", {}) == sent
        with pytest.raises(DecodeError) as caught:
            make(model_of(task), task=task).run(*inputs)
    assert f"use variant=None or variant={variant!r}" in caught.value.message
    assert json.loads(caught.value.body or b"")["output"] == output


@pytest.mark.anyio
@case_of_the_emulator
async def test_emulator_answers_in_the_form_of_the_variant(any_client: Any, case: Any) -> None:
    task, variant, inputs, _, decoded = case
    handle = any_client.model(model_of(task), task=task, variant=variant)
    assert type((await resolve(handle.run(*inputs))).output) is type(decoded)


@case_of_the_emulator
def test_other_ways_return_the_output_as_json(
    case: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    task, variant, inputs, sent, decoded = case
    model, output = model_of(task), to_builtins(decoded)
    columns = dict(zip(ARGUMENTS[task][0], inputs, strict=True))
    input = {it: it for it in columns} if inputs[1:] else next(iter(columns))
    members = {{"media": "url"}.get(it, it): value for it, value in columns.items()}
    with Emulator() as emulator:
        emulator.stubs.add(Stub(output, model=model))
        monkeypatch.setenv("BYTEZ_BASE_URL", emulator.url)
        monkeypatch.setenv("BYTEZ_KEY", KEY)
        make: Any = RunBatch
        [row] = make(model, task=task, variant=variant, input=input)([columns])
        with Bytez(base_url=emulator.url) as client:
            client.v1.load(model)
            assert client.model(model).run(members, params=sent).output == output
            assert client.v1.run(model, members, params=sent).output == output
        params = [f"--param={name}={value}" for name, value in sent.items()]
        with pytest.raises(SystemExit, match="0"):
            main(["run", model, "--input-json", json.dumps(members), *params])
    bodies: list[Any] = [it.body for it in emulator.journal.entries(operation="runModelV2")]
    assert [it.get("params", {}) for it in bodies] == [sent] * 3
    assert (json.loads(row["output"]), row["output_error"]) == (output, None)
    assert json.loads(capsys.readouterr().out) == output


def test_an_unknown_variant_is_refused() -> None:
    with connect(Emulator()) as client:
        make: Any = client.model
        for task, variant, kind, message in (
            ("fill-mask", "groups", ValueError, "no variant 'groups'; its variants: masks"),
            ("chat", "groups", ValueError, "its variants: none"),
            ("chat", 5, TypeError, "variant must be a string, not int"),
            (None, "groups", ValueError, "variant needs a task"),
        ):
            with pytest.raises(kind, match=message):
                make("a/b", task=task, variant=variant)


def test_integers_for_fractions_are_sent_as_fractions() -> None:
    emulator = Emulator()
    with connect(emulator) as client:
        model = client.model("openai-community/gpt2", task="text-generation")
        model.run("Once", params={"temperature": 2, "max_new_tokens": 3}, extra_params={"seed": 1})
    body: Any = emulator.journal.entries()[-1].body
    assert repr(body["params"]) == "{'temperature': 2.0, 'max_new_tokens': 3, 'seed': 1}"
