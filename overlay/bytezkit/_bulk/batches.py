"""Batches of data engines: their columns as lists, and copies of them with more columns."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from importlib import import_module
from types import ModuleType
from typing import Any, TypeAlias, cast

from typing_extensions import override


class ColumnType(Enum):
    """Type of a column that is added to a batch. The value is its name in the DDL of Spark."""

    TEXT = "string"
    VECTOR = "array<double>"
    FLAG = "boolean"
    # 14 digits before the point: the client reads costs up to a trillion.
    COST = "decimal(38,24)"


# Types by name of the column.
ColumnTypes: TypeAlias = Mapping[str, ColumnType]


def arrow_fields(types: ColumnTypes) -> list[Any]:
    """Return a field of pyarrow for each column.

    Raises:
        ImportError: pyarrow is not installed.
    """
    try:
        pa: Any = import_module("pyarrow")
    except ImportError:
        raise ImportError("the columns have types of Arrow: install pyarrow") from None
    arrow_types = {
        ColumnType.TEXT: pa.string(),
        ColumnType.VECTOR: pa.list_(pa.float64()),
        ColumnType.FLAG: pa.bool_(),
        ColumnType.COST: pa.decimal128(38, 24),
    }
    return [pa.field(name, arrow_types[kind]) for name, kind in types.items()]


class Batch(ABC):
    """Rows with named columns."""

    @property
    @abstractmethod
    def names(self) -> Iterable[str]:
        """Names of the columns."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Number of rows."""

    @abstractmethod
    def _values(self, name: str) -> list[object]: ...

    def values(self, name: str) -> list[object]:
        """Return the values of a column, with None for nulls of pandas.

        Raises:
            ValueError: There is no such column.
        """
        if name not in self.names:
            names = ", ".join(map(repr, self.names))
            raise ValueError(f"the batch has no column {name!r}; its columns are {names or '(none)'}")
        return self._values(name)

    @abstractmethod
    def with_columns(self, types: ColumnTypes, columns: Sequence[list[object]]) -> object:
        """Return a batch of the same kind with more columns.

        Args:
            types: Names and types of the columns.
            columns: Their values.
        """


def as_batch(batch: object) -> Batch:
    """Recognize a batch, without importing any package.

    Raises:
        TypeError: It is of no supported kind.
    """
    pa, pd, pl = map(_loaded, ("pyarrow", "pandas", "polars"))
    if pa is not None and isinstance(batch, (pa.Table, pa.RecordBatch)):
        return _ArrowBatch(batch)
    if pd is not None and isinstance(batch, pd.DataFrame):
        return _PandasFrame(batch)
    if pl is not None and isinstance(batch, pl.DataFrame):
        return _PolarsFrame(batch)
    if isinstance(batch, Mapping):
        return _Columns(cast("Mapping[str, object]", batch))
    kind: type[object] = type(batch)
    if isinstance(batch, list) and all(isinstance(row, Mapping) for row in cast("list[object]", batch)):
        return _Rows(cast("list[Mapping[str, object]]", batch))
    raise TypeError(
        "a batch must be a Table or RecordBatch of pyarrow, a DataFrame of pandas or Polars, a mapping of "
        f"columns or a list of mappings, not {kind.__module__}.{kind.__qualname__}"
    )


def _loaded(package: str) -> ModuleType | None:
    """Return a package if it is loaded: only then can an object be of one of its types."""
    return sys.modules.get(package)


class _ArrowBatch(Batch):
    def __init__(self, batch: Any) -> None:
        self._batch = batch

    @property
    @override
    def names(self) -> Iterable[str]:
        return cast("list[str]", self._batch.schema.names)

    @property
    @override
    def size(self) -> int:
        return cast("int", self._batch.num_rows)

    @override
    def _values(self, name: str) -> list[object]:
        return cast("list[object]", self._batch.column(name).to_pylist())

    @override
    def with_columns(self, types: ColumnTypes, columns: Sequence[list[object]]) -> object:
        pa: Any = import_module("pyarrow")
        schema, fields = self._batch.schema, arrow_fields(types)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, fields, strict=True)]
        for field in fields:
            schema = schema.append(field)
        kind = pa.Table if isinstance(self._batch, pa.Table) else pa.RecordBatch
        return kind.from_arrays([*self._batch.columns, *arrays], schema=schema)


