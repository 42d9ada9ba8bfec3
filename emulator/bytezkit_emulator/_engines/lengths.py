"""How many tokens to generate. A token is a word."""

from typing import Final

from bytezkit_emulator._common.json import JsonObject

MOST_TOKENS: Final = 4096
_PAIRS: Final = (("min_new_tokens", "max_new_tokens"), ("min_length", "max_length"))


def contradiction(params: JsonObject) -> str | None:
    """Say which arguments contradict each other, if any."""
    for lower, upper in _PAIRS:
        least, most = _number(params, lower), _number(params, upper)
        if least is not None and most is not None and least > most:
            return f"{lower} {least} is above {upper} {most}"
    return None


def new_tokens(params: JsonObject, prompt_tokens: int, default: int) -> int:
    """Return how many tokens to add to a prompt.

    Like a model that never ends by itself, up to the most that the arguments allow; without a
    limit, `default` or the least that they ask for. The limit goes before the least.
    """
    most = _number(params, "max_new_tokens")
    if most is None:
        longest = _number(params, "max_length")
        most = None if longest is None else max(0, longest - prompt_tokens)
    if most is not None:
        return min(most, MOST_TOKENS)
    least = _number(params, "min_new_tokens")
    if least is None:
        least = (_number(params, "min_length") or 0) - prompt_tokens
    return min(max(least, default), MOST_TOKENS)


def _number(params: JsonObject, name: str) -> int | None:
    value = params.get(name)
    return int(value) if isinstance(value, (int, float)) else None
