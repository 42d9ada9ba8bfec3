"""Model ids and names of tasks."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple, TypeGuard, TypeVar

from bytezkit_models.tasks import TASKS, TaskName, is_task_name

ValueT = TypeVar("ValueT")

_PART: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
# In paths of other endpoints, these words are in the position of the organization.
_RESERVED: Final = frozenset({"list", "request"})


class ModelId(NamedTuple):
    """A valid model id."""

    organization: str
    name: str

    def __str__(self) -> str:
        return f"{self.organization}/{self.name}"


def is_model_id(value: object) -> TypeGuard[str]:
    """Return whether a value is a well-formed model id. The service may not have such a model.

    Use it for an id from outside: `Bytez.model` raises `TypeError` or `ValueError` for a malformed id.

    Args:
        value: For example `"openai-community/gpt2"`: organization and name, each of 1 to 96 letters, digits,
            `.`, `_` and `-`, starting with a letter or digit.
    """
    try:
        parse_model_id(value)
    except (TypeError, ValueError):
        return False
    return True


def parse_model_id(text: object) -> ModelId:
    """Parse a model id.

    Raises:
        TypeError: The id is not a string.
        ValueError: The id is not `organization/name` in the characters that the API allows.
    """
    if not isinstance(text, str):
        raise TypeError(f"model_id must be a string, not {type(text).__name__}")
    parts = text.split("/")
    if len(parts) != 2 or not all(_PART.fullmatch(part) for part in parts):
        raise ValueError(
            f"{text!r} is not a model id: expected organization/name, "
            "each of letters, digits, '.', '_' and '-', starting with a letter or digit"
        )
    organization, name = parts
    if organization in _RESERVED:
        raise ValueError(f"{text!r} is not a model id: the organization {organization!r} is reserved")
    return ModelId(organization, name)


def check_variant(task: str, variant: str, variants: Mapping[tuple[str, str], ValueT]) -> ValueT:
    """Return the value of a variant of a task in a table.

    Raises:
        TypeError: The variant is not a string.
        ValueError: The task has no such variant; the message has its variants.
    """
    if not isinstance(variant, str):
        raise TypeError(f"variant must be a string, not {type(variant).__name__}")
    if (task, variant) not in variants:
        known = ", ".join(name for it, name in variants if it == task) or "none"
        raise ValueError(f"the task {task} has no variant {variant!r:.80}; its variants: {known}")
    return variants[task, variant]


def check_task(task: str) -> TaskName:
    """Return the name of a task.

    Raises:
        TypeError: It is not a string.
        ValueError: There is no such task; the message has the nearest name.
    """
    if is_task_name(task):
        return task
    if not isinstance(task, str):
        raise TypeError(f"task must be a string, not {type(task).__name__}")
    nearest = get_close_matches(task, TASKS, n=1)
    suggestion = f"did you mean {nearest[0]!r}?" if nearest else f"known tasks are {', '.join(TASKS)}"
    raise ValueError(f"unknown task {task!r:.80}: {suggestion}")
