"""The disagreements between contract and pipelines, and those that are known."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple


class Known(NamedTuple):
    """Disagreements of a task that remain for one reason.

    Attributes:
        task: The task.
        names: Runs such as `chat.text (v1)`, parameters, or parameters with the values that are refused.
        reason: Why they remain.
    """

    task: str
    names: tuple[str, ...]
    reason: str


_GENERATION: Final = (
    "audio-text-to-text",
    "chat",
    "summarization",
    "text-generation",
    "text2text-generation",
    "translation",
)
_IMAGE_TO_TEXT: Final = (
    *("min_new_tokens", "max_length", "min_length", "temperature", "do_sample", "top_k", "top_p"),
    *("typical_p", "repetition_penalty", "length_penalty", "no_repeat_ngram_size", "num_beams"),
    "early_stopping",
)
_NESTED: Final = (
    "The pipeline refuses the argument by its name, and takes it in `{}`. It is unknown whether the service "
    "converts it."
)

KNOWN: Final = (
    *(
        Known(
            task,
            ("temperature=0.0",),
            "The quickstart sends 0, which `generate` takes only without `do_sample`.",
        )
        for task in _GENERATION
    ),
    Known("image-to-text", _IMAGE_TO_TEXT, _NESTED.format("generate_kwargs")),
    Known(
        "text-to-speech",
        ("do_sample", "temperature"),
        "The pipeline refuses the argument by its name. Models that generate tokens, such as Bark, take it "
        "in `forward_params`; the tiny VITS model does not have it.",
    ),
    Known(
        "text-to-audio",
        ("do_sample", "temperature", "max_new_tokens", "guidance_scale"),
        _NESTED.format("forward_params"),
    ),
    Known(
        "document-question-answering",
        ("max_question_len",),
        "transformers 4.57.6 documents the argument and refuses it by a fault of its own.",
    ),
)


def changes(observed: Mapping[str, Any], known: Collection[Known] = KNOWN) -> list[str]:
    """Return the disagreements that are not known, with details, and the known ones that are gone.

    Args:
        observed: The output of `scripts.pipelines.judge`.
        known: The known disagreements.
    """
    found = {
        f"{task}: {name}": detail
        for task, outcome in observed.items()
        for name, detail in (*_of_runs(outcome), *_of_parameters(outcome))
    }
    expected = [f"{it.task}: {name}" for it in known for name in it.names]
    new = [f"new: {name}: {detail}" for name, detail in found.items() if name not in expected]
    return [*new, *(f"gone: {name}" for name in expected if name not in found)]


def _of_runs(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for label, misfits in outcome["runs"].items():
        for form, detail in misfits.items():
            yield f"{label} ({form})", detail


def _of_parameters(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each parameter that is refused at every value, and each other value that is refused."""
    for parameter, refusals in outcome["parameters"].items():
        refused = {value: detail for value, detail in refusals.items() if detail}
        if len(refused) == len(refusals):
            yield parameter, next(iter(refused.values()))
        else:
            yield from ((f"{parameter}={value}", detail) for value, detail in refused.items())
