"""Forms of results that depend on an argument or on the model."""

from typing import Any

import pytest

from bytezkit._api.task_handles import VARIANTS
from bytezkit_emulator import Emulator, Stub
from bytezkit_models.results import ExtractedAnswer, FilledMask, GroupedEntity, Transcript
from tests.end_to_end.conftest import connect
from tests.end_to_end.test_tasks import TABLES

WAV = "https://example.com/a.wav"
FILLED = {"score": 0.5, "token": 1, "token_str": "a", "sequence": "a [MASK]"}
# Task, variant, input, the parameters that are sent, an output, and the class of its objects.
CASES: list[Any] = [
    (
        *("token-classification", "groups", ("Ron went",), {"aggregation_strategy": "simple"}),
        [{"entity_group": "PER", "score": 0.9, "word": "Ron", "start": None, "end": None}],
        GroupedEntity,
    ),
    ("fill-mask", "masks", ("[MASK] [MASK]",), {}, [[FILLED]], FilledMask),
    (
        *("question-answering", "answers", ("Who?", "Ron went"), {"top_k": 5}),
        *([{"score": 0.5, "start": 0, "end": 3, "answer": "Ron"}], ExtractedAnswer),
    ),
    (
        *("automatic-speech-recognition", "timestamps", (WAV,), {"return_timestamps": "word"}),
        *({"text": "hi", "chunks": [{"text": "hi", "timestamp": [0, None]}]}, Transcript),
    ),
    ("feature-extraction", "batch", ("Hi",), {}, [[[0, 1]]], float),
    ("image-feature-extraction", "batch", ("https://example.com/a.png",), {}, [[[0, 1]]], float),
]


def test_cases_are_all_variants() -> None:
    assert sorted(case[:2] for case in CASES) == sorted(VARIANTS)


@pytest.mark.parametrize(("task", "variant", "inputs", "sent", "output", "kind"), CASES)
def test_variant_sends_its_parameters_and_decodes_its_output(  # noqa: PLR0917 - from a table
    task: str, variant: str, inputs: tuple[Any, ...], sent: dict[str, object], output: Any, kind: type
) -> None:
    model = TABLES["tasks"][task]["model"]
    emulator = Emulator()
    with connect(emulator) as client:
        make: Any = client.model
        handle = make(model, task=task, variant=variant)
        # The engine of the emulator has forms of all variants but batches.
        assert variant == "batch" or type(handle.run(*inputs).to_dict()["output"]) is type(output)
        emulator.stubs.add(Stub(output, model=model))
        result = handle.run(*inputs)
    assert result.to_dict()["output"] == output
    value = result.output
    while isinstance(value, list):
        value = value[0]
    assert type(value) is kind
    body: Any = emulator.journal.entries()[-1].body
    assert body.get("params", {}) == sent


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
