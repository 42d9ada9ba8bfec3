"""What is broken, in a sentence."""

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from requests import PreparedRequest

from bytezkit_contract._wire import KEY, SECOND_KEY
from bytezkit_openapi import read_json

DOCUMENT: Final[Any] = json.loads(read_json())

_LONGEST_BODY: Final = 2000
_OWN_HEADERS: Final = ("accept", "accept-encoding", "connection", "content-length", "user-agent")
# Paths without parameters first, as routing has it.
_ROUTES: Final = [
    (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path)
    for path in sorted(DOCUMENT["paths"], key=lambda path: "{" in path)
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a server leaves the contract.

    Attributes:
        sentence: What is broken.
        clause: Where the contract says otherwise: a JSON pointer into the OpenAPI document.
        request: The request that showed it, as a command for a shell, without the key.
    """

    sentence: str
    clause: str
    request: str

    def __str__(self) -> str:
        return f"{self.sentence}\n  contract: {self.clause}\n  request:  {self.request}"


class BrokenError(Exception):
    """The server leaves the contract."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


def clause_of(method: str, url: str) -> str:
    """Return where the contract describes what a request asks for."""
    path = urlsplit(url).path
    template = next((template for route, template in _ROUTES if route.fullmatch(path)), None)
    if template is None:
        return "#/info/description (unknown route 404)"
    item = f"#/paths/{template.replace('/', '~1')}"
    operation = DOCUMENT["paths"][template].get(method.lower())
    return f"{item} (method not allowed 405)" if operation is None else f"{item}/{method.lower()}"


def as_command(request: PreparedRequest) -> str:
    """Spell a request as a command for a shell, which reads the keys from the environment."""
    words = ["curl", "-X", str(request.method)]
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        if name.lower() == "authorization":
            words += ["-H", _authorization(text)]
        elif name.lower() not in _OWN_HEADERS and not name.lower().startswith("x-schemathesis"):
            words += ["-H", shlex.quote(f"{name}: {text}")]
    body = request.body
    if body:
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
        cut = f" # and {len(text) - _LONGEST_BODY} characters more" if len(text) > _LONGEST_BODY else ""
        words += ["--data-raw", shlex.quote(text[:_LONGEST_BODY]) + cut]
    return " ".join([*words[:3], shlex.quote(str(request.url)), *words[3:]])


def _authorization(value: str) -> str:
    scheme, space, key = value.rpartition(" ")
    variable = {KEY: "$BYTEZ_KEY", SECOND_KEY: "$BYTEZ_SECOND_KEY"}.get(key)
    if variable is None:
        return shlex.quote(f"Authorization: {value}")
    return f'"Authorization: {scheme}{space}{variable}"'
