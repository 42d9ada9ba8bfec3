"""Outputs that refer to a span of a text, and answers to questions about images."""

import hashlib
import re
from itertools import islice
from operator import itemgetter
from typing import Final

from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.random_words import NOUNS, random_numbers, random_words
from bytezkit_emulator._engines.scores import distribution, random_score
from bytezkit_models.json_value import JsonValue

# The mask tokens of the RoBERTa and BERT families.
MASK: Final = re.compile(r"<mask>|\[MASK\]")
_TOKEN: Final = re.compile(r"\w+|[^\w\s]")
_ENTITY_LABELS: Final = ("B-PER", "B-LOC", "B-ORG", "B-MISC")
_VOCABULARY_SIZE: Final = 30_000
_DEFAULT_TOP_K: Final = 5
_MAX_EXTRACTED_WORDS: Final = 3
_VISUAL_ANSWERS: Final = ("yes", "no", "red", "green", "two", "three", *NOUNS)
_DOCUMENT_WORDS: Final = 120
_MAX_DOCUMENT_ANSWER_WORDS: Final = 4


def filled_masks(job: Job) -> Output:
    """Words for the mask of the text, five unless `top_k` is given; of several masks, a list for each."""
    text = job.text("text")
    targets = job.strings("targets")
    candidates = list(NOUNS) if targets is None else list(dict.fromkeys(targets))
    numbers = random_numbers(job.seed)
    filled: list[JsonValue] = []
    for mask in MASK.finditer(text):
        ranking = distribution(candidates, numbers)[: job.integer("top_k", _DEFAULT_TOP_K)]
        before, after = text[: mask.start()], text[mask.end() :]
        ways: list[JsonValue] = [
            {"score": score, "token": _token_id(word), "token_str": word, "sequence": before + word + after}
            for word, score in ranking
        ]
        filled.append(ways)
    return Output(value=filled if len(filled) > 1 else filled[0])


def entities(job: Job) -> Output:
    """The capitalised words of the text, except entities whose label is in `ignore_labels`.

    With an `aggregation_strategy`, each is an entity, without the prefix of its label.
    """
    is_grouped = job.arguments.get("aggregation_strategy", "none") != "none"
    numbers = random_numbers(job.seed)
    ignored = job.strings("ignore_labels") or []
    found: list[JsonValue] = []
    for index, token in enumerate(_TOKEN.finditer(job.text("text")), start=1):
        if not token[0][0].isupper():
            continue
        # The numbers of ignored entities are consumed too, so that the others stay the same.
        label = _ENTITY_LABELS[next(numbers) % len(_ENTITY_LABELS)]
        entity: JsonValue = {
            **(
                {"entity_group": label.removeprefix("B-")}
                if is_grouped
                else {"entity": label, "index": index}
            ),
            "score": random_score(numbers, minimum=0.8),
            "word": token[0],
            "start": token.start(),
            "end": token.end(),
        }
        if label not in ignored:
            found.append(entity)
    return Output(value=found)


def extracted_answer(job: Job) -> Output:
    """One to three words of the context, at most `max_answer_len`; empty for an empty context.

    With `top_k`, several answers in a list, best first, unless there is one only.
    """
    context = job.text("context")
    tokens = list(_TOKEN.finditer(context))
    if not tokens:
        return Output(value={"score": 0.0, "start": 0, "end": 0, "answer": ""})
    numbers = random_numbers(job.seed)
    longest = min(_MAX_EXTRACTED_WORDS, job.integer("max_answer_len", _MAX_EXTRACTED_WORDS))
    count = min(job.integer("top_k", 1), len(tokens))
    scores: dict[tuple[int, int], float] = {}
    while len(scores) < count:
        first = next(numbers) % len(tokens)
        last = first + next(numbers) % min(longest, len(tokens) - first)
        scores[tokens[first].start(), tokens[last].end()] = random_score(numbers)
    answers: list[JsonValue] = [
        {"score": score, "start": start, "end": end, "answer": context[start:end]}
        for (start, end), score in sorted(scores.items(), key=itemgetter(1), reverse=True)
    ]
    return Output(value=answers if len(answers) > 1 else answers[0])


def visual_answers(job: Job) -> Output:
    """Answers of one word about an image; one answer unless `top_k` is given."""
    ranking = distribution(_VISUAL_ANSWERS, random_numbers(job.seed))[: job.integer("top_k", 1)]
    return Output(value=[{"answer": answer, "score": score} for answer, score in ranking])


def document_answers(job: Job) -> Output:
    """Spans of a document that is derived from the image alone; one span unless `top_k` is given."""
    # Equal images have the same words, whatever the question.
    document = list(islice(random_words(job.media_seed), _DOCUMENT_WORDS))
    numbers = random_numbers(job.seed)
    max_words = min(_MAX_DOCUMENT_ANSWER_WORDS, job.integer("max_answer_len", _MAX_DOCUMENT_ANSWER_WORDS))
    positions = [str(position) for position in range(_DOCUMENT_WORDS)]
    answers: list[JsonValue] = []
    for position, score in distribution(positions, numbers)[: job.integer("top_k", 1)]:
        start = int(position)
        end = min(start + next(numbers) % max_words, _DOCUMENT_WORDS - 1)
        answer = " ".join(document[start : end + 1])
        answers.append({"score": score, "answer": answer, "start": start, "end": end})
    return Output(value=answers)


def _token_id(word: str) -> int:
    digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % _VOCABULARY_SIZE
