"""Rules for the task registry."""

import re
from collections.abc import Iterator
from typing import Final

from scripts.lint.contract import Contract
from scripts.lint.finding import Problem

_STREAMS: Final = ("text", "media", "none")
_V1_MEMBERS: Final = ("output", "output_png", "output_wav", "output_mp4")
_MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")


def task_inputs(contract: Contract) -> Iterator[Problem]:
    """The input shapes of a task are branches of RunRequest: otherwise the run operation rejects them."""
    request = contract.root.at("components", "schemas", "RunRequest")
    shapes = {shape.pointer.rpartition("/")[2] for shape in request.items("oneOf")}
    for _, task in contract.tasks:
        for index, name in enumerate(task.strings("inputs")):
            if name not in shapes:
                yield f"{task.pointer}/inputs/{index}", f"{name} is not a branch of RunRequest"


def task_stream(contract: Contract) -> Iterator[Problem]:
    """A task streams text, media or nothing: client and emulator implement these three."""
    for _, task in contract.tasks:
        stream = task.value.get("stream")
        if stream not in _STREAMS:
            yield f"{task.pointer}/stream", f"expected one of {', '.join(_STREAMS)}: {stream}"


def task_model(contract: Contract) -> Iterator[Problem]:
    """A task names one of its models as `org/name`: examples and the emulator's catalog use it."""
    for _, task in contract.tasks:
        model = str(task.value.get("model"))
        if not _MODEL.fullmatch(model):
            yield f"{task.pointer}/model", f"expected org/name: {model}"


def task_v1_response(contract: Contract) -> Iterator[Problem]:
    """A v1 task names the member of its response and a schema: v1 responses differ by task."""
    schemas = contract.root.at("components", "schemas").value
    for entry in contract.v1_entries:
        if entry.value.get("member") not in _V1_MEMBERS:
            yield f"{entry.pointer}/member", f"expected one of {', '.join(_V1_MEMBERS)}"
        if entry.value.get("result") not in schemas:
            yield f"{entry.pointer}/result", f"{entry.value.get('result')} is not a schema of the components"
