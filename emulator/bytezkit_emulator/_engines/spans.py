"""Outputs that point at places of a text, in characters."""

import hashlib
import re
from typing import Final

from bytezkit_emulator._common.json import JsonValue
from bytezkit_emulator._engines.arguments import integer, strings
from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.random_numbers import numbers
from bytezkit_emulator._engines.scores import score, shares
from bytezkit_emulator._engines.words import NOUNS

# The tokens of the families of RoBERTa and BERT.
MASK: Final = re.compile(r"<mask>|\[MASK\]")
_TOKEN: Final = re.compile(r"\w+|[^\w\s]")
_KINDS: Final = ("B-PER", "B-LOC", "B-ORG", "B-MISC")
_VOCABULARY: Final = 30_000
_TOP_K: Final = 5
_LONGEST_ANSWER: Final = 3


def filled_masks(job: Job) -> Output:
    """Words for the first mask of the text, five unless `top_k` says else."""
    text = job.text("text")
    targets = strings(job, "targets")
    names = list(NOUNS) if targets is None else list(dict.fromkeys(targets))
    ranking = shares(names, numbers(job.seed))[: integer(job, "top_k", _TOP_K)]
    before, after = MASK.split(text, maxsplit=1)
    return Output(
        value=[
            {"score": value, "token": _token(word), "token_str": word, "sequence": before + word + after}
            for word, value in ranking
        ]
    )


def _token(word: str) -> int:
    digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % _VOCABULARY


def entities(job: Job) -> Output:
    """The words of the text that begin with a capital letter, but for the kinds in `ignore_labels`."""
    draw = numbers(job.seed)
    ignored = strings(job, "ignore_labels") or []
    found: list[JsonValue] = []
    for index, token in enumerate(_TOKEN.finditer(job.text("text")), start=1):
        if not token[0][0].isupper():
            continue
        kind = _KINDS[next(draw) % len(_KINDS)]
        entity: JsonValue = {
            "entity": kind,
            "score": score(draw, least=0.8),
            "index": index,
            "word": token[0],
            "start": token.start(),
            "end": token.end(),
        }
        if kind not in ignored:
            found.append(entity)
    return Output(value=found)


def extracted_answer(job: Job) -> Output:
    """One to three words of the context, no more than `max_answer_len`; of an empty one, nothing."""
    context = job.text("context")
    tokens = list(_TOKEN.finditer(context))
    if not tokens:
        return Output(value={"score": 0.0, "start": 0, "end": 0, "answer": ""})
    draw = numbers(job.seed)
    first = next(draw) % len(tokens)
    longest = min(_LONGEST_ANSWER, integer(job, "max_answer_len", _LONGEST_ANSWER), len(tokens) - first)
    last = first + next(draw) % longest
    start, end = tokens[first].start(), tokens[last].end()
    value: JsonValue = {"score": score(draw), "start": start, "end": end, "answer": context[start:end]}
    return Output(value=value)
