"""Rules on the task registry."""

import re
from collections.abc import Iterator
from typing import Final

from scripts.lint.contract import Contract
from scripts.lint.finding import Report

_STREAMS: Final = ("text", "media", "none")
_OLDER_MEMBERS: Final = ("output", "output_png", "output_wav", "output_mp4")
_MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")


def task_inputs(contract: Contract) -> Iterator[Report]:
    """A task takes shapes that the run operation takes: else no request could reach it."""
    request = contract.root.at("components", "schemas", "RunRequest")
    shapes = {shape.pointer.rpartition("/")[2] for shape in request.items("oneOf")}
    for _, task in contract.tasks:
        for index, name in enumerate(task.strings("inputs")):
            if name not in shapes:
                yield f"{task.pointer}/inputs/{index}", f"{name} is no shape of RunRequest"


def task_stream(contract: Contract) -> Iterator[Report]:
    """A task streams text, media or nothing: handles and emulator know these three."""
    for _, task in contract.tasks:
        stream = task.value.get("stream")
        if stream not in _STREAMS:
            yield f"{task.pointer}/stream", f"expected one of {', '.join(_STREAMS)}: {stream}"


def task_model(contract: Contract) -> Iterator[Report]:
    """A task names one of its models as `org/name`: examples and the emulator's catalog start from it."""
    for _, task in contract.tasks:
        model = str(task.value.get("model"))
        if not _MODEL.fullmatch(model):
            yield f"{task.pointer}/model", f"expected org/name: {model}"


def task_older_answer(contract: Contract) -> Iterator[Report]:
    """A task of the older API names the member of its answer and a schema: nothing else ties the two."""
    schemas = contract.root.at("components", "schemas").value
    for row in contract.older_rows:
        if row.value.get("member") not in _OLDER_MEMBERS:
            yield f"{row.pointer}/member", f"expected one of {', '.join(_OLDER_MEMBERS)}"
        if row.value.get("result") not in schemas:
            yield f"{row.pointer}/result", f"{row.value.get('result')} is no schema"
