"""The body of a run request: what it asks for, or why it does not fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bytezkit_emulator._contract import OPTIONS, SHORTHAND, Contract, Shape, Task
from bytezkit_emulator._engines._lengths import contradiction
from bytezkit_emulator._json import JsonError, JsonObject, JsonValue, as_object, read_json
from bytezkit_emulator._messages import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What a run request asks for.

    Attributes:
        inputs: The members of the input, in the shape that the task takes.
        params: The arguments.
        wants_stream: Whether the answer shall come as a stream, where the task has one.
        may_exceed: Whether the limit of waiting requests does not hold for it.
    """

    inputs: JsonObject
    params: JsonObject
    wants_stream: bool
    may_exceed: bool


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
    return shape.schema.why_not(body, "body") or "body: fits more than one shape"


def read_run_request(body: JsonObject, task: Task) -> RunRequest:
    """Read a body that fits the contract for a model of the task.

    Raises:
        Refusal: It does not fit the task, or contradicts itself.
    """
    members = _expanded(body)
    if not any(shape.schema.admits(members) for shape in task.shapes):
        raise Refusal(422, _misfit(members, task))
    params = as_object(members.get("params", {}))
    reason = task.params.why_not(params, "body/params")
    if reason is not None:
        raise Refusal(422, reason)
    reason = contradiction({name: params[name] for name in params if name in task.arguments})
    if reason is not None:
        raise Refusal(422, f"body/params: {reason}")
    return RunRequest(
        inputs={name: value for name, value in members.items() if name not in OPTIONS},
        params=params,
        wants_stream=members.get("stream") is True,
        may_exceed=members.get("autoScale") is True,
    )


def _expanded(body: JsonObject) -> JsonObject:
    """Replace the shorthand `input` by the members that it stands for."""
    rest = {name: value for name, value in body.items() if name != "input"}
    match body.get("input", {}):
        case dict() as members:
            return {**members, **rest}
        case list() as messages:
            return {"messages": messages, **rest}
        case str() as text:
            return {"text": text, **rest}
        case _:
            raise Refusal(422, "body/input: expected a string, a list or an object")


def _misfit(members: JsonObject, task: Task) -> str:
    shape = _most_similar(task.shapes, members)
    if all(name in members for name in shape.required):
        return shape.schema.why_not(members, "body") or "body: fits no shape"
    given = [name for name in members if name not in OPTIONS]
    instead = f", not {' and '.join(given)}" if given else ""
    return f"body: the task {task.name} takes {' and '.join(shape.required)}{instead}"


def _most_similar(shapes: Sequence[Shape], members: Mapping[str, JsonValue]) -> Shape:
    return max(shapes, key=lambda shape: len(shape.members & members.keys()))
