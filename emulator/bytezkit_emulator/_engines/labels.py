"""Outputs that choose among labels."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._common.json import as_strings
from bytezkit_emulator._engines.arguments import integer
from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.random_numbers import numbers
from bytezkit_emulator._engines.scores import classifications, independent, shares

_ANIMALS: Final = ("beagle", "tabby", "goldfish", "barn owl", "red fox", "zebra", "ladybug", "otter")
_SOUNDS: Final = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go")
_ACTIONS: Final = ("archery", "bowling", "dancing ballet", "juggling", "riding a bike", "surfing water")
_FEELINGS: Final = (("positive", "negative"), ("positive", "neutral", "negative"))
_LABELS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "audio-classification": (_SOUNDS,),
    "image-classification": (_ANIMALS,),
    "text-classification": _FEELINGS,
    "video-classification": (_ACTIONS,),
}
_NAMELESS: Final = (("LABEL_0", "LABEL_1", "LABEL_2"),)
_TOP_K: Final = 5


def labels(job: Job) -> Output:
    """The best of the labels that the model always has, five unless `top_k` says else."""
    sets = _LABELS.get(job.task.name, _NAMELESS)
    names = sets[job.model_number % len(sets)]
    give = independent if job.arguments.get("function_to_apply") == "sigmoid" else shares
    return Output(value=classifications(give(names, numbers(job.seed))[: integer(job, "top_k", _TOP_K)]))


def candidate_labels(job: Job) -> Output:
    """All labels of the request."""
    return Output(value=classifications(shares(_candidates(job), numbers(job.seed))))


def label_ranking(job: Job) -> Output:
    """All labels of the request, in columns; with `multi_label` each has a score of its own."""
    give = independent if job.arguments.get("multi_label") is True else shares
    ranking = give(_candidates(job), numbers(job.seed))
    return Output(
        value={
            "sequence": job.text("text"),
            "labels": [label for label, _ in ranking],
            "scores": [value for _, value in ranking],
        }
    )


def _candidates(job: Job) -> tuple[str, ...]:
    return as_strings(job.inputs.members["candidate_labels"])
