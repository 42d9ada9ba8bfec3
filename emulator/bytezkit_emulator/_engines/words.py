"""English words in an order that reads like sentences."""

from collections.abc import Iterator
from itertools import cycle
from typing import Final

from bytezkit_emulator._engines.random_numbers import numbers

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


def words(seed: bytes) -> Iterator[str]:
    """Yield words without end, always the same for one seed."""
    for choices, number in zip(cycle(_SENTENCE), numbers(seed), strict=False):
        yield choices[number % len(choices)]
