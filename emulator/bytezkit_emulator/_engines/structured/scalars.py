"""Generates numbers and texts that satisfy a schema."""

import ipaddress
import uuid
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice
from math import ceil, floor
from typing import Final

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines.random_words import random_words
from bytezkit_emulator._engines.structured.budget import Budget
from bytezkit_emulator._engines.structured.flattening import UnsatisfiableError, fraction
from bytezkit_emulator._engines.structured.patterns import PatternError, matching_text

_DEFAULT_RANGE: Final = 1000
_DECIMALS: Final = 100
_FINER: Final = 10**6
_MAX_WORDS: Final = 3
_MAX_LENGTH: Final = 200
_PADDING: Final = " and so on"
_FIRST_DAY: Final = date(2026, 1, 1)
_YEAR: Final = 365


def _day(number: int) -> str:
    return (_FIRST_DAY + timedelta(days=number % _YEAR)).isoformat()


# Texts of each format by a random number.
_FORMATS: Final[Mapping[str, Callable[[int], str]]] = {
    "date": _day,
    "date-time": lambda it: f"{_day(it)}T12:{it % 60:02d}:00Z",
    "duration": lambda it: f"PT{it % 60 + 1}M",
    "email": lambda it: f"user{it % 1000}@example.com",
    "hostname": lambda it: f"host{it % 1000}.example.com",
    "idn-email": lambda it: f"user{it % 1000}@example.com",
    "idn-hostname": lambda it: f"host{it % 1000}.example.com",
    # Addresses for documentation (RFC 5737 and RFC 3849).
    "ipv4": lambda it: f"192.0.2.{it % 256}",
    "ipv6": lambda it: str(ipaddress.IPv6Address(0x20010DB8 << 96 | it)),
    "iri": lambda it: f"https://example.com/{it % 1000}",
    "iri-reference": lambda it: f"/{it % 1000}",
    "json-pointer": lambda it: f"/{it % 1000}",
    "regex": lambda it: f"[a-z]{{{it % 10}}}",
    "relative-json-pointer": lambda it: f"{it % 10}/name",
    "time": lambda it: f"12:{it % 60:02d}:00Z",
    "uri": lambda it: f"https://example.com/{it % 1000}",
    "uri-reference": lambda it: f"/{it % 1000}",
    "uri-template": lambda it: f"/{{name}}/{it % 1000}",
    "uuid": lambda it: str(uuid.UUID(int=it * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, version=4)),
}


def number(keywords: JsonObject, budget: Budget, *, is_integer: bool) -> int | float:
    """Return a number that satisfies the keywords for numbers.

    Raises:
        UnsatisfiableError: There is none.
    """
    step = fraction(keywords.get("multipleOf"))
    if step is None or step <= 0:
        step = Fraction(1, 1 if is_integer else _DECIMALS)
    elif is_integer:
        # A multiple of 2.5 is an integer if it is a multiple of 5.
        step = Fraction(step.numerator)
    first, last = _multiples(keywords, step)
    if first > last and not is_integer and "multipleOf" not in keywords:
        # The range is narrower than a hundredth.
        step /= _FINER
        first, last = _multiples(keywords, step)
    if first > last:
        raise UnsatisfiableError("no number is in the range")
    value = (first + budget.number(last - first + 1)) * step
    return int(value) if is_integer else float(value)


def _multiples(keywords: JsonObject, step: Fraction) -> tuple[int, int]:
    """Return the first and the last factor of `step` in the range."""
    lower: list[int] = []
    upper: list[int] = []
    if (bound := fraction(keywords.get("minimum"))) is not None:
        lower.append(ceil(bound / step))
    if (bound := fraction(keywords.get("exclusiveMinimum"))) is not None:
        lower.append(floor(bound / step) + 1)
    if (bound := fraction(keywords.get("maximum"))) is not None:
        upper.append(floor(bound / step))
    if (bound := fraction(keywords.get("exclusiveMaximum"))) is not None:
        upper.append(ceil(bound / step) - 1)
    if lower:
        return max(lower), min([*upper, max(lower) + _DEFAULT_RANGE])
    last = min([*upper, _DEFAULT_RANGE])
    return min(1, last), last


def text(keywords: JsonObject, budget: Budget) -> str:
    """Return a text that satisfies the keywords for strings.

    Raises:
        UnsatisfiableError: The generator finds none.
        TooComplexError: It would be too long.
    """
    if isinstance(pattern := keywords.get("pattern"), str):
        try:
            return matching_text(pattern, budget)
        except PatternError as error:
            raise UnsatisfiableError(str(error)) from None
    make = _FORMATS.get(str(keywords.get("format")))
    if make is not None:
        return make(budget.number(2**32))
    shortest, longest = count(keywords, "minLength", 0), count(keywords, "maxLength", _MAX_LENGTH)
    seed = budget.number(2**32).to_bytes(4, "big")
    words = " ".join(islice(random_words(seed), 1 + budget.number(_MAX_WORDS)))
    if len(words) < shortest:
        budget.spend(shortest)
        words += _PADDING * (shortest // len(_PADDING) + 1)
        longest = min(longest, shortest)
    return words[:longest]


def count(keywords: JsonObject, name: str, default: int) -> int:
    """Return the number in a keyword such as `minItems`."""
    value = fraction(keywords.get(name))
    return default if value is None else int(value)
