"""Public annotations, which programs such as dependency injectors evaluate at run time."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from pydantic import TypeAdapter, ValidationError

import bytezkit
import bytezkit.compat
import bytezkit.testing
import bytezkit_emulator
from bytezkit.types import ChatMessage
from scripts.paths import ROOT

MODULES = (
    bytezkit,
    bytezkit.compat,
    bytezkit.errors,
    bytezkit.handles,
    bytezkit.testing,
    bytezkit.types,
    bytezkit_emulator,
)


def public_objects(module: ModuleType) -> Iterator[Any]:
    names: list[str] = vars(module)["__all__"]
    for name in names:
        value = getattr(module, name)
        # Results of some tasks are aliases of built-in types.
        if not str(getattr(value, "__module__", "")).startswith("bytezkit"):
            continue
        if inspect.isfunction(value) or inspect.isclass(value):
            yield value
        if inspect.isclass(value):
            for member in ("__init__", *(name for name in dir(value) if not name.startswith("_"))):
                function = inspect.getattr_static(value, member)
                function = getattr(function, "fget", getattr(function, "__func__", function))
                is_ours = str(getattr(function, "__module__", "")).startswith("bytezkit")
                if inspect.isfunction(function) and is_ours:
                    yield function


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_signatures_and_type_hints_of_public_objects_can_be_evaluated(module: ModuleType) -> None:
    for value in public_objects(module):
        get_type_hints(value)
        # Python has no signature for exceptions without a constructor of their own, and for TypedDicts.
        if not (inspect.isclass(value) and issubclass(value, (Exception, dict))):
            inspect.signature(value, eval_str=True)


def annotated_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    arguments = function.args
    annotations = [
        argument.annotation for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    ]
    for annotation in (*annotations, function.returns):
        if annotation is not None:
            yield from (node.id for node in ast.walk(annotation) if isinstance(node, ast.Name))


@pytest.mark.parametrize("package", ["overlay/bytezkit", "emulator/bytezkit_emulator"])
def test_no_annotation_names_a_method_of_its_own_class(package: str) -> None:
    # From Python 3.14 on, annotations are evaluated in the scope of the class, where the name is the method.
    found = [
        f"{path.relative_to(ROOT)}:{function.lineno}: {name}"
        for path in sorted(Path(ROOT, package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for methods in [[m for m in node.body if isinstance(m, (ast.FunctionDef, ast.AsyncFunctionDef))]]
        for function in methods
        for name in annotated_names(function)
        if name in {method.name for method in methods}
    ]
    assert found == []


def test_pydantic_validates_typed_dicts_of_inputs() -> None:
    messages = [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    assert TypeAdapter(list[ChatMessage]).validate_python(messages) == messages
    with pytest.raises(ValidationError, match="role"):
        TypeAdapter(list[ChatMessage]).validate_python([{"content": "Hi"}])
