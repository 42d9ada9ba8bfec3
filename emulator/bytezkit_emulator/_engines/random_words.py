"""Pseudorandom numbers and English words, equal for equal seeds on every machine."""

import hashlib
import struct
from collections.abc import Iterator
from itertools import count, cycle
from typing import Final

# A BLAKE2b digest has 64 bytes.
_BLOCK: Final = struct.Struct(">16I")
_DETERMINERS: Final = ("the", "every", "one", "that", "another", "this")
_ADJECTIVES: Final = (
    "quiet", "bright", "old", "narrow", "patient", "hidden", "silver", "distant",
    "gentle", "restless", "wooden", "early", "curious", "hollow", "crooked", "warm",
)  # fmt: skip
NOUNS: Final = (
    "river", "lantern", "garden", "teacher", "bridge", "letter", "harbor", "orchard",
    "traveler", "window", "valley", "clock", "melody", "forest", "village", "story",
    "painter", "meadow", "tower", "sailor", "kitchen", "mountain", "question", "machine",
)  # fmt: skip
_VERBS: Final = (
    "followed", "carried", "remembered", "found", "crossed", "opened", "watched", "built",
    "described", "repaired", "kept", "answered", "discovered", "counted", "guarded", "drew",
)  # fmt: skip
_PREPOSITIONS: Final = ("behind", "near", "beyond", "under", "beside", "above", "without", "across")
_CONJUNCTIONS: Final = ("and", "while", "because", "until", "before", "although")
_SENTENCE: Final = (
    _DETERMINERS, _ADJECTIVES, NOUNS, _VERBS, _DETERMINERS, NOUNS,
    _PREPOSITIONS, _DETERMINERS, _ADJECTIVES, NOUNS, _CONJUNCTIONS,
)  # fmt: skip


def random_numbers(seed: bytes) -> Iterator[int]:
    """Yield an infinite sequence of 32-bit numbers.

    A hash in counter mode: the sequences of `random.Random` may change between versions of Python.
    """
    for block in count():
        yield from _BLOCK.unpack(hashlib.blake2b(seed + block.to_bytes(8, "big")).digest())


def random_words(seed: bytes) -> Iterator[str]:
    """Yield an infinite sequence of words that resembles sentences."""
    for choices, number in zip(cycle(_SENTENCE), random_numbers(seed), strict=False):
        yield choices[number % len(choices)]
