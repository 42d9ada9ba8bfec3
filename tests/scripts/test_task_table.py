"""The task registry becomes tables of types."""

import ast

import pytest

from scripts.bundle import Json, JsonObject, bundle
from scripts.task_handles import task_handles
from scripts.task_table import Task, overload_table, task_table, tasks_of


def task(name: str, input_: str, stream: str) -> Task:
    return Task(name=name, input=input_, params="SomeParams", result="SomeResult", stream=stream)


@pytest.mark.parametrize(
    ("input_", "stream", "handle"),
    [
        ("TextInput", "none", "TextModel"),
        ("TextInput", "text", "StreamingTextModel"),
        ("TextInput", "media", "MediaStreamingTextModel"),
        ("QuestionMediaInput", "none", "QuestionMediaModel"),
    ],
)
def test_handle_follows_input_and_stream(input_: str, stream: str, handle: str) -> None:
    assert task("some-task", input_, stream).handle == handle


def test_first_input_decides() -> None:
    row: JsonObject = {"inputs": ["MediaInput", "TextInput"], "params": "P", "result": "R", "stream": "none"}

    [found] = tasks_of({"x-bytez-tasks": {"some-task": row}})

    assert found == Task(name="some-task", input="MediaInput", params="P", result="R", stream="none")


@pytest.mark.parametrize("inputs", [[], "TextInput"])
def test_task_without_input_is_refused(inputs: Json) -> None:
    with pytest.raises(ValueError, match="some-task: inputs must contain at least one input shape"):
        tasks_of({"x-bytez-tasks": {"some-task": {"inputs": inputs}}})


def test_tables_are_python_with_a_row_per_task() -> None:
    tasks = tasks_of(bundle())

    table, overloads, handles = task_table(tasks), overload_table(tasks), task_handles(tasks)

    assert ast.parse(table)
    assert ast.parse(overloads)
    assert ast.parse(handles)
    for each in tasks:
        assert table.count(f'"{each.name}"') == 1
        assert overloads.count(f'Literal["{each.name}"]') == 1
        assert handles.count(f'"{each.name}": (Async{each.handle}, results.{each.result})') == 1
