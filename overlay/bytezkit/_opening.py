"""Choosing the handle for a model and its task."""

from importlib import import_module

from bytezkit._api import runs
from bytezkit._session import AsyncSession, Session
from bytezkit_models.tasks import TASKS


def open_handle(session: Session, model_id: str, task: str | None) -> object:
    return _open(session, "", model_id, task)


def _open(session: Session | AsyncSession, prefix: str, model_id: str, task: str | None) -> object:
    """Return the handle that the overload table promises.

    Args:
        session: Performs what the handle does.
        prefix: `Async` for the handles of the asynchronous client.
        model_id: `organization/name`.
        task: The model's task, or None for the untyped handle.

    Raises:
        TypeError: The id or the task is not a string.
        ValueError: The id is malformed or the task unknown.
    """
    face = "async_" if prefix else ""
    if task is None:
        handles = import_module(f"bytezkit._api.{face}handles")
        return handles.__dict__[f"{prefix}UntypedModel"](session, runs.target(model_id, object))
    if not isinstance(task, str):
        raise TypeError(f"a task is a string, not {type(task).__name__}")
    if task not in TASKS:
        raise ValueError(f"unknown task {task!r}; leave it out, or use one of {', '.join(TASKS)}")
    row = TASKS[task]
    results = import_module("bytezkit_models.results")
    target = runs.target(model_id, results.__dict__[row.result])
    task_handles = import_module(f"bytezkit._api.{face}task_handles")
    return task_handles.__dict__[f"{prefix}{row.handle}"](session, target)


def open_handle_async(session: AsyncSession, model_id: str, task: str | None) -> object:
    return _open(session, "Async", model_id, task)
