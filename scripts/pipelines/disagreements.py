"""The disagreements of contract and emulator with pipelines, and those that are known."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from scripts.pipelines import contract


class Known(NamedTuple):
    """Disagreements of a task that remain for one reason.

    Attributes:
        task: The task.
        names: Runs such as `chat.text (v1)`, arguments, or arguments with the values that are refused;
            `unknown argument`, or `arguments of generate`.
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
_OF_GENERATE: Final = "arguments of generate"
_UNKNOWN: Final = "unknown argument"
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
    Known("image-to-text", (*_IMAGE_TO_TEXT, _OF_GENERATE), _NESTED.format("generate_kwargs")),
    Known(
        "text-to-speech",
        ("do_sample", "temperature", _OF_GENERATE),
        "The pipeline refuses the argument by its name. Models that generate tokens, such as Bark, take it "
        "in `forward_params`; the tiny VITS model does not have it.",
    ),
    Known(
        "text-to-audio",
        ("do_sample", "temperature", "max_new_tokens", "guidance_scale", _OF_GENERATE),
        _NESTED.format("forward_params"),
    ),
    Known(
        "document-question-answering",
        ("max_question_len",),
        "transformers 4.57.6 documents the argument and refuses it by a fault of its own.",
    ),
    *(
        Known(task, ("width=30", "height=30"), "Most models, but not all, require a multiple of 8.")
        for task in ("text-to-image", "text-to-video")
    ),
    Known(
        "mask-generation",
        ("points_per_batch=5",),
        "It must divide the number of all points, which depends on the model.",
    ),
    *(
        Known(task, names, "The pipeline refuses the argument. `seed-004` sends it to all tasks of texts.")
        for task, names in (
            ("fill-mask", ("max_length", "temperature")),
            ("text-classification", ("temperature",)),
            ("token-classification", ("max_length", "temperature")),
        )
    ),
    Known(
        "image-text-to-text",
        (_UNKNOWN,),
        "The pipeline ignores it. The emulator refuses it, as does vLLM, which the vendor's images use for "
        "such models.",
    ),
    *(
        Known(
            task,
            (_UNKNOWN,),
            "The pipeline of the tiny model refuses it. The emulator ignores it, since the names depend on "
            "the class of the pipeline.",
        )
        for task in ("text-to-video", "unconditional-image-generation")
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
        for name, detail in (*_of_runs(outcome), *_of_parameters(outcome), *_of_arguments(task, outcome))
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


def _of_arguments(task: str, outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the arguments that either the pipeline or the emulator refuses."""
    unknown, refused = outcome["unknown"], outcome["refused"]
    if bool(unknown) != contract.refuses_unknown_arguments(task):
        yield _UNKNOWN, unknown or "the pipeline ignores it, and the emulator refuses it"
    yield from ((name, "the emulator takes it, and the pipeline refuses it") for name in refused["own"])
    if refused["generate"]:
        yield _OF_GENERATE, f"the pipeline refuses {', '.join(refused['generate'])}"
