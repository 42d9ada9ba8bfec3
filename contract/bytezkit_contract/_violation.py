"""Contract violations and how they are described."""

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from requests import PreparedRequest

from bytezkit_contract._adapter import KEY_PLACEHOLDER, SECOND_KEY_PLACEHOLDER
from bytezkit_openapi import read_json

DOCUMENT: Final[Any] = json.loads(read_json())

_MAX_BODY_LENGTH: Final = 2000
# curl sends headers of its own under these names.
_CURL_HEADERS: Final = ("accept", "accept-encoding", "connection", "content-length", "user-agent")
# Paths without parameters come first, since `/models/v2/list/tasks` also matches `/models/v2/{org}/{name}`.
_ROUTES: Final = [
    (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path)
    for path in sorted(DOCUMENT["paths"], key=lambda path: "{" in path)
]


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation of the contract.

    Attributes:
        message: What the server did and what the contract requires.
        pointer: JSON pointer to the violated part of the OpenAPI document.
        command: curl command that repeats the request, without the key.
    """

    message: str
    pointer: str
    command: str

    def __str__(self) -> str:
        return f"{self.message}\n  contract: {self.pointer}\n  request:  {self.command}"


class ViolationError(Exception):
    """The server violates the contract."""

    def __init__(self, *violations: Violation) -> None:
        super().__init__("\n".join(str(violation) for violation in violations))
        self.violations = violations


def contract_route(url: str) -> str | None:
    """Return the path of the contract that a URL addresses, also below the path prefix of a gateway."""
    path = urlsplit(url).path
    ends = [path[match.start() :] for match in re.finditer("/", path)]
    return next((path for end in ends for route, path in _ROUTES if route.fullmatch(end)), None)


def contract_pointer(method: str, url: str) -> str:
    """Return the JSON pointer to the operation that a request addresses.

    A request without an operation gets the pointer to its path, or to the description of unknown routes,
    and the status that the contract requires.
    """
    template = contract_route(url)
    if template is None:
        return "#/info/description (unknown route 404)"
    item = f"#/paths/{template.replace('/', '~1')}"
    operation = DOCUMENT["paths"][template].get(method.lower())
    return f"{item} (method not allowed 405)" if operation is None else f"{item}/{method.lower()}"


def curl_command(request: PreparedRequest) -> str:
    """Return a curl command that repeats a request and reads the keys from environment variables."""
    words = ["curl", "-X", str(request.method)]
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        if name.lower() == "authorization":
            words += ["-H", _authorization_header(text)]
        elif name.lower() not in _CURL_HEADERS and not name.lower().startswith("x-schemathesis"):
            words += ["-H", shlex.quote(f"{name}: {text}")]
    body = request.body
    if body:
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
        omitted = len(text) - _MAX_BODY_LENGTH
        comment = f" # and {omitted} more characters" if omitted > 0 else ""
        words += ["--data-raw", shlex.quote(text[:_MAX_BODY_LENGTH]) + comment]
    return " ".join([*words[:3], shlex.quote(str(request.url)), *words[3:]])


def _authorization_header(value: str) -> str:
    scheme, space, key = value.rpartition(" ")
    variables = {KEY_PLACEHOLDER: "$BYTEZ_KEY", SECOND_KEY_PLACEHOLDER: "$BYTEZ_SECOND_KEY"}
    if key not in variables:
        return shlex.quote(f"Authorization: {value}")
    # Double quotes, so that the shell replaces the variable.
    return f'"Authorization: {scheme}{space}{variables[key]}"'
