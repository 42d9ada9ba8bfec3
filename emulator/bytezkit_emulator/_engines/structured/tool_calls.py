"""Decides which tool a model calls, and generates the arguments.

The forms of OpenAI, Anthropic, Mistral, Cohere and Google differ in the names of their members, so that one
reader accepts all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from bytezkit_emulator._common.json import JsonObject, write_json
from bytezkit_emulator._engines.inputs import InputError
from bytezkit_emulator._engines.structured.flattening import list_of, mapping_of
from bytezkit_emulator._engines.structured.values import value_for_schema
from bytezkit_models.json_value import JsonValue

Mode: TypeAlias = Literal["none", "auto", "required"]

# By the names of all providers, in lower case.
_MODES: Final[Mapping[str, Mode]] = {
    "none": "none",
    "auto": "auto",
    "validated": "auto",
    "required": "required",
    "any": "required",
}
# Member of a tool that holds the schema of its arguments.
_SCHEMA_MEMBERS: Final = ("parameters", "input_schema", "parametersJsonSchema")
_RESULT_TYPES: Final = frozenset({"tool_result", "function_call_output"})
_CALL_TYPES: Final = frozenset({"tool_use", "function_call"})


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """A function that the model can call.

    Attributes:
        name: Its name.
        parameters: Schema of its arguments.
        where: Location of the schema in the request.
    """

    name: str
    parameters: JsonObject
    where: str


class ToolChoice(msgspec.Struct, frozen=True):
    """Whether the model must call a tool, and which.

    Attributes:
        mode: `none`, `auto`, or `required`.
        names: The tools to choose from; None for all.
    """

    mode: Mode = "auto"
    names: tuple[str, ...] | None = None


class ToolCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of a tool.

    Attributes:
        name: Name of the tool.
        arguments: They satisfy the schema of the tool.
        call_id: Hexadecimal digits.
        prefix: What the provider puts before the digits.
    """

    name: str
    arguments: JsonObject
    call_id: str
    prefix: str = "call_"

    def as_json(self) -> JsonObject:
        """Return the call in the form of OpenAI, which the `output` of every model has."""
        function: JsonObject = {"name": self.name, "arguments": write_json(self.arguments).decode()}
        return {"id": f"{self.prefix}{self.call_id}", "type": "function", "function": function}


def make_tool_call(
    tools: Sequence[Tool], choice: ToolChoice, messages: JsonValue, seed: bytes
) -> ToolCall | None:
    """Return the call with which a model answers a conversation, or None for a text.

    A model calls the first tool, in the order of the request, that it has not yet called. With `auto`, it
    answers with a text once it has the result of a call. With `required`, it calls the last tool after all of
    them.

    Args:
        tools: From `read_tools`.
        choice: From `read_tool_choice`.
        messages: The conversation, or the items of OpenAI's `responses`.
        seed: Equal seeds give equal arguments.

    Raises:
        InputError: The schema of the tool is invalid, or no arguments were found.
    """
    candidates = [tool for tool in tools if choice.names is None or tool.name in choice.names]
    if choice.mode == "none" or not candidates or (choice.mode == "auto" and _has_result(messages)):
        return None
    called = set(_called_names(messages))
    tool = next((it for it in candidates if it.name not in called), candidates[-1])
    # A request may omit the type; arguments are an object.
    schema: JsonObject = {"type": "object", **tool.parameters}
    arguments = value_for_schema(schema, seed, tool.where)
    if not isinstance(arguments, dict):
        raise InputError(f"{tool.where}: the arguments of a tool must be an object")
    return ToolCall(name=tool.name, arguments=arguments, call_id=seed[:12].hex())


def read_tools(value: JsonValue, where: str) -> list[Tool]:
    """Return the functions in a member such as `tools`, without the tools that providers run themselves.

    Raises:
        InputError: The member is malformed.
    """
    if value is None:
        return []
    tools = [
        tool
        for index, item in enumerate(_checked_list(value, where))
        for tool in _tools_of(item, f"{where}/{index}")
    ]
    names = [tool.name for tool in tools]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise InputError(f"{where}: several tools have the name {repeated!r}")
    return tools


def read_tool_choice(value: JsonValue, tools: Sequence[Tool], where: str) -> ToolChoice:
    """Return the choice in a member such as `tool_choice` or `toolConfig`; by default, `auto`.

    Raises:
        InputError: The member is malformed, or names a tool that does not exist.
    """
    choice = _choice_of(value, where)
    known = {tool.name for tool in tools}
    missing = next((name for name in choice.names or () if name not in known), None)
    if missing is not None:
        raise InputError(f"{where}: there is no tool {missing!r}")
    if choice.mode == "required" and not tools:
        raise InputError(f"{where}: a tool is required, but there are no tools")
    return choice


