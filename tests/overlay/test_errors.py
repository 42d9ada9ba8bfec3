"""The errors form one tree, tell their request and survive being pickled."""

import copy
import inspect
import pickle
from datetime import timedelta

import pytest

from bytezkit import errors
from bytezkit.errors import BytezError, StatusError

CLASSES = [getattr(errors, name) for name in errors.__all__]
ATTRIBUTES = {
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


def drawn() -> dict[str, str]:
    """Return each class of the module's drawing with its parent."""
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


def test_the_drawing_shows_the_tree_as_it_is() -> None:
    assert drawn() == {cls.__name__: cls.__bases__[0].__name__ for cls in CLASSES if cls is not BytezError}


def test_every_class_is_listed_in_order() -> None:
    defined = [
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, BytezError)
    ]
    assert errors.__all__ == sorted(defined)


def test_every_status_has_an_error_that_names_it() -> None:
    for status, cls in errors.STATUS_ERRORS.items():
        assert issubclass(cls, StatusError)
        assert cls.__doc__ is not None
        assert cls.__doc__.startswith(f"{status}: ")


@pytest.mark.parametrize(
    ("cls", "builtin"),
    [
        (errors.ConfigurationError, ValueError),
        (errors.DeadlineExceededError, TimeoutError),
        (errors.StreamIdleTimeoutError, TimeoutError),
        (errors.WaitTimeoutError, TimeoutError),
    ],
)
def test_some_errors_are_builtin_ones_too(cls: type[BytezError], builtin: type[Exception]) -> None:
    assert issubclass(cls, builtin)


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_every_error_can_be_pickled_and_copied_with_all_that_it_holds(
    cls: type[BytezError], again: object
) -> None:
    assert callable(again)
    error = cls("slow down", **ATTRIBUTES)  # type: ignore[arg-type]
    error.add_note("seen in test")
    twin = again(error)
    assert type(twin) is cls
    assert twin.args == error.args
    assert vars(twin) == vars(error) == {**ATTRIBUTES, "__notes__": ["seen in test"]}
    assert str(twin) == str(error) == "slow down (POST https://a.example/models/v2/a/b)"


@pytest.mark.parametrize("cls", CLASSES)
def test_an_error_without_a_request_is_its_message_alone(cls: type[BytezError]) -> None:
    error = cls("slow down")
    assert str(error) == error.message == "slow down"
    assert (error.attempts, error.method, error.retry_after) == (0, None, None)
