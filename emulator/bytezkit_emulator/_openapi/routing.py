"""Maps method and path to an operation of the contract."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final
from urllib.parse import unquote

import msgspec

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._openapi.document import Document, Operation


class Route(msgspec.Struct, frozen=True):
    """An operation and its path parameters."""

    operation: Operation
    path: Mapping[str, str]


class _Template(msgspec.Struct, frozen=True):
    """A path template, split at its slashes.

    Attributes:
        literals: Literal segments by position.
        parameters: Names of path parameters by position.
        operations: Served operations by method.
    """

    literals: Mapping[int, str]
    parameters: Mapping[int, str]
    operations: Mapping[str, Operation]

    def match(self, parts: list[str]) -> dict[str, str] | None:
        """Return the path parameters if a path with the same number of segments matches."""
        for at, text in self.literals.items():
            if parts[at] != text:
                return None
        found = {name: parts[at] for at, name in self.parameters.items()}
        return found if all(found.values()) else None


class Router:
    """Finds the operation of a request.

    Args:
        document: The document with the paths.
        served: Ids of the served operations; for the others there is no route.
    """

    def __init__(self, document: Document, served: Collection[str]) -> None:
        # Literal segments take precedence: `/models/v2/list/tasks` also matches `/models/v2/{org}/{name}`.
        paths = sorted(document.paths.items(), key=lambda it: [_is_parameter(part) for part in _split(it[0])])
        self.routes: Final = [
            (method, path, operation.operation_id)
            for path, operations in paths
            for method, operation in operations.items()
            if operation.operation_id in served
        ]
        self._templates: Final[dict[int, list[_Template]]] = {}
        for path, operations in paths:
            template = _parse_template(
                path, {m: it for m, it in operations.items() if it.operation_id in served}
            )
            self._templates.setdefault(len(_split(path)), []).append(template)

    def find(self, method: str, path: str) -> Route:
        """Return the route of a percent-encoded path; `HEAD` has the route of `GET`.

        Raises:
            HttpError: No path matches, or the path does not have the method.
        """
        for parts in _interpretations(path):
            for template in self._templates.get(len(parts), ()):
                parameters = template.match(parts)
                if parameters is None:
                    continue
                operations = template.operations
                # The profile omits every operation of this path.
                if not operations:
                    break
                operation = operations.get("GET" if method == "HEAD" else method)
                if operation is None:
                    methods = {*operations, "HEAD"} if "GET" in operations else operations
                    allowed = {"allow": ", ".join(sorted(methods))}
                    raise HttpError(405, f"method: {method} is not allowed here", headers=allowed)
                return Route(operation, parameters)
        raise HttpError(404, "path: there is nothing here")


def _interpretations(path: str) -> Iterator[list[str]]:
    """Yield the possible segments of a percent-encoded path."""
    if "%" not in path:
        yield _split(path)
        return
    # An encoded slash belongs to its segment, unless no template matches; then it separates segments.
    yield [unquote(part) for part in _split(path)]
    yield _split(unquote(path))


def _split(path: str) -> list[str]:
    return path.split("/")


def _is_parameter(part: str) -> bool:
    return part.startswith("{")


def _parse_template(path: str, operations: Mapping[str, Operation]) -> _Template:
    parts = dict(enumerate(_split(path)))
    return _Template(
        literals={at: part for at, part in parts.items() if not _is_parameter(part)},
        parameters={at: part[1:-1] for at, part in parts.items() if _is_parameter(part)},
        operations=operations,
    )
