"""The disagreements between contract and pipelines that are known, with the reason why each remains."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scripts.paths import ROOT

_GENERATION: Final = (
    "audio-text-to-text",
    "chat",
    "summarization",
    "text-generation",
    "text2text-generation",
    "translation",
)
_IMAGE_TO_TEXT: Final = (
    *(
        "min_new_tokens",
        "max_length",
        "min_length",
        "temperature",
        "do_sample",
        "top_k",
        "top_p",
        "typical_p",
    ),
    *("repetition_penalty", "length_penalty", "no_repeat_ngram_size", "num_beams", "early_stopping"),
)
_IN_GENERATE_KWARGS: Final = (
    "The pipeline refuses the argument by its name, and takes it in `generate_kwargs`. It is unknown whether "
    "the service converts it."
)
_OTHER_CLASSES: Final = (
    "This pipeline of diffusers refuses them, and others take them. The emulator accepts them."
)
_IN_FORWARD_PARAMS: Final = (
    "The pipeline refuses the argument by its name, and takes it in `forward_params`. It is unknown whether "
    "the service converts it."
)

KNOWN: Final[Mapping[str, str]] = {
    **{
        f"{task}: temperature=0.0": "The quickstart sends 0, which `generate` takes only without `do_sample`."
        for task in _GENERATION
    },
    **{f"image-to-text: {parameter}": _IN_GENERATE_KWARGS for parameter in _IMAGE_TO_TEXT},
    **{f"text-to-speech: {parameter}": _IN_FORWARD_PARAMS for parameter in ("do_sample", "temperature")},
    **{
        f"text-to-audio: {parameter}": _IN_FORWARD_PARAMS
        for parameter in ("do_sample", "temperature", "max_new_tokens", "guidance_scale")
    },
    "document-question-answering: max_question_len": (
        "transformers 4.57.6 documents the argument and refuses it by a fault of its own."
    ),
    "image-text-to-text: other arguments": (
        "The pipeline ignores them, and the vendor's images that use vLLM refuse them. The emulator refuses "
        "them."
    ),
    **{
        f"{task}: other arguments": _OTHER_CLASSES
        for task in ("text-to-video", "unconditional-image-generation")
    },
}


def disagreements(observed: Mapping[str, Any]) -> dict[str, str]:
    """Return the details of all disagreements by their names.

    Args:
        observed: The output of `scripts.pipelines.judge`.
    """
    file = ROOT / "emulator/bytezkit_emulator/arguments.json"
    checked = json.loads(file.read_text("utf-8"))["tasks"]
    return {
        f"{task}: {name}": detail
        for task, outcome in observed.items()
        for name, detail in (
            *_of_runs(outcome),
            *_of_parameters(outcome),
            *_of_others(outcome, is_checked=task in checked),
        )
    }


def _of_runs(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for label, misfits in outcome.get("runs", {}).items():
        for form, detail in misfits.items():
            yield f"{label} ({form})", detail


def _of_parameters(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for parameter, refusals in outcome.get("parameters", {}).items():
        refused = {value: detail for value, detail in refusals.items() if detail}
        if len(refused) == len(refusals):
            yield parameter, next(iter(refused.values()))
        else:
            yield from ((f"{parameter}={value}", detail) for value, detail in refused.items())


def _of_others(outcome: Mapping[str, Any], *, is_checked: bool) -> Iterator[tuple[str, str]]:
    """Yield an unknown argument that only the pipeline or only the emulator refuses."""
    if "others" in outcome and bool(outcome["others"]) != is_checked:
        yield "other arguments", outcome["others"] or "the pipeline takes an unknown argument"
