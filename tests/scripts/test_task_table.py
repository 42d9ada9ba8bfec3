"""Generated tables of the tasks."""

import ast

import pytest

from scripts.bundle import Json, JsonObject, bundle
from scripts.task_handles import task_handles
from scripts.task_table import overload_table, task_table, tasks_of


@pytest.mark.parametrize(
    ("inputs", "stream", "handle"),
    [
        (["TextInput"], "none", "TextModel"),
        (["TextInput", "MediaInput"], "text", "StreamingTextModel"),
        (["TextInput"], "media", "MediaStreamingTextModel"),
        (["QuestionMediaInput", "TextInput"], "none", "QuestionMediaModel"),
    ],
)
def test_handle_follows_first_input_and_stream(inputs: list[Json], stream: str, handle: str) -> None:
    row: JsonObject = {"inputs": inputs, "params": "P", "result": "R", "stream": stream}

    [task] = tasks_of({"x-bytez-tasks": {"some-task": row}})

    assert (task.name, task.params, task.result, task.handle) == ("some-task", "P", "R", handle)


@pytest.mark.parametrize("inputs", [[], "TextInput"])
def test_task_without_input_is_rejected(inputs: Json) -> None:
    with pytest.raises(ValueError, match="some-task: inputs must contain at least one input shape"):
        tasks_of({"x-bytez-tasks": {"some-task": {"inputs": inputs}}})


def test_tables_are_python_with_one_row_per_task() -> None:
    tasks = tasks_of(bundle())

    table, overloads, handles = task_table(tasks), overload_table(tasks), task_handles(tasks)

    assert all(ast.parse(source) for source in (table, overloads, handles))
    for each in tasks:
        assert table.count(f'"{each.name}"') == 1
        assert overloads.count(f'Literal["{each.name}"]') == 1
        assert handles.count(f'"{each.name}": (Async{each.handle}, results.{each.result})') == 1
