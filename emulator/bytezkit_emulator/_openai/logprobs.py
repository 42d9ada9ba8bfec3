"""Made-up log probabilities, equal for equal jobs."""

import math
from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines.random_words import random_numbers, random_words
from bytezkit_emulator._openai.generation import Generation
from bytezkit_models.json_value import JsonValue

_DIGITS: Final = 6


class Candidate(msgspec.Struct, frozen=True):
    """A token at a position, and its log probability."""

    token: str
    logprob: float

    def as_json(self) -> JsonObject:
        """Return the JSON of chat completions."""
        return {
            "token": self.token,
            "logprob": self.logprob,
            "bytes": list[JsonValue](self.token.encode()),
        }


def candidates(generation: Generation, top: int) -> list[list[Candidate]]:
    """Return the most likely tokens at each position, the token of the text first.

    Args:
        generation: The text.
        top: Number of tokens per position; at least the token of the text is returned.
    """
    numbers = random_numbers(generation.seed + b"logprobs")
    words = random_words(generation.seed + b"candidates")
    return [list(_position(piece, max(top, 1), numbers, words)) for piece in generation.pieces]


def _position(piece: str, count: int, numbers: Iterator[int], words: Iterator[str]) -> Iterator[Candidate]:
    """Yield tokens with falling probabilities, whose sum is below 1."""
    rest = 1.0
    probability = 0.5 + next(numbers) / 2**33
    for token in [piece, *_others(piece, words, count - 1)]:
        yield Candidate(token, round(math.log(probability), _DIGITS))
        rest -= probability
        probability = rest / 2


def _others(piece: str, words: Iterator[str], count: int) -> Iterator[str]:
    """Yield distinct tokens."""
    seen = {piece}
    for word in words:
        if len(seen) > count:
            return
        token = f" {word}"
        if token not in seen:
            seen.add(token)
            yield token


def chat_logprobs(positions: list[list[Candidate]], top: int) -> JsonObject:
    """Return the member `logprobs` of a choice of a chat completion."""
    return {
        "content": [
            {**first.as_json(), "top_logprobs": [it.as_json() for it in islice(position, top)]}
            for position in positions
            for first in position[:1]
        ],
        "refusal": None,
    }


def completion_logprobs(positions: list[list[Candidate]], top: int, offset: int) -> JsonObject:
    """Return the member `logprobs` of a choice of a completion, whose text begins at an offset."""
    offsets: list[JsonValue] = []
    for position in positions:
        offsets.append(offset)
        offset += len(position[0].token)
    return {
        "tokens": [position[0].token for position in positions],
        "token_logprobs": [position[0].logprob for position in positions],
        "top_logprobs": [{it.token: it.logprob for it in position[:top]} for position in positions],
        "text_offset": offsets,
    }
