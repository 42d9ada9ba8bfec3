"""Invalid transitions of the state machines."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from bytezkit_emulator import Settings
from bytezkit_emulator._model.instance import Instance, InstanceState
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.model_job import ModelJob
from bytezkit_emulator._time.scheduler import START, Scheduler

SCHEDULER: Final = Scheduler("manual", 1)
LOAD: Final[Any] = {
    "concurrency": 1,
    "period": 1,
    "starting_status": "DEPLOYING",
    "scheduler": SCHEDULER,
    "settings": Settings(),
    "on_stop": lambda: None,
}


@pytest.mark.parametrize(
    ("enter", "count", "message"),
    [
        (lambda: Instance(START).enter(InstanceState.BUSY, START), 1, "cannot go from BOOTING to BUSY"),
        (LoadedModel("org/name", **LOAD).stop, 2, "cannot go from STOPPED to STOPPED"),
        (ModelJob(SCHEDULER, Settings(), lambda: None).queue, 2, "cannot go from QUEUED to QUEUED"),
    ],
)
def test_invalid_transition_raises(enter: Callable[[], object], count: int, message: str) -> None:
    for _ in range(count - 1):
        enter()
    with pytest.raises(RuntimeError, match=message):
        enter()
