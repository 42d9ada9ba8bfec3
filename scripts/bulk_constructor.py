"""Generates the constructor of `bytezkit.bulk.RunBatch`, whose arguments depend on the task."""

from typing import Final

from scripts.input_shapes import INPUT_SHAPES, InputShape
from scripts.task_table import Task

# A list in place of the name of a column is the same for all rows.
_COLUMN_TYPES: Final = {"candidate_labels": "str | Sequence[str]"}


def bulk_constructor(tasks: list[Task]) -> str:
    """Return the source of `bytezkit/_bulk/constructor.py`."""
    params = ", ".join(sorted({task.params for task in tasks}))
    shapes = {task.name: task.input.removesuffix("Input") for task in tasks}
    dictionaries = [
        _column_names(name, INPUT_SHAPES[name])
        for name in sorted({*shapes.values()})
        if len(INPUT_SHAPES[name].arguments) > 1
    ]
    rows = [f"    {name!r}: {_arguments(INPUT_SHAPES[shape])!r}," for name, shape in shapes.items()]
    overloads = "\n\n".join(_overload(task, shapes[task.name]) for task in tasks)
    return f'''"""Constructor of `RunBatch`: the columns and parameters of each task."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, Unpack, overload

from typing_extensions import TypedDict

from bytezkit._bulk.options import RunBatchOptions

if TYPE_CHECKING:
    from bytezkit_models.inputs import {params}

{"".join(dictionaries)}

# Arguments of a run of each task, for which a batch has columns.
ARGUMENTS: Final[Mapping[str, tuple[str, ...]]] = {{
{chr(10).join(rows)}
}}


class RunBatchConstructor(ABC):
    """Base class of `RunBatch` with the overloads of its constructor."""

{overloads}

    def __init__(
        self,
        model: str,
        *,
        task: str,
        input: str | Mapping[str, object] | None = None,
        params: Mapping[str, object] | None = None,
        **options: Unpack[RunBatchOptions],
    ) -> None:
        self._set_up(model, task, input, params, options)

    @abstractmethod
    def _set_up(
        self,
        model: str,
        task: str,
        input: str | Mapping[str, object] | None,
        params: Mapping[str, object] | None,
        options: RunBatchOptions,
    ) -> None: ...
'''


def _arguments(shape: InputShape) -> tuple[str, ...]:
    return tuple(argument.name for argument in shape.arguments)


def _column_names(name: str, shape: InputShape) -> str:
    members = "\n".join(f"    {it}: {_COLUMN_TYPES.get(it, 'str')}" for it in _arguments(shape))
    labels = "; or a list of labels, the same for all rows" if name.startswith("Labels") else ""
    return f'''
class {name}Columns(TypedDict):
    """Names of the columns for {shape.phrase}{labels}."""

{members}

'''


def _overload(task: Task, shape: str) -> str:
    match len(INPUT_SHAPES[shape].arguments):
        case 0:
            column = ""
        case 1:
            column = "input: str, "
        case _:
            column = f"input: {shape}Columns, "
    return f'''    @overload
    def __init__(
        self, model: str, *, task: Literal["{task.name}"], {column}params: "{task.params} | None" = None,
        **options: Unpack[RunBatchOptions],
    ) -> None: ...'''
