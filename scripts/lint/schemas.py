"""Iteration over schemas of the contract: all, of requests, of responses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from scripts.lint.contract import Contract, DocumentNode

# Schemas below these keywords restrict another schema, which has the type. The same holds for the branches of
# a union with a type.
_RESTRICTING_KEYWORDS: Final = frozenset({"allOf", "not", "if", "then", "else", "contains", "propertyNames"})
_UNION_KEYWORDS: Final = frozenset({"anyOf", "oneOf"})
_SCHEMA_KEYWORDS: Final = (
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "contentSchema",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
)
_SCHEMA_LIST_KEYWORDS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMA_MAP_KEYWORDS: Final = ("properties", "patternProperties", "dependentSchemas", "$defs")


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema and its context.

    Attributes:
        node: The schema object.
        keyword: Keyword of the parent schema that contains it; empty at the top.
        restricts: Whether the schema only restricts another schema, so that it needs no type.
    """

    node: DocumentNode
    keyword: str = ""
    restricts: bool = False

    @property
    def types(self) -> list[str]:
        """The JSON types in `type`."""
        named = self.node.value.get("type")
        return [named] if isinstance(named, str) else self.node.strings("type")

    def subschemas(self) -> Iterator["Schema"]:
        """Yield the direct subschemas."""
        for keyword in _SCHEMA_KEYWORDS:
            if isinstance(self.node.value.get(keyword), dict):
                yield self._subschema(keyword, self.node.at(keyword))
        for keyword in _SCHEMA_LIST_KEYWORDS:
            for node in self.node.items(keyword):
                yield self._subschema(keyword, node)
        for keyword in _SCHEMA_MAP_KEYWORDS:
            for _, node in self.node.at(keyword).members():
                yield self._subschema(keyword, node)

    def _subschema(self, keyword: str, node: DocumentNode) -> "Schema":
        restricts = keyword in _RESTRICTING_KEYWORDS or (
            keyword in _UNION_KEYWORDS and "type" in self.node.value
        )
        return Schema(node, keyword, restricts=self.restricts or restricts)


def request_schemas(contract: Contract) -> Iterator[Schema]:
    """Yield the schemas of bodies, parameters and task parameters."""
    return _reachable(_request_roots(contract))


def response_schemas(contract: Contract) -> Iterator[Schema]:
    """Yield the schemas of response bodies, headers and task results."""
    return _reachable(_response_roots(contract))


def all_schemas(contract: Contract) -> Iterator[Schema]:
    """Yield all schemas."""
    shared = (node for _, node in contract.root.at("components", "schemas").members())
    return _reachable([*shared, *_request_roots(contract), *_response_roots(contract)])


def _request_roots(contract: Contract) -> Iterator[DocumentNode]:
    for operation in contract.operations:
        for parameter in operation.parameters:
            yield parameter.at("schema")
        if operation.body is not None:
            for _, media in operation.body.at("content").members():
                yield media.at("schema")
    for _, schema in contract.task_schemas("params"):
        yield schema


def _response_roots(contract: Contract) -> Iterator[DocumentNode]:
    for operation in contract.operations:
        for _, response in operation.responses:
            for key in ("headers", "content"):
                for _, holder in response.at(key).members():
                    yield holder.at("schema")
    for _, schema in contract.task_schemas("result"):
        yield schema


def _reachable(roots: Iterable[DocumentNode]) -> Iterator[Schema]:
    """Yield the schemas below `roots`, each once, in document order.

    Iterative with a set of visited pointers, since schemas refer to themselves.
    """
    seen = set()
    pending = [Schema(root) for root in roots][::-1]
    while pending:
        schema = pending.pop()
        if schema.node.pointer not in seen:
            seen.add(schema.node.pointer)
            yield schema
            pending += list(schema.subschemas())[::-1]
