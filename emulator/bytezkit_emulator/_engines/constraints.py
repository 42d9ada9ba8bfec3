"""Constraints on the arguments and inputs of a job beyond the contract's schemas.

A token is a word.
"""

from typing import Final

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines.job import Job
from bytezkit_emulator._engines.spans import MASK

# Bounds the time and memory that one request can take.
_MAX_TOKENS: Final = 4096
_BOUNDS: Final = (("min_new_tokens", "max_new_tokens"), ("min_length", "max_length"))


def constraint_violation(job: Job) -> str | None:
    """Return the location and the reason if no model could process a job, else None."""
    for lower, upper in _BOUNDS:
        minimum, maximum = _integer(job.arguments, lower), _integer(job.arguments, upper)
        if minimum is not None and maximum is not None and minimum > maximum:
            return f"body/params: {lower} {minimum} is greater than {upper} {maximum}"
    if job.task.kind == "filled-masks" and not MASK.search(job.text("text")):
        return "body/text: must contain a mask, <mask> or [MASK]"
    return None


def new_token_count(arguments: JsonObject, prompt_tokens: int, default: int) -> int:
    """Return the number of tokens to generate.

    With an upper limit in the arguments, generate up to it, as a model that never ends a text by itself does;
    otherwise `default` or the lower limit. The upper limit has precedence over the lower one.
    """
    maximum = _integer(arguments, "max_new_tokens")
    if maximum is None:
        # `max_length` and `min_length` include the prompt.
        max_length = _integer(arguments, "max_length")
        maximum = None if max_length is None else max(0, max_length - prompt_tokens)
    if maximum is not None:
        return min(maximum, _MAX_TOKENS)
    minimum = _integer(arguments, "min_new_tokens")
    if minimum is None:
        minimum = (_integer(arguments, "min_length") or 0) - prompt_tokens
    return min(max(minimum, default), _MAX_TOKENS)


def _integer(arguments: JsonObject, name: str) -> int | None:
    value = arguments.get(name)
    return int(value) if isinstance(value, (int, float)) else None
