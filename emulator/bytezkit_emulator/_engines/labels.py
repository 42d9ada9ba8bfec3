"""Classification outputs."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._common.json import as_strings
from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.random_words import random_numbers
from bytezkit_emulator._engines.scores import classifications, distribution, independent_scores

_ANIMALS: Final = ("beagle", "tabby", "goldfish", "barn owl", "red fox", "zebra", "ladybug", "otter")
_SPOKEN_WORDS: Final = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go")
_ACTIONS: Final = ("archery", "bowling", "dancing ballet", "juggling", "riding a bike", "surfing water")
_SENTIMENTS: Final = (("positive", "negative"), ("positive", "neutral", "negative"))
# The sets of labels of a task; the model id selects one of them.
_LABELS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "audio-classification": (_SPOKEN_WORDS,),
    "image-classification": (_ANIMALS,),
    "text-classification": _SENTIMENTS,
    "video-classification": (_ACTIONS,),
}
# The names that `transformers` gives to labels without a name.
_DEFAULT_LABELS: Final = (("LABEL_0", "LABEL_1", "LABEL_2"),)
_DEFAULT_TOP_K: Final = 5
# The other pipelines give five labels by default.
_TASKS_WITH_ONE_LABEL: Final = ("text-classification",)


def labels(job: Job) -> Output:
    """The highest-scoring labels of the model: `top_k`, all if it is null, by default as pipelines do."""
    sets = _LABELS.get(job.task.name, _DEFAULT_LABELS)
    names = sets[job.model_number % len(sets)]
    is_sigmoid = job.arguments.get("function_to_apply") == "sigmoid"
    make_scores = independent_scores if is_sigmoid else distribution
    ranking = make_scores(names, random_numbers(job.seed))
    default = 1 if job.task.name in _TASKS_WITH_ONE_LABEL else _DEFAULT_TOP_K
    number = None if job.arguments.get("top_k", default) is None else job.integer("top_k", default)
    return Output(value=classifications(ranking[:number]))


def candidate_labels(job: Job) -> Output:
    """All labels of the request."""
    return Output(value=classifications(distribution(_candidates(job), random_numbers(job.seed))))


def label_ranking(job: Job) -> Output:
    """All labels of the request, in columns; with `multi_label` the scores are independent."""
    make_scores = independent_scores if job.arguments.get("multi_label") is True else distribution
    ranking = make_scores(_candidates(job), random_numbers(job.seed))
    return Output(
        value={
            "sequence": job.text("text"),
            "labels": [label for label, _ in ranking],
            "scores": [score for _, score in ranking],
        }
    )


def _candidates(job: Job) -> tuple[str, ...]:
    return as_strings(job.inputs.members["candidate_labels"])
