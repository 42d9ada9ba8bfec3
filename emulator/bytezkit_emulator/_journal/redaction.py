"""Keys, kept out of what the journal shows."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

from bytezkit_emulator._common.json import JsonValue

# Names of headers, parameters and members whose values are keys.
_NAME: Final = re.compile(
    r"(?i)authorization$|cookie$|password|secret|(?:^|[-_])(?:key|token)$|(?:api|provider|access)(?:key|token)$"
)
_PARAMETER: Final = re.compile(r"([^?=]+)=")
_SCHEME: Final = re.compile(r"(?i)(?:key|bearer)[ \t]+")
_PARTS: Final = re.compile(r"[\s,]+")
# A shorter one stands in many a text by chance.
_LEAST_HIDDEN: Final = 8
_HIDDEN: Final = "***"


class Redactor:
    """Hides the keys of one request: by the name of what holds them, and wherever else they stand.

    Args:
        headers: The headers of the request.
        query: Its query.
        body: Its body, as far as it is JSON.
    """

    def __init__(self, headers: Mapping[str, str], query: str, body: JsonValue) -> None:
        values = {
            *(value for name, value in headers.items() if names_secret(name)),
            *(secret for part in query.split("&") for _, secret in _secret_in(part)),
            *_secrets_in(body),
        }
        keys = {part for value in values for part in (value, *_PARTS.split(value))}
        spellings = {it for key in keys if len(key) >= _LEAST_HIDDEN for it in _spellings(key)}
        self._spellings = sorted(spellings, key=len, reverse=True)

    def text(self, text: str) -> str:
        """Hide what stands in a text."""
        for spelling in self._spellings:
            text = text.replace(spelling, _HIDDEN)
        return text

    def path(self, path: str) -> str:
        """Hide what stands in a path, however it is encoded."""
        plain = unquote(path)
        return self.text(path if self.text(plain) == plain else plain)

    def query(self, query: str) -> str:
        """Hide what stands in a query, by fingerprint where its name says what it is."""
        parts: list[str] = []
        for part in query.split("&"):
            found = [f"{before}{fingerprint(secret)}" for before, secret in _secret_in(part)]
            parts += found or [part]
        return self.path("&".join(parts))

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Hide what stands in headers, by fingerprint where the name says what it is."""
        return {
            self.text(name): _hide_credentials(value) if names_secret(name) else self.text(value)
            for name, value in headers.items()
        }

    def body(self, body: JsonValue) -> JsonValue:
        """Hide what stands in a body, by fingerprint where the name of a member says what it is."""
        match body:
            case str():
                return self.text(body)
            case list():
                return [self.body(item) for item in body]
            case dict():
                return {
                    self.text(name): _hide(value) if names_secret(name) else self.body(value)
                    for name, value in body.items()
                }
            case _:
                return body


def names_secret(name: str) -> bool:
    """Say whether a header, parameter or member of this name holds a key."""
    return _NAME.search(name) is not None


def fingerprint(secret: str) -> str:
    """Return what is shown of a key, of a password and their like."""
    return f"sha256:{sha256(secret.encode(errors='surrogatepass')).hexdigest()[:12]}"


def _hide_credentials(value: str) -> str:
    scheme = _SCHEME.match(value)
    start = scheme.end() if scheme else 0
    return f"{value[:start]}{fingerprint(value[start:].strip())}"


def _secret_in(part: str) -> list[tuple[str, str]]:
    """Return the key in a part of a query, with what stands before it; a list of at most one."""
    for found in _PARAMETER.finditer(part):
        if names_secret(unquote_plus(found[1])):
            return [(part[: found.end()], unquote_plus(part[found.end() :]))]
    return []


def _hide(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return fingerprint(value)
    return _HIDDEN if isinstance(value, (list, dict)) else value


def _secrets_in(body: JsonValue) -> Iterator[str]:
    members: Iterable[JsonValue] = ()
    match body:
        case list():
            members = body
        case dict():
            members = body.values()
            for name, value in body.items():
                if names_secret(name):
                    yield from _strings_in(value)
        case _:
            pass
    for member in members:
        yield from _secrets_in(member)


def _strings_in(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _strings_in(item)
        case dict():
            yield from value
            yield from _strings_in(list(value.values()))
        case _:
            pass


def _spellings(key: str) -> set[str]:
    encoded = key.encode(errors="surrogatepass")
    return {key, quote(encoded), quote(encoded, safe=""), json.dumps(key)[1:-1], repr(key)[1:-1]}
