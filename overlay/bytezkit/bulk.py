"""Run a model on the rows of data engines: Ray Data, Dask, Spark, Hugging Face datasets, pandas and Polars.

    from bytezkit.bulk import RunBatch

    run = RunBatch(
        "nomic-ai/nomic-embed-text-v1.5",
        task="feature-extraction",
        input="text",
        output="vector",
    )
    frame = frame.pipe(run)

The engine distributes the batches; `RunBatch` sends the rows of each. pyarrow, pandas and Polars are used if
batches are of their types, and are no dependencies of this package.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Final, Protocol, TypeVar, cast, overload

from typing_extensions import override

from bytezkit._api.task_handles import HANDLES, VARIANTS
from bytezkit._bulk import stream
from bytezkit._bulk.answers import answers_in
from bytezkit._bulk.batches import ColumnType, ColumnTypes, arrow_fields
from bytezkit._bulk.clients import client_of_process
from bytezkit._bulk.constructor import (
    ARGUMENTS,
    MediaLabelsColumns,
    MediaLabelsTextColumns,
    MediaQuestionColumns,
    QuestionContextColumns,
    RunBatchConstructor,
    TextLabelsColumns,
    TextMediaColumns,
)
from bytezkit._bulk.options import RunBatchOptions
from bytezkit._core.json import decode, encode
from bytezkit._core.model_id import check_task, check_variant, parse_model_id
from bytezkit._map.driver import Outcomes
from bytezkit._map.outcomes import Outcome
from bytezkit_models.json_value import JsonValue
from bytezkit_models.reprs import object_repr
from bytezkit_models.results import AssistantMessage

__all__ = [
    "Frame",
    "MediaLabelsColumns",
    "MediaLabelsTextColumns",
    "MediaQuestionColumns",
    "QuestionContextColumns",
    "RunBatch",
    "RunBatchOptions",
    "TextLabelsColumns",
    "TextMediaColumns",
]


class Frame(Protocol):
    """A Table or RecordBatch of pyarrow, or a DataFrame of pandas or Polars."""

    @property
    def columns(self) -> object:
        """The columns."""
        ...


FrameT = TypeVar("FrameT", bound=Frame)

_TEXT_OUTPUTS: Final = (str, AssistantMessage)
_VECTOR: Final = list[float]


class RunBatch(RunBatchConstructor):
    """Runs a model on each row of a batch, and adds the outcome as columns.

    An object can be pickled and called by several threads. The columns have the same names and types whatever
    the batch contains:

    - `output`: text, and the URL of media, as string; a vector as list of float64; another result
      and a message that calls tools as JSON.
    - `output_error`: class and message of the error, or null.
    - `output_may_be_charged`: whether the row may have been charged: True for an answer, and for an error as
      `BytezError.may_be_charged`.
    - `output_cost`: cost in US dollars, as decimal with 24 places.
    - `output_request_id`: id of the request at the service.

    A row with a null (None, NaN) in a column of the input is not sent; its added columns are null.

    The keyword arguments after `params` are those of `RunBatchOptions`.

    Args:
        model: `organization/name`.
        task: Task of the model.
        variant: Form of the output that depends on an argument or on the model, as for `Bytez.model`. In the
            column it is JSON. Default: the ordinary form.
        input: Name of the column of the input: texts, conversations or media, as for `run` of the handle.
            Media are bytes, URLs or the pictures and sounds of Hugging Face datasets. For
            more than one argument of `run`, a mapping with the name of a column for each; in place of the
            column of `candidate_labels`, a list of labels for all rows.
        params: Documented parameters of the task.
        output: Name of the column of outputs, and prefix of the other added columns. Default: `output`.
        extra_params: Other parameters of the model.
        concurrency: Maximum number of concurrent requests of a call, as for `map`. Default: 8.
        answers: Folder that all workers can access. Each process appends the answers that it receives to a
            file of its own, in the format of `bytezkit batch`, and reads those of the others at the start of
            each call: an answered row is not sent again. Needs `row_id` or `share_equal_rows`. Default:
            answers are not kept.
        row_id: Name of the column that distinguishes rows with equal inputs, for `answers`.
        share_equal_rows: Whether rows with equal inputs share one answer in `answers`. Default: False.
        file_paths: Whether a text in a column of media that is no URL is the path of a file on the worker,
            which is sent. Default: False: such a row has an error.
        api_key: Function that returns the API key in the process of the worker, called at each call. Default:
            the environment variable `BYTEZ_KEY` of the worker.
        provider_key: As `api_key`, for the key at the provider of a closed-source model. Default: no key.

    Raises:
        TypeError: An argument has a wrong type; for example a key, which would be pickled, in place of a
            function.
        ValueError: An argument is malformed or out of range.
    """

    @override
    def _set_up(
        self,
        model: str,
        task: str,
        variant: str | None,
        input: str | Mapping[str, object] | None,
        params: Mapping[str, object] | None,
        options: RunBatchOptions,
    ) -> None:
        _check_options(options)
        self._model = str(parse_model_id(model))
        self._task = check_task(task)
        self._variant = variant
        self._params = None if params is None else dict(params)
        self._extra_params = options.get("extra_params")
        self._concurrency = options.get("concurrency", 8)
        answers = options.get("answers")
        self._answers = None if answers is None else os.path.abspath(answers)  # noqa: PTH100 - of an object that pickles
        self._api_key = options.get("api_key")
        self._provider_key = options.get("provider_key")
        identity = [self._model, self._task, self._params, self._extra_params]
        # The digests of rows without a variant stay those of earlier versions.
        identity += [] if variant is None else [variant]
        kind, convert = _output_of(self._task, variant)
        self._plan = stream.Plan(
            # What is not JSON is refused here, and not at each row.
            identity=decode(encode(identity), list[object]),
            columns=_columns(self._task, input),
            types=_column_types(options.get("output", "output"), kind),
            convert=convert,
            row_id=options.get("row_id"),
            file_paths=options.get("file_paths", False),
        )

    def __repr__(self) -> str:
        # A traceback with local variables also prints an object whose constructor failed.
        labels = (self._model, f"task={self._task}") if hasattr(self, "_task") else ("(not set up)",)
        return object_repr(self, *labels)

    @overload
    def __call__(self, batch: Iterator[FrameT]) -> Iterator[FrameT]: ...

    @overload
    def __call__(self, batch: FrameT) -> FrameT: ...

    @overload
    def __call__(self, batch: Mapping[str, object]) -> dict[str, object]: ...

    @overload
    def __call__(self, batch: Sequence[Mapping[str, object]]) -> list[dict[str, object]]: ...

    def __call__(self, batch: object) -> object:
        """Run the model on each row, and return a batch of the same kind with the added columns.

        Args:
            batch: A Table or RecordBatch of pyarrow, a DataFrame of pandas or Polars, a mapping of columns
                (lists or arrays) or a list of mappings (rows); or an iterator of batches, over which one map
                runs, and whose batches are returned in their order. The columns of lists and of mappings have
                no types beside those of their values; those of pandas have types of Arrow, and need pyarrow.

        Raises:
            AuthenticationError: The service rejects the key (401).
            PaymentRequiredError: The account has no credits (402).
            ConfigurationError: The API key is missing, or an environment variable is wrong.
            TypeError: The batch is of no supported kind.
            ValueError: The batch lacks a column, or has a column with the name of an added one.
            OSError: An answer cannot be read or written.
        """
        if isinstance(batch, Iterator):
            return self._run(cast("Iterator[object]", batch))
        [result] = self._run(iter([batch]))
        return result

    @property
    def ddl(self) -> str:
        """The added columns in the DDL of Spark, such as ``` `output` string, `output_error` string```."""
        names = {name.replace("`", "``"): kind for name, kind in self._plan.types.items()}
        return ", ".join(f"`{name}` {kind.value}" for name, kind in names.items())

    @property
    def schema(self) -> object:
        """The added columns as a `pyarrow.Schema`.

        Raises:
            ImportError: pyarrow is not installed.
        """
        fields = arrow_fields(self._plan.types)
        pa: Any = import_module("pyarrow")
        return pa.schema(fields)

    def meta(self, frame: Frame) -> object:
        """Return an empty DataFrame of pandas with the columns of a frame and the added ones, as Dask needs.

        Args:
            frame: A DataFrame of Dask or pandas. Only its names and types are read.

        Raises:
            ImportError: pandas or pyarrow is not installed.
        """
        pd: Any = import_module("pandas")
        source: Any = frame
        index = pd.Index([], dtype=source.index.dtype, name=source.index.name)
        columns = {name: pd.Series(dtype=dtype, index=index) for name, dtype in source.dtypes.items()}
        empty: object = pd.DataFrame(columns, index=index)
        return next(self._run(iter([empty])))

    def _run(self, batches: Iterator[object]) -> Iterator[object]:
        answers = None if self._answers is None else answers_in(self._answers)
        if answers is not None:
            answers.refresh()
        with client_of_process(self._api_key) as client:
            # The overloads of `model` want the task as a literal.
            model = cast("Callable[..., Any]", client.model)(
                self._model, task=self._task, variant=self._variant
            )
            if self._provider_key is not None:
                model = model.with_options(provider_key=self._provider_key())

            def start_map(
                inputs: Iterator[Any], on_outcome: Callable[[Outcome[Any, object]], object]
            ) -> Outcomes[Any, object]:
                return cast(
                    "Outcomes[Any, object]",
                    model.map(
                        inputs,
                        concurrency=self._concurrency,
                        ordered=False,
                        on_outcome=on_outcome,
                        params=self._params,
                        extra_params=self._extra_params,
                    ),
                )

            yield from stream.BatchStream(self._plan, batches, answers).run(start_map)


def _check_options(options: RunBatchOptions) -> None:
    unknown = sorted(options.keys() - RunBatchOptions.__annotations__.keys())
    if unknown:
        raise TypeError(f"RunBatch() has no argument {unknown[0]!r}; parameters of the model go into params=")
    for name in ("api_key", "provider_key"):
        function = options.get(name)
        if function is not None and not callable(function):
            # A traceback with local variables must not show the key.
            del options[name], function
            raise TypeError(
                f"{name} must be a function that returns the key in the worker: a key would be pickled"
            )
    concurrency = options.get("concurrency", 8)
    # `bool` is an `int`: True would pass as a concurrency of 1.
    if type(concurrency) is not int or concurrency < 1:
        raise ValueError(f"concurrency must be an integer of 1 or more, not {concurrency!r}")
    shares = bool(options.get("share_equal_rows"))
    distinguishes = options.get("row_id") is not None
    if options.get("answers") is None:
        if shares or distinguishes:
            raise ValueError("row_id and share_equal_rows are for answers: pass answers= too")
    elif shares == distinguishes:
        raise ValueError(
            "answers needs either row_id, a column that distinguishes equal rows, or share_equal_rows=True"
        )


def _columns(task: str, input: str | Mapping[str, object] | None) -> dict[str, str | Sequence[str]]:
    """Return the column, or the labels of all rows, of each argument."""
    given: Mapping[str, object] = input if isinstance(input, Mapping) else {}
    for arguments in ARGUMENTS[task]:
        if len(arguments) == 1 and isinstance(input, str):
            return {arguments[0]: input}
        if given.keys() == {*arguments} and (len(arguments) > 1 or input is None):
            return {name: _column(name, given[name]) for name in arguments}
    wanted = " or ".join(_wanted(arguments) for arguments in ARGUMENTS[task])
    raise TypeError(f"the task {task} takes {wanted}, not {input!r:.80}")


def _wanted(arguments: tuple[str, ...]) -> str:
    if len(arguments) > 1:
        return f"input={{{', '.join(f'{name!r}: ...' for name in arguments)}}}"
    return "the name of one column as input" if arguments else "no input"


def _column(name: str, column: object) -> str | Sequence[str]:
    if isinstance(column, str):
        return column
    if name == "candidate_labels" and isinstance(column, (list, tuple)):
        return [*cast("Sequence[str]", column)]
    raise TypeError(f"input: {name} must be the name of a column, not {type(column).__name__}")


def _output_of(task: str, variant: str | None) -> tuple[ColumnType, Callable[[JsonValue], object]]:
    output = HANDLES[task][1] if variant is None else check_variant(task, variant, VARIANTS)[0]
    if output in _TEXT_OUTPUTS:
        return ColumnType.TEXT, stream.as_text
    return (ColumnType.VECTOR, stream.as_vector) if output == _VECTOR else (ColumnType.TEXT, stream.as_json)


def _column_types(output: str, kind: ColumnType) -> ColumnTypes:
    if not isinstance(output, str) or not output:
        raise TypeError(f"output must be the name of a column, not {output!r:.80}")
    return {
        output: kind,
        f"{output}_error": ColumnType.TEXT,
        f"{output}_may_be_charged": ColumnType.FLAG,
        f"{output}_cost": ColumnType.COST,
        f"{output}_request_id": ColumnType.TEXT,
    }
