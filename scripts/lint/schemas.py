"""Walk the schemas of a contract: all of them, those of requests, those of responses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from scripts.lint.contract import Contract, Part

# Schemas here only narrow another one, which says the type; so do the branches of a union that has a type.
_NARROWING: Final = frozenset({"allOf", "not", "if", "then", "else", "contains", "propertyNames"})
_UNIONS: Final = frozenset({"anyOf", "oneOf"})
_SINGLE: Final = (
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
)
_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS: Final = ("properties", "patternProperties", "dependentSchemas", "$defs")


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema in its place.

    Attributes:
        part: The schema.
        keyword: The keyword of the schema above, empty at the top.
        narrows: Whether it stands below a keyword that only narrows.
    """

    part: Part
    keyword: str = ""
    narrows: bool = False

    @property
    def types(self) -> list[str]:
        """The types that it names."""
        named = self.part.value.get("type")
        return [named] if isinstance(named, str) else self.part.strings("type")

    def below(self) -> Iterator["Schema"]:
        """List the schemas directly below."""
        for keyword in _SINGLE:
            if isinstance(self.part.value.get(keyword), dict):
                yield self._below(keyword, self.part.at(keyword))
        for keyword in _LISTS:
            for part in self.part.items(keyword):
                yield self._below(keyword, part)
        for keyword in _MAPS:
            for _, part in self.part.at(keyword).members():
                yield self._below(keyword, part)

    def _below(self, keyword: str, part: Part) -> "Schema":
        narrows = keyword in _NARROWING or (keyword in _UNIONS and "type" in self.part.value)
        return Schema(part, keyword, narrows=self.narrows or narrows)


def request_schemas(contract: Contract) -> Iterator[Schema]:
    """List what a client sends: schemas of bodies, parameters and task arguments."""
    return _reached(_sent(contract))


def response_schemas(contract: Contract) -> Iterator[Schema]:
    """List what a server answers: schemas of contents, headers and task results."""
    return _reached(_answered(contract))


def all_schemas(contract: Contract) -> Iterator[Schema]:
    """List all schemas."""
    shared = (part for _, part in contract.root.at("components", "schemas").members())
    return _reached([*shared, *_sent(contract), *_answered(contract)])


def _sent(contract: Contract) -> Iterator[Part]:
    for operation in contract.operations:
        for parameter in operation.parameters:
            yield parameter.at("schema")
        if operation.body is not None:
            for _, media in operation.body.at("content").members():
                yield media.at("schema")
    for _, schema in contract.task_schemas("params"):
        yield schema


def _answered(contract: Contract) -> Iterator[Part]:
    for operation in contract.operations:
        for _, response in operation.responses:
            for key in ("headers", "content"):
                for _, holder in response.at(key).members():
                    yield holder.at("schema")
    for _, schema in contract.task_schemas("result"):
        yield schema


def _reached(starts: Iterable[Part]) -> Iterator[Schema]:
    """List the schemas from `starts` downwards, each once, in the order of the document."""
    seen = set()
    pending = [Schema(part) for part in starts][::-1]
    while pending:
        schema = pending.pop()
        if schema.part.pointer not in seen:
            seen.add(schema.part.pointer)
            yield schema
            pending += list(schema.below())[::-1]
