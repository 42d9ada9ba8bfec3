"""Outputs that answer a question about a picture."""

from itertools import islice
from typing import Final

from bytezkit_emulator._common.json import JsonValue
from bytezkit_emulator._engines.arguments import integer
from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.random_numbers import numbers
from bytezkit_emulator._engines.scores import shares
from bytezkit_emulator._engines.words import NOUNS, words

_ANSWERS: Final = ("yes", "no", "red", "green", "two", "three", *NOUNS)
_WORDS: Final = 120
_LONGEST_ANSWER: Final = 4


def visual_answers(job: Job) -> Output:
    """Answers of one word, one unless `top_k` says else."""
    ranking = shares(_ANSWERS, numbers(job.seed))[: integer(job, "top_k", 1)]
    return Output(value=[{"answer": answer, "score": value} for answer, value in ranking])


def document_answers(job: Job) -> Output:
    """Words of a document that follows from the picture alone; one answer unless `top_k` says else."""
    document = list(islice(words(job.media_seed), _WORDS))
    draw = numbers(job.seed)
    longest = min(_LONGEST_ANSWER, integer(job, "max_answer_len", _LONGEST_ANSWER))
    answers: list[JsonValue] = []
    for first, value in shares([str(place) for place in range(_WORDS)], draw)[: integer(job, "top_k", 1)]:
        start = int(first)
        end = min(start + next(draw) % longest, _WORDS - 1)
        answer = " ".join(document[start : end + 1])
        answers.append({"score": value, "answer": answer, "start": start, "end": end})
    return Output(value=answers)
