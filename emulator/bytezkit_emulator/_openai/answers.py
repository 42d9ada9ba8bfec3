"""What a chat model must answer with: the call of a tool, or JSON of a given form."""

import msgspec

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._common.json import JsonObject, write_json
from bytezkit_emulator._engines import InputError, Job
from bytezkit_emulator._engines.structured.tool_calls import make_tool_call, read_tool_choice, read_tools
from bytezkit_emulator._engines.structured.values import value_for_schema
from bytezkit_models.json_value import JsonValue

# The value of `json_object`, whose form the request leaves open.
_ANY_OBJECT: JsonObject = {
    "type": "object",
    "required": ["answer"],
    "properties": {"answer": {"type": "string"}},
}


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """The form of the text that a request asks for.

    Attributes:
        kind: `text`, `json_object` or `json_schema`.
        schema: The schema, for `json_schema`.
        where: Location of the form in the request.
        schema_where: Location of the schema in the request.
    """

    kind: str
    schema: JsonValue
    where: str
    schema_where: str


def with_answer(job: Job, body: JsonObject, messages: JsonValue, form: Format | None) -> Job:
    """Return a job with the call of a tool or with the JSON that the request asks for, if any.

    Args:
        job: The job.
        body: The request, with `tools` and `tool_choice`.
        messages: The conversation, as the client sent it.
        form: The form of the text.

    Raises:
        HttpError: The tools, the choice or the schema are invalid.
    """
    try:
        tools = read_tools(body.get("tools"), "body/tools")
        choice = read_tool_choice(body.get("tool_choice"), tools, "body/tool_choice")
        call = make_tool_call(tools, choice, messages, job.seed)
        if call is not None:
            return msgspec.structs.replace(job, tool_call=call)
        if form is None or form.kind == "text":
            return job
        return msgspec.structs.replace(job, json_text=_json_text(form, job.seed))
    except InputError as error:
        raise HttpError(422, str(error)) from None


def _json_text(form: Format, seed: bytes) -> str:
    match form.kind:
        case "json_object":
            schema: JsonValue = _ANY_OBJECT
        case "json_schema":
            schema = form.schema
        case _:
            raise InputError(f"{form.where}/type: expected text, json_object or json_schema")
    return write_json(value_for_schema(schema, seed, form.schema_where)).decode()
