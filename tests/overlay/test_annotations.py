"""Public annotations, which programs such as dependency injectors evaluate at run time."""

import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from pydantic import TypeAdapter, ValidationError

import bytezkit
import bytezkit.compat
import bytezkit.testing
import bytezkit_emulator
from bytezkit.types import ChatMessage

MODULES = (
    *(bytezkit, bytezkit.compat, bytezkit.errors, bytezkit.handles, bytezkit.testing, bytezkit.types),
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


def test_pydantic_validates_typed_dicts_of_inputs() -> None:
    messages = [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    assert TypeAdapter(list[ChatMessage]).validate_python(messages) == messages
    with pytest.raises(ValidationError, match="role"):
        TypeAdapter(list[ChatMessage]).validate_python([{"content": "Hi"}])
