"""The body of a run request to the older API, in the members of the current one."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._openapi.contract import Task
from bytezkit_emulator._service.run_body import RunRequest, expand_input, read_run_request

_NO_INPUT: Final = frozenset({"key", "app", "model", "modelId"})
# Of several that mean the same, the first counts.
_MEANINGS: Final[Mapping[str, str]] = {
    "prompt": "text",
    "imageUrl": "url",
    "mp4Url": "url",
    "b64ImageBufferPng": "image",
    "b64AudioBufferWav": "image",
    "b64VideoBufferMp4": "image",
}


def read_v1_run_request(body: JsonObject, model_id: str, task: Task) -> RunRequest:
    """Read a body that fits the contract, for a model and its task.

    Raises:
        Refusal: It does not fit the task, or contradicts itself; the text uses the client's own names.
    """
    sent = {name: value for name, value in body.items() if name not in _NO_INPUT}
    sent_as: dict[str, str] = {}
    if isinstance(sent.get("input"), (str, list)):
        sent = {name: value for name, value in sent.items() if name not in ("prompt", "text")}
        members = expand_input(sent, task)
        sent_as = {name: "input" for name in members if name not in sent}
    else:
        members = expand_input(sent, task)
    for spelling, meaning in _MEANINGS.items():
        if spelling in members:
            value = members.pop(spelling)
            if meaning not in sent_as:
                members[meaning] = value
                sent_as[meaning] = spelling
    return read_run_request(members, model_id, task, sent_as)
