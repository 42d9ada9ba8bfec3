"""Values that satisfy a schema of the client, and the choice of the tool that a model calls."""

from typing import Any, Final

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bytezkit_emulator._engines.inputs import InputError
from bytezkit_emulator._engines.structured.tool_calls import make_tool_call, read_tool_choice, read_tools
from bytezkit_emulator._engines.structured.values import value_for_schema

DRAFT_7: Final = "http://json-schema.org/draft-07/schema#"
TREE: Final = {
    "type": "object",
    "required": ["name", "left", "right"],
    "properties": {
        "name": {"type": "string"},
        "left": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
        "right": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
    },
}
FORMATS: Final = (
    "date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri",
    "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri", "uri-reference",
    "uri-template", "uuid",
)  # fmt: skip
TOO_COMPLEX: Final = "too complex, or its values are too large"


def integers(minimum: int, **keywords: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "integer"}, "minItems": minimum, **keywords}


def doubling(keyword: str, levels: int) -> dict[str, Any]:
    """Return a schema that a validator applies `2 ** levels` times."""
    definitions: dict[str, Any] = {
        f"d{level}": {keyword: [{"$ref": f"#/$defs/d{level + 1}"}] * 2} for level in range(levels)
    }
    return {"$ref": "#/$defs/d0", "$defs": {**definitions, f"d{levels}": {"type": "string"}}}


