"""Result or error of each input of `map`, as values."""

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from bytezkit._core.results import Result
from bytezkit_models.reprs import ShortRepr

InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")
InputT_co = TypeVar("InputT_co", covariant=True)
OutputT_co = TypeVar("OutputT_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Success(ShortRepr, Generic[InputT_co, OutputT_co]):
    """An input whose run succeeded.

    Attributes:
        index: Position among the inputs, from 0 on.
        input: The input.
        result: The result of the run.
        error: None.
    """

    index: int
    input: InputT_co
    result: Result[OutputT_co]
    error: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(ShortRepr, Generic[InputT_co]):
    """An input whose run failed.

    Attributes:
        index: Position among the inputs, from 0 on.
        input: The input.
        error: The exception that `run` would have raised: a `BytezError`, or any exception of an input that
            cannot be sent.
        result: None.
    """

    index: int
    input: InputT_co
    error: Exception
    result: None = None


# Type checkers narrow the union by `error is None`, by `isinstance` and by `match`.
Outcome: TypeAlias = Success[InputT, OutputT] | Failure[InputT]
