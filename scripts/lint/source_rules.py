"""Rules for the source files, and for the document as a whole."""

import re
from collections.abc import Iterator
from typing import Final

from openapi_spec_validator import OpenAPIV31SpecValidator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scripts.lint.contract import Contract, escape
from scripts.lint.finding import Problem

_YAML_1_1: Final = (1, 1)
_YAML_1_2: Final = (1, 2)
_TAG: Final = "tag:yaml.org,2002:"
# Unquoted forms of other types than string that all YAML readers parse alike.
_PORTABLE_FORMS: Final = {
    f"{_TAG}bool": re.compile(r"true|false"),
    f"{_TAG}null": re.compile(r"null"),
    f"{_TAG}int": re.compile(r"0|-?[1-9]\d*"),
    f"{_TAG}float": re.compile(r"-?(0|[1-9]\d*)\.\d+"),
}


def valid_openapi(contract: Contract) -> Iterator[Problem]:
    """The bundled document is valid OpenAPI: all tools and the other rules assume this."""
    for error in OpenAPIV31SpecValidator(contract.document).iter_errors():
        path = "".join(f"/{escape(str(key))}" for key in error.absolute_path)
        yield f"#{path}", error.message


def yaml_versions(contract: Contract) -> Iterator[Problem]:
    """YAML 1.1 and 1.2 yield the same values: many tools still parse an unquoted `on` as true."""
    for name, text in contract.files.items():
        try:
            parsed = [list(_scalars(_compose(text, version))) for version in (_YAML_1_1, _YAML_1_2)]
        except MarkedYAMLError as error:
            # YAML 1.1 allows fewer characters in an unquoted value.
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            yield f"{name}:{line}", f"the file is not valid in YAML 1.1 and 1.2: {error.problem}"
            continue
        for old, new in zip(*parsed, strict=True):
            if not (old.style or (old.tag == new.tag and _is_plain(new))):
                yield (
                    f"{name}:{new.start_mark.line + 1}",
                    f"quote `{new.value}`: YAML 1.1 and 1.2 differ",
                )


def bare_references(contract: Contract) -> Iterator[Problem]:
    """A reference is the only member of its object: the bundler drops other members."""
    for name, text in contract.files.items():
        for node in _nodes(_compose(text, _YAML_1_2)):
            keys = [key for key, _ in node.value] if isinstance(node, MappingNode) else []
            for key in keys:
                if key.value == "$ref" and len(keys) > 1:
                    yield f"{name}:{key.start_mark.line + 1}", "$ref must be the only member of its object"


def _is_plain(scalar: ScalarNode) -> bool:
    """Return whether an unquoted value is a string or has the form that JSON has."""
    form = _PORTABLE_FORMS.get(str(scalar.tag))
    return bool(form.fullmatch(scalar.value)) if form else scalar.tag == f"{_TAG}str"


def _compose(text: str, version: tuple[int, int]) -> Node:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    node: Node = yaml.compose(text)
    return node


def _scalars(node: Node) -> Iterator[ScalarNode]:
    return (it for it in _nodes(node) if isinstance(it, ScalarNode))


def _nodes(root: Node) -> Iterator[Node]:
    """Yield the nodes in file order; a node with an anchor only once."""
    seen = set()
    pending = [root]
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, MappingNode):
            pending += [member for pair in reversed(node.value) for member in reversed(pair)]
        elif isinstance(node, SequenceNode):
            pending += reversed(node.value)