def _tools_of(item: JsonValue, where: str) -> Iterator[Tool]:
    if not isinstance(item, dict):
        raise InputError(f"{where}: expected an object")
    for name in ("functionDeclarations", "function_declarations"):
        if name in item:
            for index, declaration in enumerate(_checked_list(item[name], f"{where}/{name}")):
                yield _tool(declaration, f"{where}/{name}/{index}", is_google=True)
            return
    if "function" in item:
        yield _tool(item["function"], f"{where}/function")
    elif "input_schema" in item or item.get("type") == "function":
        yield _tool(item, where)


def _tool(definition: JsonValue, where: str, *, is_google: bool = False) -> Tool:
    name = mapping_of(definition).get("name")
    if not isinstance(name, str) or not name:
        raise InputError(f"{where}/name: is required")
    members = mapping_of(definition)
    member = next((it for it in _SCHEMA_MEMBERS if members.get(it) is not None), "parameters")
    schema = {} if members.get(member) is None else members[member]
    if not isinstance(schema, dict):
        raise InputError(f"{where}/{member}: a schema must be an object")
    if is_google and member == "parameters":
        schema = mapping_of(_from_openapi(schema))
    return Tool(name=name, parameters=schema, where=f"{where}/{member}")


def _from_openapi(value: JsonValue) -> JsonValue:
    """Convert Google's dialect, whose names of types are in capitals, to JSON Schema."""
    if isinstance(value, list):
        return [_from_openapi(it) for it in value]
    if not isinstance(value, dict):
        return value
    schema = {name: _from_openapi(it) for name, it in value.items()}
    if isinstance(name := schema.get("type"), str):
        schema["type"] = [name.lower(), "null"] if schema.get("nullable") is True else name.lower()
    return schema


def _choice_of(value: JsonValue, where: str) -> ToolChoice:
    if value is None:
        return ToolChoice()
    if isinstance(value, str):
        return ToolChoice(_mode(value, where))
    if not isinstance(value, dict):
        raise InputError(f"{where}: expected a string or an object")
    google = value.get("functionCallingConfig", value.get("function_calling_config"))
    if isinstance(google, dict):
        allowed = list_of(google.get("allowedFunctionNames", google.get("allowed_function_names")))
        mode = _mode(google.get("mode", "auto"), f"{where}/mode")
        return ToolChoice(mode, tuple(map(str, allowed)) or None)
    if value.get("type") in ("function", "tool"):
        return ToolChoice("required", (_name_in(value),))
    if value.get("type") == "allowed_tools":
        nested = mapping_of(value.get("allowed_tools")) or value
        names = tuple(_name_in(mapping_of(it)) for it in list_of(nested.get("tools")))
        return ToolChoice(_mode(nested.get("mode", "auto"), f"{where}/mode"), names)
    return ToolChoice(_mode(value.get("type"), f"{where}/type"))


def _name_in(value: JsonObject) -> str:
    return str(mapping_of(value.get("function")).get("name") or value.get("name"))


def _mode(value: JsonValue, where: str) -> Mode:
    # `any` and `validated` are other providers' names.
    mode = _MODES.get(str(value).lower())
    if mode is not None:
        return mode
    raise InputError(f"{where}: expected none, auto, required or a function, not {str(value)[:100]!r}")


def _has_result(messages: JsonValue) -> bool:
    """Return whether a conversation ends with the result of a call."""
    last = mapping_of(list_of(messages)[-1]) if list_of(messages) else {}
    return (
        last.get("role") in ("tool", "function")
        or last.get("type") in _RESULT_TYPES
        or any(it.get("type") in _RESULT_TYPES or "functionResponse" in it for it in _parts(last))
    )


def _called_names(messages: JsonValue) -> Iterator[str]:
    for message in map(mapping_of, list_of(messages)):
        for call in map(mapping_of, list_of(message.get("tool_calls"))):
            yield _name_in(call)
        for part in [message, *_parts(message)]:
            if part.get("type") in _CALL_TYPES:
                yield _name_in(part)
            elif "functionCall" in part:
                yield _name_in(mapping_of(part["functionCall"]))


def _parts(message: JsonObject) -> list[JsonObject]:
    return [mapping_of(it) for name in ("content", "parts") for it in list_of(message.get(name))]


def _checked_list(value: JsonValue, where: str) -> list[JsonValue]:
    if not isinstance(value, list):
        raise InputError(f"{where}: expected a list")
    return value