class _PandasFrame(Batch):
    def __init__(self, frame: Any) -> None:
        self._frame = frame

    @property
    @override
    def names(self) -> Iterable[str]:
        return cast("list[str]", self._frame.columns.tolist())

    @property
    @override
    def size(self) -> int:
        return len(self._frame)

    @override
    def _values(self, name: str) -> list[object]:
        series = self._frame[name]
        return cast("list[object]", series.astype(object).where(series.notna(), None).tolist())

    @override
    def with_columns(self, types: ColumnTypes, columns: Sequence[list[object]]) -> object:
        fields = arrow_fields(types)
        pa: Any = import_module("pyarrow")
        pd: Any = import_module("pandas")
        arrays = {
            field.name: pd.arrays.ArrowExtensionArray(pa.array(values, field.type))
            for values, field in zip(columns, fields, strict=True)
        }
        return self._frame.assign(**arrays)


class _PolarsFrame(Batch):
    def __init__(self, frame: Any) -> None:
        self._frame = frame

    @property
    @override
    def names(self) -> Iterable[str]:
        return cast("list[str]", self._frame.columns)

    @property
    @override
    def size(self) -> int:
        return cast("int", self._frame.height)

    @override
    def _values(self, name: str) -> list[object]:
        return cast("list[object]", self._frame[name].to_list())

    @override
    def with_columns(self, types: ColumnTypes, columns: Sequence[list[object]]) -> object:
        pl: Any = import_module("polars")
        polars_types = {
            ColumnType.TEXT: pl.String,
            ColumnType.VECTOR: pl.List(pl.Float64),
            ColumnType.FLAG: pl.Boolean,
            ColumnType.COST: pl.Decimal(38, 24),
        }
        return self._frame.with_columns(
            pl.Series(name, values, polars_types[kind])
            for (name, kind), values in zip(types.items(), columns, strict=True)
        )


class _Columns(Batch):
    """Lists or arrays by name."""

    def __init__(self, batch: Mapping[str, object]) -> None:
        self._batch = batch

    @property
    @override
    def names(self) -> Iterable[str]:
        return self._batch.keys()

    @property
    @override
    def size(self) -> int:
        return next((len(cast("list[object]", column)) for column in self._batch.values()), 0)

    @override
    def _values(self, name: str) -> list[object]:
        column: Any = self._batch[name]
        # pyarrow, Polars and numpy.
        for method in ("to_pylist", "to_list", "tolist"):
            if hasattr(column, method):
                return cast("list[object]", getattr(column, method)())
        return [*column]

    @override
    def with_columns(self, types: ColumnTypes, columns: Sequence[list[object]]) -> object:
        np = _loaded("numpy")
        if np is None or not any(isinstance(column, np.ndarray) for column in self._batch.values()):
            return {**self._batch, **dict(zip(types, columns, strict=True))}
        arrays: dict[str, object] = {}
        for name, values in zip(types, columns, strict=True):
            # numpy would make a matrix of vectors of one length.
            array = np.empty(len(values), object)
            array[:] = values
            arrays[name] = array
        return {**self._batch, **arrays}


class _Rows(Batch):
    def __init__(self, rows: list[Mapping[str, object]]) -> None:
        self._rows = rows

    @property
    @override
    def names(self) -> Iterable[str]:
        return dict.fromkeys(name for row in self._rows for name in row)

    @property
    @override
    def size(self) -> int:
        return len(self._rows)

    @override
    def values(self, name: str) -> list[object]:
        for number, row in enumerate(self._rows):
            if name not in row:
                raise ValueError(f"row {number} has no member {name!r}")
        return self._values(name)

    @override
    def _values(self, name: str) -> list[object]:
        return [row[name] for row in self._rows]

    @override
    def with_columns(self, types: ColumnTypes, columns: Sequence[list[object]]) -> object:
        added = zip(*columns, strict=True)
        return [
            {**row, **dict(zip(types, new, strict=True))} for row, new in zip(self._rows, added, strict=True)
        ]
