"""Reads the body of a run request."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import JsonError, JsonObject, as_object, read_json
from bytezkit_emulator._engines import (
    InputError,
    Job,
    RunRequest,
    constraint_violation,
    is_url,
    read_inputs,
)
from bytezkit_emulator._openapi.contract import SHORTHAND, Contract, Shape, Task
from bytezkit_models.json_value import JsonValue

# First member in an error message such as `body/text: ...`.
_POINTER: Final = re.compile(r"(?<=^body/)[^/:]+")


def hoist_stream(body: JsonValue) -> JsonValue:
    """Move `stream` from `params` to the top level, unless the top level has it too."""
    params = body.get("params") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(params, dict) or type(params.get("stream")) is not bool:
        return body
    rest = {name: value for name, value in params.items() if name != "stream"}
    return {"stream": params["stream"], **body, "params": rest}


def wants_non_json(data: bytes) -> bool:
    """Return whether a body, which may be invalid, asks for a stream or for bytes instead of JSON."""
    try:
        body = hoist_stream(read_json(data))
    except JsonError:
        return False
    return isinstance(body, dict) and (body.get("stream") is True or body.get("json") is False)


def explain_mismatch(contract: Contract, body: JsonValue, task: Task | None) -> str:
    """Return why a body matches no shape of the task, or of all shapes if the task is unknown."""
    shapes = list(contract.shapes.values()) if task is None else [*task.shapes, contract.shapes[SHORTHAND]]
    shape = _most_similar(shapes, body if isinstance(body, dict) else {})
    return shape.error_message(body) or "body: matches more than one input shape"


def read_run_request(
    members: JsonObject, model_id: str, task: Task, client_names: Mapping[str, str] | None = None
) -> RunRequest:
    """Validate the members of a body for a model and its task.

    Args:
        members: Members of the body, with the shorthand `input` expanded.
        model_id: The model.
        task: The task of the model.
        client_names: Names that the client used, by canonical name, for error messages.

    Raises:
        HttpError: The members do not fit the task or contradict each other.
    """
    spelled = client_names or {}
    if not any(shape.schema.is_valid(members) for shape in task.shapes):
        raise _unprocessable(_shape_mismatch(members, task, spelled), spelled)
    params = as_object(members.get("params", {}))
    reason = task.params.error_message(params, "body/params")
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
        ignores_queue_limit=members.get("autoScale") is True,
    )


def expand_input(body: JsonObject, task: Task) -> JsonObject:
    """Replace the shorthand `input` by the members it stands for; explicit members take precedence.

    Raises:
        HttpError: The shorthand has a type that is not allowed.
    """
    rest = {name: value for name, value in body.items() if name != "input"}
    match body.get("input", {}):
        case dict() as members:
            return {**members, **rest}
        case list() as messages:
            return {"messages": messages, **rest}
        case str() as text:
            return {_string_member(text, task): text, **rest}
        case _:
            raise HttpError(422, "body/input: expected a string, a list or an object")


def _string_member(text: str, task: Task) -> str:
    if not task.media or any(shape.takes_text_alone for shape in task.shapes):
        return "text"
    return "url" if is_url(text) else "base64"


def _unprocessable(reason: str, client_names: Mapping[str, str]) -> HttpError:
    return HttpError(422, _POINTER.sub(lambda it: client_names.get(it[0], it[0]), reason, count=1))


def _shape_mismatch(members: JsonObject, task: Task, client_names: Mapping[str, str]) -> str:
    shape = _most_similar(task.shapes, members)
    others = [client_names.get(name, name) for name in members if name not in shape.members]
    if not others and not shape.missing(members):
        return shape.error_message(members) or "body: matches no input shape"
    instead = f", not {' and '.join(others)}" if others else ""
    return f"body: the task {task.name} takes {shape.needs}{instead}"


def _most_similar(shapes: Sequence[Shape], members: Mapping[str, JsonValue]) -> Shape:
    """Return the shape with the most common members; of several, the one with the fewest missing members."""
    return max(shapes, key=lambda shape: (len(shape.members & members.keys()), -len(shape.missing(members))))
