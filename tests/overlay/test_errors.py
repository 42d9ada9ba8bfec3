"""Tree, attributes and copies of the exceptions."""

import copy
import inspect
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bytezkit import errors
from bytezkit.errors import BytezError, StatusError

CLASSES = [getattr(errors, name) for name in errors.__all__]
ATTRIBUTES: dict[str, Any] = {
    "method": "POST",
    "url": "https://a.example/models/v2/a/b",
    "path": "/models/v2/a/b",
    "status": 429,
    "headers": {"content-type": "text/plain"},
    "body_excerpt": "slow",
    "request_id": "r-1",
    "attempts": 3,
    "retry_after": timedelta(seconds=7),
    "last_status": "booting instance",
}


def documented_parents() -> dict[str, str]:
    """Return the parent of each class in the tree of the module's docstring."""
    parents: dict[str, str] = {}
    branch: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        name = next((word for word in line.split() if word.endswith("Error")), None)
        if name is None or not (line.strip() == name or "── " in line):
            continue
        depth = (line.index(name) - 4) // 4
        branch[depth:] = [name]
        if depth:
            parents[name] = branch[depth - 1]
    return parents


def test_docstring_shows_the_tree_of_all_classes() -> None:
    parents = {cls.__name__: cls.__bases__[0].__name__ for cls in CLASSES if cls is not BytezError}
    assert documented_parents() == parents
    classes = inspect.getmembers(errors, inspect.isclass)
    assert errors.__all__ == [name for name, value in classes if issubclass(value, BytezError)]


def test_status_errors_are_documented_with_their_status() -> None:
    for status, cls in errors.STATUS_ERRORS.items():
        assert issubclass(cls, StatusError)
        assert (cls.__doc__ or "").startswith(f"{status}: ")


def test_some_errors_are_builtin_errors() -> None:
    assert issubclass(errors.ConfigurationError, ValueError)
    for cls in (errors.DeadlineExceededError, errors.StreamIdleTimeoutError, errors.WaitTimeoutError):
        assert issubclass(cls, TimeoutError)


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("clone", [lambda it: pickle.loads(pickle.dumps(it)), copy.copy, copy.deepcopy])
def test_copied_error_has_all_attributes(cls: type[BytezError], clone: Callable[[Any], Any]) -> None:
    error = cls("slow down", **ATTRIBUTES)
    error.add_note("seen in test")
    copied = clone(error)
    assert type(copied) is cls
    assert copied.args == error.args
    assert vars(copied) == vars(error) == {**ATTRIBUTES, "__notes__": ["seen in test"]}
    body = "; text/plain: 'slow'" if cls is errors.DecodeError else ""
    assert str(copied) == str(error) == f"slow down{body} (POST https://a.example/models/v2/a/b)"


def test_text_of_an_error_without_request_is_its_message() -> None:
    error = BytezError("slow down")
    assert str(error) == error.message == "slow down"
    assert (error.attempts, error.method, error.retry_after) == (0, None, None)
