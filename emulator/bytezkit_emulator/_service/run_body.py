"""The body of a run request: what it asks for, or why it does not fit."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from bytezkit_emulator._common.http_types import Refusal
from bytezkit_emulator._common.json import JsonError, JsonObject, JsonValue, as_object, read_json
from bytezkit_emulator._engines import (
    InputError,
    Job,
    MediaOutput,
    Output,
    constraint_violation,
    is_url,
    read_inputs,
)
from bytezkit_emulator._openapi.contract import SHORTHAND, Contract, Shape, Task

# The member that a reason is about.
_POINTER: Final = re.compile(r"(?<=^body/)[^/:]+")


class RunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a run request asks for.

    Attributes:
        job: What the model has to do.
        wants_stream: Whether the answer shall come as a stream, where the task has one.
        wants_json: Whether media shall be answered by their URL.
        may_exceed: Whether the limit of waiting requests does not hold for it.
    """

    job: Job
    wants_stream: bool
    wants_json: bool
    may_exceed: bool


RunEngine: TypeAlias = Callable[[RunRequest], Output | MediaOutput]


def lift_stream(body: JsonValue) -> JsonValue:
    """Move a `stream` inside `params` to the top level, where one that stands there wins."""
    params = body.get("params") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(params, dict) or type(params.get("stream")) is not bool:
        return body
    rest = {name: value for name, value in params.items() if name != "stream"}
    return {"stream": params["stream"], **body, "params": rest}


def wants_bytes(data: bytes) -> bool:
    """Say whether the body asks for something else than JSON, whatever else is wrong with it."""
    try:
        body = lift_stream(read_json(data))
    except JsonError:
        return False
    return isinstance(body, dict) and (body.get("stream") is True or body.get("json") is False)


def explain(contract: Contract, body: JsonValue, task: Task | None) -> str:
    """Say why a body fits no shape: by a shape of the task, if known, else by the most similar shape."""
    shapes = list(contract.shapes.values()) if task is None else [*task.shapes, contract.shapes[SHORTHAND]]
    shape = _most_similar(shapes, body if isinstance(body, dict) else {})
    return shape.why_not(body) or "body: fits more than one shape"


def read_run_request(
    members: JsonObject, model_id: str, task: Task, sent_as: Mapping[str, str] | None = None
) -> RunRequest:
    """Read the members of a body, without shorthand, for a model and its task.

    Args:
        members: The members.
        model_id: The model.
        task: Its task.
        sent_as: How members that the client spelled otherwise are to be called.

    Raises:
        Refusal: They do not fit the task, or contradict themselves.
    """
    spelled = sent_as or {}
    if not any(shape.schema.admits(members) for shape in task.shapes):
        raise _unprocessable(_misfit(members, task, spelled), spelled)
    params = as_object(members.get("params", {}))
    reason = task.params.why_not(params, "body/params")
    if reason is not None:
        raise _unprocessable(reason, spelled)
    try:
        inputs = read_inputs(members, task)
    except InputError as error:
        raise _unprocessable(str(error), spelled) from None
    job = Job(model_id=model_id, task=task, inputs=inputs, params=params)
    reason = constraint_violation(job)
    if reason is not None:
        raise _unprocessable(reason, spelled)
    return RunRequest(
        job=job,
        wants_stream=members.get("stream") is True,
        wants_json=members.get("json") is not False,
        may_exceed=members.get("autoScale") is True,
    )


def expand_input(body: JsonObject, task: Task) -> JsonObject:
    """Replace the shorthand `input` by the members that it stands for; those beside it win.

    Raises:
        Refusal: It is no shorthand.
    """
    rest = {name: value for name, value in body.items() if name != "input"}
    match body.get("input", {}):
        case dict() as members:
            return {**members, **rest}
        case list() as messages:
            return {"messages": messages, **rest}
        case str() as text:
            return {_string_stands_for(text, task): text, **rest}
        case _:
            raise Refusal(422, "body/input: expected a string, a list or an object")


def _string_stands_for(text: str, task: Task) -> str:
    if not task.media:
        return "text"
    return "url" if is_url(text) else "base64"


def _unprocessable(reason: str, sent_as: Mapping[str, str]) -> Refusal:
    return Refusal(422, _POINTER.sub(lambda it: sent_as.get(it[0], it[0]), reason, count=1))


def _misfit(members: JsonObject, task: Task, sent_as: Mapping[str, str]) -> str:
    shape = _most_similar(task.shapes, members)
    others = [sent_as.get(name, name) for name in members if name not in shape.members]
    if not others and not shape.missing(members):
        return shape.why_not(members) or "body: fits no shape"
    instead = f", not {' and '.join(others)}" if others else ""
    return f"body: the task {task.name} takes {shape.needs}{instead}"


def _most_similar(shapes: Sequence[Shape], members: Mapping[str, JsonValue]) -> Shape:
    """Choose the shape that shares most members; of several, the one that misses least."""
    return max(shapes, key=lambda shape: (len(shape.members & members.keys()), -len(shape.missing(members))))
