"""Forms of results that depend on an argument or on the model."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from msgspec import to_builtins

from bytezkit import AsyncBytez, Bytez
from bytezkit._api.task_handles import VARIANTS
from bytezkit._bulk.constructor import ARGUMENTS
from bytezkit._cli.__main__ import main
from bytezkit.bulk import RunBatch
from bytezkit.errors import DecodeError
from bytezkit_emulator import Emulator, Stub
from bytezkit_models.results import ExtractedAnswer, FilledMask, GroupedEntity, Transcript, TranscriptChunk
from tests.end_to_end.conftest import KEY, connect
from tests.end_to_end.test_tasks import TABLES

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


@case_of_the_emulator
def test_emulator_answers_in_the_form_of_the_variant(case: Any) -> None:
    task, variant, inputs, _, decoded = case

    async def run() -> object:
        http_client = httpx.AsyncClient(transport=Emulator().async_transport)
        async with http_client, AsyncBytez(KEY, http_client=http_client) as client:
            handle: Any = client.model(model_of(task), task=task, variant=variant)
            return (await handle.run(*inputs)).output

    assert type(asyncio.run(run())) is type(decoded)


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