def members(required: str = "", /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def function(name: str, **properties: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": {"properties": properties}}}


@pytest.mark.parametrize(
    "schema",
    [
        *({"type": "string", "format": name} for name in FORMATS),
        {**members("a b", a={"type": "integer"}), "additionalProperties": {"type": "null"}},
        {"allOf": [members(a={"minimum": 5}), members("a", a={"type": "integer", "maximum": 6})]},
        {"oneOf": [members("kind", kind={"const": 1}), members("other", kind=False)]},
        {"enum": ["a", 1, None], "type": ["string", "null"]},
        {"type": "integer", "multipleOf": 7, "minimum": 100, "exclusiveMaximum": 106},
        {"type": "number", "multipleOf": 0.1, "minimum": 0.25, "maximum": 0.35},
        {"type": "integer", "minimum": 1e308},
        {"type": "string", "minLength": 50, "maxLength": 50},
        {"type": "string", "pattern": r"^(?<year>\d{4})-(0[1-9]|1[0-2])-[^\W\d_]+(x|y)?\.\1$"},
        integers(200, uniqueItems=True),
        {**integers(3, uniqueItems=True), "items": {"enum": [1, 2, 3]}},
        {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False, "minItems": 2},
        integers(0, contains={"const": 7}, maxItems=3),
        {
            "patternProperties": {"^x$|^y$": {"type": "integer"}},
            "additionalProperties": False,
            "minProperties": 2,
        },
        {"propertyNames": {"pattern": "^[a-z]{3}$"}, "minProperties": 2, "maxProperties": 2},
        {**members("a", a={}, b={"type": "boolean"}), "dependentRequired": {"a": ["b"]}},
        {**members("a", a={"enum": [1, 2]}), "if": members(a={"const": 1}), "then": members("b")},
        {"not": {"type": ["string", "integer"]}},
        {"$schema": DRAFT_7, "items": [{"type": "null"}], "additionalItems": False},
        {"$ref": "#/definitions/a~1b", "definitions": {"a/b": {"type": "integer"}}},
        TREE,
        members("children", children={"type": "array", "items": {"$ref": "#"}}),
        doubling("allOf", 6),
        {"allOf": [{"enum": [1, 2, 3]}, {"enum": [3, 4]}]},
        {"allOf": [{"type": "integer", "multipleOf": 4, "minimum": 1}, {"type": "number", "multipleOf": 6}]},
        {"allOf": [{"type": "number"}, *({"minimum": a, "maximum": b} for a, b in ((1, 9), (3, 5), (2, 4)))]},
        {"allOf": [{"prefixItems": [{"minimum": 5}, {}]}, {**integers(2), "prefixItems": [{}]}]},
        {"allOf": [integers(2, uniqueItems=True), {"uniqueItems": False, "items": {"enum": [1, 2]}}]},
        {**members("a", a={"$ref": "#/$defs/b/prefixItems/0"}), "$defs": {"b": {"prefixItems": [{}]}}},
        {"type": "string", "pattern": r"^[^a]{2}[^\d]$"},
        {"type": "number", "minimum": 0.001, "maximum": 0.002},
        {"type": "integer", "multipleOf": 2.5, "minimum": 1},
        members(a={"type": "integer", "minimum": 2, "maximum": 1}),
        {"allOf": [{"type": "number", "multipleOf": 0.5}, {"multipleOf": 1.5, "minimum": 1}]},
        {"type": "number", "exclusiveMinimum": 1, "maximum": 2},
        {"type": "string", "pattern": "^.x$"},
        {**members("a", a={}), "dependentRequired": {"a": ["b"]}},
    ],
)
def test_value_satisfies_the_schema(schema: Any) -> None:
    for seed in [bytes([number]) for number in range(5)]:
        value = value_for_schema(schema, seed, "schema")
        assert jsonschema_rs.is_valid(schema, value, validate_formats=True)
        assert value_for_schema(schema, seed, "schema") == value


def test_value_has_the_optional_members() -> None:
    maybe = {"anyOf": [{"type": "null"}, {"type": "string"}]}
    value: Any = value_for_schema(members("a", a={"type": "null"}, b=maybe, c=TREE), b"", "s")
    assert value.keys() == {"a", "b", "c"}
    assert isinstance(value["b"], str)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (True, "s: a schema must be an object"),
        ({"type": "strin"}, 's/type: "strin" is not one of'),
        ({"$ref": "#/nope"}, "s: Pointer '/nope' does not exist"),
        ({"$ref": "http://127.0.0.1:9/schema"}, "must lead to the schema's own parts"),
        ({"type": "integer", "minimum": 5, "maximum": 3}, "no number is in the range"),
        ({"type": "string", "enum": [1]}, "the schema allows no value"),
        ({"type": "string", "pattern": r"\p{L}"}, "is not supported: bad escape"),
        ({"patternProperties": {r"\p{L}": {}}, "minProperties": 1}, "is not supported: bad escape"),
        ({"type": "string", "pattern": r"[^ -~]"}, "matches no printable character"),
        ({"$anchor": "a", **members("b", b={"$ref": "#a"})}, "the reference '#a' is no JSON pointer"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "the schema allows no type"),
        ({**integers(3, uniqueItems=True), "items": {"type": "boolean"}}, "too few distinct items"),
        (members("a", a={"$ref": "#"}), "nested deeper than 40 levels"),
        ({"$ref": "#"}, TOO_COMPLEX),
        ({"type": "string", "minLength": 10**9}, TOO_COMPLEX),
        ({"type": "object", "minProperties": 10**7}, TOO_COMPLEX),
        ({**integers(100), "items": {**integers(100), "items": integers(100)}}, TOO_COMPLEX),
        ({"pattern": "^(){1000000}$"}, TOO_COMPLEX),
        ({"pattern": "(a)" + "".join(rf"(\{it}\{it})" for it in range(1, 30))}, TOO_COMPLEX),
        *((doubling(keyword, 40), TOO_COMPLEX) for keyword in ("allOf", "anyOf", "oneOf")),
    ],
)
def test_schema_without_a_value_is_refused(schema: Any, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        value_for_schema(schema, b"", "s")
    assert str(caught.value).startswith("s")
    assert reason in str(caught.value)


NUMBERS: Final = st.integers(-5, 5) | st.floats(-5, 5)
SCHEMAS: Final = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"]),
            "minimum": NUMBERS,
            "exclusiveMaximum": NUMBERS,
            "multipleOf": st.floats(0.1, 5),
            "minLength": st.integers(0, 9),
            "maxItems": st.integers(0, 9),
            "required": st.lists(st.sampled_from("ab"), unique=True),
            "pattern": st.from_regex(r"\A[ab^$.?*+|()\[\]{}\\dws0-3,-]{0,8}\Z"),
            "enum": st.lists(NUMBERS | st.text(max_size=2) | st.none(), min_size=1, max_size=3),
        },
    )
    | st.booleans()
    | st.just({"$ref": "#"}),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            "additionalProperties": inner,
            "items": inner,
            "contains": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=3),
            "allOf": st.lists(inner, min_size=1, max_size=3),
            "not": inner,
        },
    ),
    max_leaves=8,
)


