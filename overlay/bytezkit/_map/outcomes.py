"""What comes of each of many inputs: an answer or an error, as values."""

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from bytezkit._core.results import Result

InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Success(Generic[InputT, OutputT]):
    """An input that was answered.

    Attributes:
        index: Which of the inputs it is, from 0 on.
        input: The input.
        result: The answer.
        error: None.
    """

    index: int
    input: InputT
    result: Result[OutputT]
    error: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(Generic[InputT]):
    """An input that was not answered.

    Attributes:
        index: Which of the inputs it is, from 0 on.
        input: The input.
        error: What `run` would have raised: a `BytezError`, or the `TypeError`, `ValueError` or `OSError`
            of an input that can not be sent.
        result: None.
    """

    index: int
    input: InputT
    error: Exception
    result: None = None


# Type checkers tell the two apart by `error is None`, by `isinstance` and by `match`.
Outcome: TypeAlias = Success[InputT, OutputT] | Failure[InputT]
