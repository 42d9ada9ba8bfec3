"""Runs the rows of many batches as one map."""

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeAlias, cast

from bytezkit._bulk.answers import Answers
from bytezkit._bulk.arguments import as_argument, is_null
from bytezkit._bulk.batches import Batch, ColumnTypes, as_batch
from bytezkit._core.json import encode
from bytezkit._map.driver import Outcomes
from bytezkit._map.outcomes import Outcome
from bytezkit.errors import AuthenticationError, BytezError, PaymentRequiredError
from bytezkit_models.json_value import JsonValue

# Batches that wait for a slow row of an earlier one. They would fill the memory.
_MAX_WAITING: Final = 64
# Scale of the column.
_COST_UNIT: Final = Decimal("1e-24")
_DECIMAL: Final = Context(prec=38)

_Input: TypeAlias = Any  # The arguments of a run; each task has other types.
# Starts a map over inputs, with a callback for each outcome.
Map: TypeAlias = Callable[
    [Iterator[_Input], Callable[[Outcome[_Input, object]], object]], Outcomes[_Input, object]
]


class Row(NamedTuple):
    """Values of the added columns for a row."""

    output: object = None
    error: str | None = None
    may_be_charged: bool = False
    cost: Decimal | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How rows are run.

    Attributes:
        identity: Model, task and parameters, which are a part of the digest of a row.
        columns: For each argument of a run, its name, and its column or its value for all rows.
        types: Names and types of the added columns.
        convert: Converts the output of a response to the value of its column.
        row_id: Name of the column that distinguishes equal rows. None: equal rows share an answer.
        file_paths: Whether paths in columns of media are read as files.
    """

    identity: Sequence[object]
    columns: Mapping[str, str | Sequence[str]]
    types: ColumnTypes
    convert: Callable[[JsonValue], object]
    row_id: str | None
    file_paths: bool

    def values(self, batch: Batch) -> Iterator[tuple[object, ...]]:
        """Yield the values of each row in the order of the arguments.

        Raises:
            ValueError: The batch lacks a column.
        """
        columns = [
            batch.values(column) if isinstance(column, str) else [column] * batch.size
            for column in self.columns.values()
        ]
        return zip(*columns, strict=True) if columns else iter([()] * batch.size)

    def digests(self, batch: Batch) -> list[str]:
        """Return the digest of each row.

        Raises:
            ValueError: The batch lacks a column, or a row has no id.
        """
        ids: Sequence[object] = [None] * batch.size if self.row_id is None else batch.values(self.row_id)
        if self.row_id is not None and any(map(is_null, ids)):
            raise ValueError(f"a row has no value in the column {self.row_id!r}, its id")
        return [
            sha256(
                json.dumps(
                    [self.identity, values, row_id], sort_keys=True, default=_digestible, ensure_ascii=False
                ).encode(errors="surrogatepass")
            ).hexdigest()
            for values, row_id in zip(self.values(batch), ids, strict=True)
        ]

    def arguments(self, values: tuple[object, ...]) -> _Input:
        """Return the input of `map` for a row: the argument of a run, or a tuple of its arguments.

        Raises:
            ValueError: A value is a path, and paths are not read.
        """
        converted = tuple(
            as_argument(name, value, file_paths=self.file_paths)
            for name, value in zip(self.columns, values, strict=True)
        )
        return converted[0] if len(converted) == 1 else converted


def _digestible(value: object) -> object:
    if isinstance(value, (bytes, bytearray)):
        return sha256(value).hexdigest()
    to_list = getattr(value, "tolist", None)
    return to_list() if callable(to_list) else [type(value).__name__, str(value)]


@dataclass(slots=True)
class _Waiting:
    """A batch with rows whose values are not known yet.

    Attributes:
        batch: The batch.
        rows: Values of the added columns.
        missing: Number of rows whose values are not known, and one more until all rows have been read.
    """

    batch: Batch
    rows: list[Row]
    missing: int = 1


@dataclass(slots=True)
class _Request:
    """A run, and the rows that get its outcome."""

    digest: str | None
    places: list[tuple[_Waiting, int]] = field(default_factory=list[tuple[_Waiting, int]])


class BatchStream:
    """The batches of a call.

    Args:
        plan: How rows are run.
        batches: The batches.
        answers: Stored answers, or None.
    """

    def __init__(self, plan: Plan, batches: Iterator[object], answers: Answers | None) -> None:
        self._plan = plan
        self._batches = batches
        self._answers = answers
        self._exhausted = False
        self._waiting: deque[_Waiting] = deque()
        # By the index of the input of the present map: the runs without an outcome.
        self._requests: dict[int, _Request] = {}
        self._shared: dict[str, _Request] = {}

    def run(self, start_map: Map) -> Iterator[object]:
        """Yield the batches with their added columns.

        Raises:
            AuthenticationError: The service rejects the key.
            PaymentRequiredError: The account has no credits.
            TypeError: A batch is of no supported kind.
            ValueError: A batch lacks a column, or has a column with the name of an added one.
            OSError: An answer cannot be read or written.
        """
        while not self._exhausted:
            with start_map(self._inputs(), self._keep) as outcomes:
                for outcome in outcomes:
                    self._finish(outcome)
                    yield from self._complete_batches()
            yield from self._complete_batches()

    def _inputs(self) -> Iterator[_Input]:
        """Yield the inputs of one map. It ends early, so that complete batches do not wait for an outcome."""
        index = 0
        while not self._waiting or (self._requests and len(self._waiting) < _MAX_WAITING):
            try:
                waiting = self._open(next(self._batches))
            except StopIteration:
                self._exhausted = True
                return
            digests = self._plan.digests(waiting.batch) if self._answers is not None else None
            for row, values in enumerate(self._plan.values(waiting.batch)):
                if any(map(is_null, values)):
                    continue
                digest = digests[row] if digests else None
                if self._set_known(waiting, row, digest):
                    continue
                try:
                    arguments = self._plan.arguments(values)
                except ValueError as error:
                    waiting.rows[row] = _failed(error)
                    continue
                request = self._requests[index] = _Request(digest, [(waiting, row)])
                if digest is not None:
                    self._shared[digest] = request
                waiting.missing += 1
                index += 1
                yield arguments
            waiting.missing -= 1

    def _open(self, batch_object: object) -> _Waiting:
        batch = as_batch(batch_object)
        if twice := [name for name in self._plan.types if name in batch.names]:
            raise ValueError(f"the batch already has a column {twice[0]!r}: pass another output=")
        waiting = _Waiting(batch, [Row()] * batch.size)
        self._waiting.append(waiting)
        return waiting

    def _set_known(self, waiting: _Waiting, row: int, digest: str | None) -> bool:
        """Return whether a row needs no request: its answer is stored, or an equal row was sent."""
        if digest is None or self._answers is None:
            return False
        if digest in self._shared:
            self._shared[digest].places.append((waiting, row))
            waiting.missing += 1
            return True
        answer = self._answers.get(digest)
        if answer is None:
            return False
        cost = None if answer.inference_cost is None else Decimal(answer.inference_cost)
        waiting.rows[row] = self._answered(answer.body.output, cost, answer.request_id)
        return True

    def _keep(self, outcome: Outcome[_Input, object]) -> None:
        """Store an answer. The threads of the map call it as soon as the response is received."""
        digest = self._requests[outcome.index].digest
        if self._answers is not None and digest is not None and outcome.error is None:
            self._answers.add(digest, outcome.result)

    def _finish(self, outcome: Outcome[_Input, object]) -> None:
        # Every other row would fail in the same way.
        if isinstance(outcome.error, (AuthenticationError, PaymentRequiredError)):
            raise outcome.error
        request = self._requests.pop(outcome.index)
        if request.digest is not None:
            del self._shared[request.digest]
        if outcome.error is not None:
            values = _failed(outcome.error)
        else:
            metadata = outcome.result.metadata
            output = cast("Mapping[str, JsonValue]", outcome.result.raw)["output"]
            values = self._answered(output, metadata.inference_cost, metadata.request_id)
        for waiting, row in request.places:
            waiting.rows[row] = values
            waiting.missing -= 1

    def _answered(self, output: JsonValue, cost: Decimal | None, request_id: str | None) -> Row:
        return Row(self._plan.convert(output), None, True, _fitting(cost), request_id)

    def _complete_batches(self) -> Iterator[object]:
        """Yield the first batches, as long as they are complete."""
        while self._waiting and not self._waiting[0].missing:
            waiting = self._waiting.popleft()
            columns = [[row[position] for row in waiting.rows] for position in range(len(self._plan.types))]
            yield waiting.batch.with_columns(self._plan.types, columns)


def _failed(error: Exception) -> Row:
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, BytezError):
        return Row(None, text, error.may_be_charged, None, error.request_id)
    return Row(None, text)


def _fitting(cost: Decimal | None) -> Decimal | None:
    """Return a cost with at most the digits of its column."""
    exponent = None if cost is None else cost.as_tuple().exponent
    if cost is None or not isinstance(exponent, int) or exponent >= -24:
        return cost
    return cost.quantize(_COST_UNIT, context=_DECIMAL)


def as_text(output: JsonValue) -> object:
    """Convert an output that is a text or a message. A message that calls tools becomes JSON."""
    if not isinstance(output, dict):
        return output
    return as_json(output) if output.get("tool_calls") else output.get("content")


def as_vector(output: JsonValue) -> object:
    """Convert an output that is a list of numbers."""
    return [float(cast("float", number)) for number in cast("Sequence[JsonValue]", output)]


def as_json(output: JsonValue) -> object:
    """Convert a structured output to JSON."""
    return encode(output).decode()
