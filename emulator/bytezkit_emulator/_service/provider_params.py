"""Parameters of providers, which stand beside the messages for a closed-source model, or in `params`."""

from difflib import get_close_matches
from typing import Final

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_emulator._engines import InputError, Job
from bytezkit_emulator._engines.structured.tool_calls import make_tool_call, read_tool_choice, read_tools
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.provider_formats import CALL_PREFIXES
from bytezkit_emulator._openapi.contract import Contract
from bytezkit_emulator._service.arguments import did_you_mean
from bytezkit_emulator._service.run_body import expand_input

# On the scale of `difflib`, where 1 is equal: a name with one wrong character, but not `top_k` for `top_p`.
_SIMILARITY: Final = 0.85
_MESSAGES: Final = "MessagesInput"
_LIMITS: Final = ("max_completion_tokens", "max_tokens")


def read_members(body: JsonObject, model: Model, contract: Contract) -> JsonObject:
    """Return the members of a run request, with the parameters of a provider in `params`.

    Args:
        body: The body, which satisfies the contract.
        model: The model.
        contract: The contract.

    Raises:
        HttpError: There are two inputs; an open model gets parameters of a provider; or a name is misspelt.
    """
    task = contract.tasks[model.task]
    members = expand_input(body, task)
    if "messages" not in members:
        return members
    known = contract.shapes[_MESSAGES].members
    others = {name for shape in contract.shapes.values() for name in shape.members} - known
    for name in [*members, *(body if "messages" in body else ())]:
        if name in others:
            raise HttpError(422, f"body: the task {task.name} takes messages, not {name}")
    beside = {name: value for name, value in members.items() if name not in known}
    if model.provider is not None:
        params = {**as_object(members.get("params", {})), **beside}
        _check_names(params, model.provider, contract)
        return {**{name: members[name] for name in members if name not in beside}, "params": _limited(params)}
    for name in beside:
        similar = get_close_matches(name, task.arguments, cutoff=0.5) or sorted(task.arguments)
        reason = "only closed-source models take parameters of their provider"
        instead = f"the task {task.name} has others, in params: {', '.join(similar[:3])}"
        raise HttpError(422, f"body/{name}: {reason}; {instead}")
    return members


def _check_names(params: JsonObject, provider: str, contract: Contract) -> None:
    for name in params:
        if name not in contract.provider_params:
            hint = did_you_mean(name, contract.provider_params, _SIMILARITY)
            if hint:
                raise HttpError(422, f"body/{name}: is no parameter of {provider}{hint}")


def _limited(params: JsonObject) -> JsonObject:
    """Return the parameters with the limit of tokens also under the name that open models have."""
    limit = next((params[name] for name in _LIMITS if name in params), None)
    return params if limit is None else {"max_new_tokens": limit, **params}


def with_tool_call(job: Job, model: Model) -> Job:
    """Return a job with the tool call that the model answers with, if any.

    Raises:
        HttpError: The tools are malformed, or the schema of the tool is invalid or has no value.
    """
    if model.provider is None or job.task.kind != "message":
        return job
    choice_name = next((it for it in ("toolConfig", "tool_config") if it in job.params), "tool_choice")
    try:
        tools = read_tools(job.params.get("tools"), "body/tools")
        choice = read_tool_choice(job.params.get(choice_name), tools, f"body/{choice_name}")
        call = make_tool_call(tools, choice, job.inputs.members.get("messages"), job.seed)
    except InputError as error:
        raise HttpError(422, str(error)) from None
    if call is None:
        return job
    return replace(job, tool_call=replace(call, prefix=CALL_PREFIXES.get(model.provider, call.prefix)))
