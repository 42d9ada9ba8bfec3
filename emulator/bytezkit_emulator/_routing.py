"""From a method and a path to an operation of the contract."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from bytezkit_emulator._document import Document, Operation
from bytezkit_emulator._messages import Refusal


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, and the parts of the path that are its parameters."""

    operation: Operation
    path: Mapping[str, str]


class Router:
    """Finds operations.

    Args:
        document: The document with the paths.
        served: The ids of the operations that are served; the others are not there.
    """

    def __init__(self, document: Document, served: Collection[str]) -> None:
        templates = [
            (
                tuple(template.split("/")),
                {method: it for method, it in operations.items() if it.operation_id in served},
            )
            for template, operations in document.paths.items()
        ]
        # A literal part goes before a parameter.
        self._templates: Final = sorted(templates, key=lambda it: [_is_parameter(part) for part in it[0]])

    @property
    def routes(self) -> list[tuple[str, str, str]]:
        """Method, path template and operation of all that is served."""
        return [
            (method, "/".join(parts), operation.operation_id)
            for parts, operations in self._templates
            for method, operation in operations.items()
        ]

    def find(self, method: str, path: str) -> Route:
        """Return the operation for a percent-encoded path.

        Raises:
            Refusal: There is no such path, or it does not admit the method.
        """
        # An encoded slash belongs to a part, unless nothing else can be made of the path.
        for parts in ([unquote(part) for part in path.split("/")], unquote(path).split("/")):
            for template, operations in self._templates:
                parameters = _match(template, parts)
                if parameters is None:
                    continue
                if not operations:
                    break
                if method not in operations:
                    allowed = ", ".join(sorted(operations))
                    raise Refusal(405, f"method: {method} is not allowed here", headers={"allow": allowed})
                return Route(operations[method], parameters)
        raise Refusal(404, "path: there is nothing here")


def _is_parameter(part: str) -> bool:
    return part.startswith("{")


def _match(template: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    if len(template) != len(parts):
        return None
    parameters: dict[str, str] = {}
    for expected, part in zip(template, parts, strict=True):
        if _is_parameter(expected) and part:
            parameters[expected[1:-1]] = part
        elif expected != part:
            return None
    return parameters
