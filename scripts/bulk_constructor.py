"""Generates the constructor of `bytezkit.bulk.RunBatch`, whose arguments depend on the task."""

from typing import Final

from scripts.input_shapes import INPUT_SHAPES
from scripts.task_table import Task, Variant

# Of the names of arguments, for the names of classes.
_WORDS: Final = {"candidate_labels": "Labels"}
# A list in place of the name of a column is the same for all rows.
_COLUMN_TYPES: Final = {"candidate_labels": "str | Sequence[str]"}


def bulk_constructor(tasks: list[Task]) -> str:
    """Return the source of `bytezkit/_bulk/constructor.py`."""
    params = ", ".join(sorted({form.params for task in tasks for form in task.forms}))
    inputs = {task.name: _inputs(task) for task in tasks}
    several = {_class_name(names): names for it in inputs.values() for names in it if len(names) > 1}
    rows = [f"    {name!r}: {names!r}," for name, names in inputs.items()]
    overloads = "\n\n".join(_overload(task, form, inputs[task.name]) for task in tasks for form in task.forms)
    return f'''"""Constructor of `RunBatch`: the columns and parameters of each task."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, Unpack, overload

from typing_extensions import TypedDict

from bytezkit._bulk.options import RunBatchOptions

if TYPE_CHECKING:
    from bytezkit_models.inputs import {params}

{"".join(_columns(name, several[name]) for name in sorted(several))}

# Of each task the combinations of arguments of a run, for which a batch has columns.
ARGUMENTS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {{
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
        variant: str | None = None,
        input: str | Mapping[str, object] | None = None,
        params: Mapping[str, object] | None = None,
        **options: Unpack[RunBatchOptions],
    ) -> None:
        self._set_up(model, task, variant, input, params, options)

    @abstractmethod
    def _set_up(
        self,
        model: str,
        task: str,
        variant: str | None,
        input: str | Mapping[str, object] | None,
        params: Mapping[str, object] | None,
        options: RunBatchOptions,
    ) -> None: ...
'''


def _inputs(task: Task) -> tuple[tuple[str, ...], ...]:
    """Return the combinations of arguments. A single argument of any name is a column."""
    shape = INPUT_SHAPES[task.shape]
    combinations = [tuple(it.name for it in arguments) for arguments in shape.overloads or (shape.arguments,)]
    # A text or a conversation is in one column.
    return tuple({len(names): names for names in reversed(combinations)}.values())


def _class_name(names: tuple[str, ...]) -> str:
    return "".join([*(_WORDS.get(name, name.title()) for name in names), "Columns"])


def _columns(name: str, arguments: tuple[str, ...]) -> str:
    members = "\n".join(f"    {it}: {_COLUMN_TYPES.get(it, 'str')}" for it in arguments)
    labels = "; or a list of labels, the same for all rows" if "candidate_labels" in arguments else ""
    return f'''
class {name}(TypedDict):
    """Names of the columns by argument{labels}."""

{members}

'''


def _overload(task: Task, form: Task | Variant, inputs: tuple[tuple[str, ...], ...]) -> str:
    types = " | ".join("str" if len(names) == 1 else _class_name(names) for names in inputs if names)
    columns = f"input: {types}, " if types else ""
    variant = "None = None" if form is task else f'Literal["{form.name}"]'
    return f'''    @overload
    def __init__(
        self, model: str, *, task: Literal["{task.name}"], variant: {variant}, {columns}
        params: "{form.params} | None" = None, **options: Unpack[RunBatchOptions],
    ) -> None: ...'''
