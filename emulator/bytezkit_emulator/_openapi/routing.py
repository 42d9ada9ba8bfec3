"""From a method and a path to an operation of the contract."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final
from urllib.parse import unquote

import msgspec

from bytezkit_emulator._common.http_types import Refusal
from bytezkit_emulator._openapi.document import Document, Operation


class Route(msgspec.Struct, frozen=True):
    """An operation, and the parts of the path that are its parameters."""

    operation: Operation
    path: Mapping[str, str]


class _Template(msgspec.Struct, frozen=True):
    """A path template, split at its slashes.

    Attributes:
        literals: Its other parts, by their places.
        parameters: Its parameters, by their places.
        operations: The operations that are served, by method.
    """

    literals: Mapping[int, str]
    parameters: Mapping[int, str]
    operations: Mapping[str, Operation]

    def match(self, parts: list[str]) -> dict[str, str] | None:
        """Return the parameters in a path of as many parts, if it fits."""
        for at, text in self.literals.items():
            if parts[at] != text:
                return None
        found = {name: parts[at] for at, name in self.parameters.items()}
        return found if all(found.values()) else None


class Router:
    """Finds operations.

    Args:
        document: The document with the paths.
        served: The ids of the operations that are served; the others are not there.
    """

    def __init__(self, document: Document, served: Collection[str]) -> None:
        # A literal part goes before a parameter.
        paths = sorted(document.paths.items(), key=lambda it: [_is_parameter(part) for part in _split(it[0])])
        self.routes: Final = [
            (method, path, operation.operation_id)
            for path, operations in paths
            for method, operation in operations.items()
            if operation.operation_id in served
        ]
        self._templates: Final[dict[int, list[_Template]]] = {}
        for path, operations in paths:
            template = _template(path, {m: it for m, it in operations.items() if it.operation_id in served})
            self._templates.setdefault(len(_split(path)), []).append(template)

    def find(self, method: str, path: str) -> Route:
        """Return the operation for a percent-encoded path.

        Raises:
            Refusal: There is no such path, or it does not admit the method.
        """
        for parts in _readings(path):
            for template in self._templates.get(len(parts), ()):
                parameters = template.match(parts)
                if parameters is None:
                    continue
                operations = template.operations
                if not operations:
                    break
                if method not in operations:
                    allowed = ", ".join(sorted(operations))
                    raise Refusal(405, f"method: {method} is not allowed here", headers={"allow": allowed})
                return Route(operations[method], parameters)
        raise Refusal(404, "path: there is nothing here")


def _readings(path: str) -> Iterator[list[str]]:
    """Give what the parts of a percent-encoded path can be."""
    if "%" not in path:
        yield _split(path)
        return
    # An encoded slash belongs to a part, unless nothing else can be made of the path.
    yield [unquote(part) for part in _split(path)]
    yield _split(unquote(path))


def _split(path: str) -> list[str]:
    return path.split("/")


def _is_parameter(part: str) -> bool:
    return part.startswith("{")


def _template(path: str, operations: Mapping[str, Operation]) -> _Template:
    parts = dict(enumerate(_split(path)))
    return _Template(
        literals={at: part for at, part in parts.items() if not _is_parameter(part)},
        parameters={at: part[1:-1] for at, part in parts.items() if _is_parameter(part)},
        operations=operations,
    )
