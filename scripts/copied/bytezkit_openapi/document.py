"""OpenAPI documents: which components are reached, and how a document is written."""

import json
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import TYPE_CHECKING, Final, TypeAlias, cast

if TYPE_CHECKING:
    from ruamel.yaml.nodes import ScalarNode
    from ruamel.yaml.representer import SafeRepresenter

    # The generator loads this module before there is a package of models.
    from bytezkit_models.json_value import JsonValue

JsonObject: TypeAlias = "dict[str, JsonValue]"

# What a YAML 1.1 reader would take for something else than a string.
_AMBIGUOUS: Final = re.compile(r"(?i)(y|n|yes|no|on|off|true|false|null|~|)|[-+.\d=].*")


def reached_components(components: JsonObject, values: "Iterable[JsonValue]") -> JsonObject:
    """Keep the components that `values` refer to, directly or not, in their order."""
    sections = cast("dict[str, JsonObject]", components)
    reached: set[tuple[str, str]] = set()
    pending = [reference for value in values for reference in _references(value)]
    while pending:
        section, name = pending.pop().split("/")[2:]
        if (section, name) not in reached:
            reached.add((section, name))
            pending += _references(sections[section][name])
    kept: JsonObject = {}
    for section, members in sections.items():
        part: JsonObject = {name: member for name, member in members.items() if (section, name) in reached}
        if part:
            kept[section] = part
    return kept


def _references(value: "JsonValue") -> Iterator[str]:
    """List what `value` refers to, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield reference
        for item in value.values():
            yield from _references(item)


def to_json(document: JsonObject) -> str:
    """Write the document as JSON."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def to_yaml(document: JsonObject) -> str:
    """Write the document so that YAML 1.1 and 1.2 readers see the same values.

    Raises:
        ModuleNotFoundError: ruamel.yaml is not installed.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415  # An extra brings it.

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    # The stub says None.
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = 100
    yaml.allow_unicode = True
    yaml.representer.add_representer(str, _represent_text)
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _represent_text(representer: "SafeRepresenter", text: str) -> "ScalarNode":
    style = "|" if "\n" in text else '"' if _AMBIGUOUS.fullmatch(text) else None
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=style)
