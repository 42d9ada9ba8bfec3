"""Names of arguments: open models refuse those that nothing behind them takes.

`generate` of `transformers`, most of its pipelines and the vendor's containers for language models fail on an
argument that they do not know. The names that they take beside the documented ones are in `arguments.json`.
"""

from collections.abc import Collection
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._engines import Job
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.world import World
from bytezkit_emulator._openapi.validation import located

# On the scale of `difflib`, where 1 is equal.
_SIMILARITY: Final = 0.6


class _TaskArguments(msgspec.Struct, frozen=True):
    generates: bool
    own: frozenset[str]


class _Arguments(msgspec.Struct, frozen=True):
    generate: frozenset[str]
    containers: frozenset[str]
    openai: frozenset[str]
    tasks: dict[str, _TaskArguments]

    def of_task(self, name: str) -> frozenset[str] | None:
        """Return the undocumented arguments of a task, or None if its models may take any."""
        task = self.tasks.get(name)
        if task is None:
            return None
        return task.own | self.generate | self.containers if task.generates else task.own


@cache
def _read_arguments() -> _Arguments:
    data = (files("bytezkit_emulator") / "arguments.json").read_bytes()
    return msgspec.json.decode(data, type=_Arguments)


def check_arguments(world: World, model: Model, job: Job, *, is_openai: bool = False) -> None:
    """Refuse an argument that no open model of the task takes. A live engine refuses arguments by itself.

    Args:
        world: The simulated service.
        model: The model.
        job: The job, whose documented arguments are valid.
        is_openai: Whether the request has the format of OpenAI's API, and may have its arguments too.

    Raises:
        HttpError: The name of an argument is unknown.
    """
    undocumented = [name for name in job.params if name not in job.task.arguments]
    if not undocumented or model.provider is not None:
        return
    arguments = _read_arguments()
    others = arguments.of_task(job.task.name)
    if others is None or world.is_live(job):
        return
    known = job.task.arguments | others | (arguments.openai if is_openai else frozenset[str]())
    path = () if is_openai else ("params",)
    for name in undocumented:
        if name not in known:
            reason = f"is no parameter of the task {job.task.name}{did_you_mean(name, known, _SIMILARITY)}"
            raise HttpError(422, located((*path, name), reason, "body"))


def did_you_mean(name: str, known: Collection[str], similarity: float) -> str:
    """Return the end of an error message that suggests the most similar name; empty if there is none.

    Args:
        name: The unknown name.
        known: The known names.
        similarity: Minimum similarity, on the scale of `difflib`.
    """
    # Sorted, since the first of equally similar names counts.
    similar = get_close_matches(name, sorted(known), n=1, cutoff=similarity)
    return f"; did you mean {similar[0]}?" if similar else ""
