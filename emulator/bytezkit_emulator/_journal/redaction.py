"""Remove keys and files from what the journal shows."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

from bytezkit_models.json_value import JsonValue

# Names of headers, parameters and members whose values are secret.
_SECRET_NAME: Final = re.compile(
    r"(?i)authorization$|cookie$|password|secret|(?:^|[-_])(?:key|token)$|(?:api|provider|access)(?:key|token)$"
)
# The lookbehind starts a match only where a name begins, so that the search takes linear time.
_PARAMETER_NAME: Final = re.compile(r"(?<![^?=])([^?=]+)=")
_SCHEME: Final = re.compile(r"(?i)(?:key|bearer)[ \t]+")
_SEPARATORS: Final = re.compile(r"[\s,]+")
_FILE: Final = re.compile(r"(data:[\w/.+-]{0,100};base64,|)[A-Za-z0-9+/_-]{200,}={0,2}")
# Shorter secrets are redacted only where a secret is expected: elsewhere they would match unrelated text.
_MIN_SECRET_LENGTH: Final = 8
_REDACTED: Final = "***"


class Redactor:
    """Redacts the secrets of one request: in the fields that hold them, and wherever else they occur.

    Args:
        headers: The headers of the request.
        query: The query of the request.
        body: The JSON body of the request.
    """

    def __init__(self, headers: Mapping[str, str], query: str, body: JsonValue) -> None:
        values = {
            *(value for name, value in headers.items() if is_secret_name(name)),
            *(secret for parameter in query.split("&") for _, secret in _split_secret(parameter)),
            *_secrets_in(body),
        }
        # A header such as `Authorization: Key abc` contains the key among other words.
        secrets = {part for value in values for part in (value, *_SEPARATORS.split(value))}
        spellings = {
            it for secret in secrets if len(secret) >= _MIN_SECRET_LENGTH for it in _spellings(secret)
        }
        # Longest first, because replacing a part of a secret would leave the rest of it visible.
        self._spellings = sorted(spellings, key=len, reverse=True)

    def text(self, text: str) -> str:
        """Redact a text."""
        for spelling in self._spellings:
            text = text.replace(spelling, _REDACTED)
        return text

    def path(self, path: str) -> str:
        """Redact a percent-encoded path; if a secret is in it, return it decoded."""
        # Any character may be percent-encoded, so that only the decoded path shows every secret.
        decoded = unquote(path)
        return self.text(path if self.text(decoded) == decoded else decoded)

    def query(self, query: str) -> str:
        """Redact a query; parameters with a secret name show the fingerprint."""
        parts: list[str] = []
        for parameter in query.split("&"):
            redacted = [f"{before}{fingerprint(secret)}" for before, secret in _split_secret(parameter)]
            parts += redacted or [parameter]
        return self.path("&".join(parts))

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Redact headers; those with a secret name show the fingerprint."""
        return {
            self.text(name): _redact_credentials(value) if is_secret_name(name) else self.text(value)
            for name, value in headers.items()
        }

    def body(self, body: JsonValue) -> JsonValue:
        """Redact a JSON body; members with a secret name show the fingerprint."""
        match body:
            case str():
                return self.text(body)
            case list():
                return [self.body(item) for item in body]
            case dict():
                return {
                    self.text(name): _redact_member(value) if is_secret_name(name) else self.body(value)
                    for name, value in body.items()
                }
            case _:
                return body


def is_secret_name(name: str) -> bool:
    """Return whether a header, parameter or member of this name holds a secret."""
    return _SECRET_NAME.search(name) is not None


def fingerprint(secret: str) -> str:
    """Return the text that is shown instead of a secret."""
    return f"sha256:{sha256(secret.encode(errors='surrogatepass')).hexdigest()[:12]}"


def without_files(value: JsonValue) -> JsonValue:
    """Replace base64 and data URLs in a JSON value by their lengths."""
    match value:
        case str():
            file = _FILE.fullmatch(value)
            return value if file is None else f"{file[1]}... ({len(value)} characters)"
        case list():
            return [without_files(item) for item in value]
        case dict():
            # A long key may look like base64; the fingerprint of the whole key is to be shown for it.
            return {name: it if is_secret_name(name) else without_files(it) for name, it in value.items()}
        case _:
            return value


def _redact_credentials(value: str) -> str:
    scheme = _SCHEME.match(value)
    start = scheme.end() if scheme else 0
    return f"{value[:start]}{fingerprint(value[start:].strip())}"


def _split_secret(parameter: str) -> list[tuple[str, str]]:
    """Split a query parameter before its secret; return a list of at most one pair."""
    # A published client writes a second `?` where `&` belongs, so that a parameter may contain another one.
    for match in _PARAMETER_NAME.finditer(parameter):
        if is_secret_name(unquote_plus(match[1])):
            return [(parameter[: match.end()], unquote_plus(parameter[match.end() :]))]
    return []


def _redact_member(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return fingerprint(value)
    return _REDACTED if isinstance(value, (list, dict)) else value


def _secrets_in(body: JsonValue) -> Iterator[str]:
    members: Iterable[JsonValue] = ()
    match body:
        case list():
            members = body
        case dict():
            members = body.values()
            for name, value in body.items():
                if is_secret_name(name):
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


def _spellings(secret: str) -> set[str]:
    """Return the forms in which paths, JSON and error messages may contain a secret."""
    encoded = secret.encode(errors="surrogatepass")
    return {secret, quote(encoded), quote(encoded, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]}
