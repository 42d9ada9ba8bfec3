"""Rules on the files as they are written, and on the document as a whole."""

import re
from collections.abc import Iterator
from typing import Final

from openapi_spec_validator import OpenAPIV31SpecValidator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scripts.lint.contract import Contract, escape
from scripts.lint.finding import Report

_OLD: Final = (1, 1)
_NEW: Final = (1, 2)
_TAG: Final = "tag:yaml.org,2002:"
# How a value that is no string is spelled so that every reader agrees on it.
_SPELLINGS: Final = {
    f"{_TAG}bool": re.compile(r"true|false"),
    f"{_TAG}null": re.compile(r"null"),
    f"{_TAG}int": re.compile(r"0|-?[1-9]\d*"),
    f"{_TAG}float": re.compile(r"-?(0|[1-9]\d*)\.\d+"),
}


def valid_openapi(contract: Contract) -> Iterator[Report]:
    """The bundle is a valid OpenAPI document: every tool starts from that, the other rules too."""
    for error in OpenAPIV31SpecValidator(contract.document).iter_errors():
        path = "".join(f"/{escape(str(key))}" for key in error.absolute_path)
        yield f"#{path}", error.message


def yaml_versions(contract: Contract) -> Iterator[Report]:
    """YAML 1.1 and 1.2 read the same values: many tools turn a bare `on` into true and a date into a date."""
    for name, text in contract.files.items():
        try:
            readings = [list(_scalars(_compose(text, version))) for version in (_OLD, _NEW)]
        except MarkedYAMLError as error:  # In 1.1 some characters can not stand in an unquoted value.
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            yield f"{name}:{line}", f"not YAML 1.1 and 1.2: {error.problem}"
            continue
        for old, new in zip(*readings, strict=True):
            if not (old.style or (old.tag == new.tag and _is_plain(new))):
                yield f"{name}:{new.start_mark.line + 1}", f"quote or respell `{new.value}`"


def bare_references(contract: Contract) -> Iterator[Report]:
    """A reference stands alone in its object: the bundler drops what stands beside it."""
    for name, text in contract.files.items():
        for node in _nodes(_compose(text, _NEW)):
            keys = [key for key, _ in node.value] if isinstance(node, MappingNode) else []
            for key in keys:
                if key.value == "$ref" and len(keys) > 1:
                    yield f"{name}:{key.start_mark.line + 1}", "other members stand beside $ref"


def _is_plain(scalar: ScalarNode) -> bool:
    """Return whether an unquoted value is a string, or spelled as JSON spells it."""
    spelling = _SPELLINGS.get(str(scalar.tag))
    return bool(spelling.fullmatch(scalar.value)) if spelling else scalar.tag == f"{_TAG}str"


def _compose(text: str, version: tuple[int, int]) -> Node:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    node: Node = yaml.compose(text)
    return node


def _scalars(node: Node) -> Iterator[ScalarNode]:
    return (found for found in _nodes(node) if isinstance(found, ScalarNode))


def _nodes(root: Node) -> Iterator[Node]:
    """List the nodes in the order of the file, an anchored one once."""
    seen = set()
    pending = [root]
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, MappingNode):
            pending += [part for pair in reversed(node.value) for part in reversed(pair)]
        elif isinstance(node, SequenceNode):
            pending += reversed(node.value)