@given(SCHEMAS)
@settings(max_examples=50)
def test_any_schema_has_a_valid_value_or_is_refused(schema: Any) -> None:
    try:
        value = value_for_schema(schema, b"", "schema")
    except InputError:
        return
    assert jsonschema_rs.is_valid(schema, value)


PARAMETERS: Final = members(city={"const": "Oslo"})
OPENAI: Final = [function("weather", city={"const": "Oslo"}), function("time")]
FLAT: Final = [{"type": "function", "name": "weather", "parameters": PARAMETERS}, {"type": "web_search"}]
ANTHROPIC: Final = [{"name": "weather", "input_schema": PARAMETERS}]
GOOGLE_PARAMETERS: Final = {"type": "OBJECT", "properties": {"city": {"type": "STRING", "enum": ["Oslo"]}}}
GOOGLE: Final = [{"functionDeclarations": [{"name": "weather", "parameters": GOOGLE_PARAMETERS}]}]
GOOGLE_CHOICE: Final = {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["weather"]}}
ALLOWED: Final = {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "time"}]}
QUESTION: Final = {"role": "user", "content": "Weather?"}
CALLED: Final = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "weather"}}]}
RESULT: Final = {"role": "tool", "content": "4 degrees", "tool_call_id": "1"}
TOOL_USE: Final = {"type": "tool_use", "name": "weather"}


@pytest.mark.parametrize(
    ("tools", "choice", "messages", "called"),
    [
        (None, None, [QUESTION], None),
        (OPENAI, None, [QUESTION], "weather"),
        (OPENAI, "none", [QUESTION], None),
        (OPENAI, None, [QUESTION, CALLED, RESULT, QUESTION], "time"),
        (OPENAI, "required", [QUESTION, CALLED, RESULT], "time"),
        (OPENAI, {"type": "function", "function": {"name": "time"}}, [QUESTION], "time"),
        (OPENAI, ALLOWED, [QUESTION], "time"),
        (FLAT, "REQUIRED", [QUESTION], "weather"),
        (FLAT, None, [{"type": "function_call_output", "call_id": "1"}], None),
        (ANTHROPIC, {"type": "tool", "name": "weather"}, [QUESTION], "weather"),
        (ANTHROPIC, None, [{"role": "user", "content": [{"type": "tool_result"}]}], None),
        (OPENAI, {"type": "any"}, [{"role": "assistant", "content": [TOOL_USE]}, QUESTION], "time"),
        (OPENAI, None, [{"role": "model", "parts": [{"functionCall": {"name": "weather"}}]}], "time"),
        (GOOGLE, GOOGLE_CHOICE, [QUESTION], "weather"),
        (GOOGLE, {"functionCallingConfig": {"mode": "NONE"}}, [QUESTION], None),
        (GOOGLE, None, [{"role": "user", "parts": [{"functionResponse": {}}]}], None),
    ],
)
def test_model_calls_a_tool(tools: Any, choice: Any, messages: Any, called: str | None) -> None:
    read = read_tools(tools, "tools")
    call = make_tool_call(read, read_tool_choice(choice, read, "choice"), messages, b"seed")
    assert (None if call is None else call.name) == called
    if call is not None:
        assert call.arguments in ({}, {"city": "Oslo"})


@pytest.mark.parametrize(
    ("tools", "choice", "reason"),
    [
        ({}, None, "tools: expected a list"),
        (["weather"], None, "tools/0: expected an object"),
        ([{"type": "function", "function": {}}], None, "tools/0/function/name: is required"),
        ([{"name": "a", "input_schema": []}], None, "tools/0/input_schema: a schema must be an object"),
        ([function("a"), function("a")], None, "tools: several tools have the name 'a'"),
        (OPENAI, 1, "choice: expected a string or an object"),
        (OPENAI, "always", "choice: expected none, auto, required or a function, not 'always'"),
        (OPENAI, {"type": "function", "function": {"name": "b"}}, "choice: there is no tool 'b'"),
        ([], "required", "choice: a tool is required, but there are no tools"),
    ],
)
def test_malformed_tools_are_refused(tools: Any, choice: Any, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read_tool_choice(choice, read_tools(tools, "tools"), "choice")
    assert str(caught.value) == reason
