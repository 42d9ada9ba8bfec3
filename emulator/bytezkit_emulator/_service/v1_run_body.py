"""Converts the body of a v1 run request to the members of a v2 run request."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines.job import RunRequest
from bytezkit_emulator._openapi.contract import Task
from bytezkit_emulator._service.run_body import expand_input, read_run_request

_NON_INPUT_MEMBERS: Final = frozenset({"key", "app", "model", "modelId"})
# v1 names and their v2 names. If a body has several names of one member, the first in this order counts.
_CANONICAL_NAMES: Final[Mapping[str, str]] = {
    "prompt": "text",
    "imageUrl": "url",
    "mp4Url": "url",
    "b64ImageBufferPng": "image",
    "b64AudioBufferWav": "image",
    "b64VideoBufferMp4": "image",
}


def read_v1_run_request(body: JsonObject, model_id: str, task: Task) -> RunRequest:
    """Return the v2 run request of a v1 body that fits the contract.

    Raises:
        HttpError: The body does not fit the task or contradicts itself. The message uses the client's names.
    """
    sent = {name: value for name, value in body.items() if name not in _NON_INPUT_MEMBERS}
    client_names: dict[str, str] = {}
    if isinstance(sent.get("input"), (str, list)):
        sent = {name: value for name, value in sent.items() if name not in ("prompt", "text")}
        members = expand_input(sent, task)
        client_names = {name: "input" for name in members if name not in sent}
    else:
        members = expand_input(sent, task)
    for spelling, meaning in _CANONICAL_NAMES.items():
        if spelling in members:
            value = members.pop(spelling)
            if meaning not in client_names:
                members[meaning] = value
                client_names[meaning] = spelling
    if "messages" in members:
        _check_members_beside_messages(members, task, client_names)
    return read_run_request(members, model_id, task, client_names)


def _check_members_beside_messages(members: JsonObject, task: Task, client_names: Mapping[str, str]) -> None:
    # The schema of messages accepts the parameters of providers, which v1 does not have.
    known = {name for shape in task.shapes if "messages" in shape.required for name in shape.members}
    for name in members:
        if known and name not in known:
            reason = f"body: the task {task.name} takes messages, not {client_names.get(name, name)}"
            raise HttpError(422, reason)
