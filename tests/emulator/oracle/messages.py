"""Requests, found answers, and expected answers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

JSON: Final = "application/json"
STREAM: Final = "text/plain; charset=utf-8"

# Returns the violation of an unpredictable value.
Check: TypeAlias = Callable[[Any], str | None]


@dataclass(frozen=True)
class Request:
    """A request; the body of a garbled request is not JSON."""

    method: str
    path: str
    authorization: str | None = None
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    provider_key: str | None = None
    is_garbled: bool = False

    @property
    def is_v1(self) -> bool:
        return self.path.startswith("/model/")

    @property
    def model_id(self) -> str:
        return self.path.removeprefix("/models/v2/").removeprefix("request/")

    @property
    def headers(self) -> dict[str, str]:
        sent = {
            "authorization": self.authorization,
            "provider-key": self.provider_key,
            "content-type": JSON if self.is_garbled else None,
        }
        return {name: value for name, value in sent.items() if value is not None}


@dataclass(frozen=True)
class Expected:
    """An expected answer. A `Check` replaces an unpredictable value."""

    status: int
    content_type: str
    body: Any
    headers: Mapping[str, str | Check] = field(default_factory=dict)

    def differences(self, status: int, headers: Mapping[str, str], body: Any) -> Iterator[str]:
        if status != self.status:
            yield f"status: expected {self.status}, found {status} with {body!r:.400}"
            return
        expected = {"content-type": self.content_type, **self.headers}
        yield from differences(expected, {name: headers.get(name) for name in expected}, "headers")
        yield from differences(self.body, body, "body")


class RefusedError(Exception):
    """The service refuses a request."""

    def __init__(self, status: int, error: str | Check, members: Mapping[str, Any] | None = None) -> None:
        super().__init__(status, error)
        self.status = status
        self.error = error
        self.members = members or {}

    def answer(self, *, is_v1: bool, is_for_stream: bool) -> Expected:
        content_type = f"{JSON}; charset=utf-8" if is_for_stream else JSON
        body = {"error": self.error, **({} if is_v1 else {"output": None}), **self.members}
        return Expected(self.status, content_type, body, {"retry-after": "1"} if self.status == 429 else {})


def differences(expected: Any, found: Any, where: str) -> Iterator[str]:
    """Yield the differences between two JSON values."""
    if callable(expected):
        complaint = expected(found)
        if complaint is not None:
            yield f"{where}: {complaint}, found {found!r:.400}"
    elif isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name in [*expected, *sorted(found.keys() - expected.keys())]:
            if name not in found:
                yield f"{where}/{name}: is missing"
            elif name not in expected:
                yield f"{where}/{name}: expected nothing, found {found[name]!r:.400}"
            else:
                yield from differences(expected[name], found[name], f"{where}/{name}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for position, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, f"{where}/{position}")
    elif isinstance(expected, bool) != isinstance(found, bool) or expected != found:
        yield f"{where}: expected {expected!r:.400}, found {found!r:.400}"


def some_text(*parts: str) -> Check:
    """Return a check for a message that contains the parts."""

    def check(found: Any) -> str | None:
        if not isinstance(found, str) or not found:
            return "expected a text"
        return next((f"expected a text with {part!r}" for part in parts if part not in found), None)

    return check
