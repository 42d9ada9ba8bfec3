"""Arguments that are one of several words."""

from typing import get_args


def check_choice(name: str, value: str, choices: object) -> None:
    """Let one of the values of a `Literal` pass.

    Raises:
        ValueError: It is none of them; the text names them.
    """
    if value not in get_args(choices):
        raise ValueError(f"{name} must be one of {', '.join(get_args(choices))}")
