"""Public types that declare a fault. In JSON and YAML their members have the same names in camel case."""

from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias, cast

import msgspec

from bytezkit_emulator._common.coercion import InvalidValueError, to_json
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._openapi.document import load_admin_document
from bytezkit_emulator._openapi.validation import Schema
from bytezkit_models.json_value import JsonValue

InterruptKind: TypeAlias = Literal["reset", "close", "stall"]


class FaultError(ValueError):
    """A fault is invalid, exists already or does not exist; the message has the location and the reason."""


class _FaultPart(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Base class: camel case and no default values in JSON."""


class Match(_FaultPart, frozen=True, kw_only=True):
    """Requests that a fault applies to; all given conditions must hold.

    Attributes:
        operation: The id of an operation of the API; `media` for generated files. Default: any.
        model: The id of a model, in the path or the body. Default: any.
        tenant: The SHA-256 of an API key in hexadecimal digits. Default: any.
        headers: Header values by lower-case name; headers that hold a key are not allowed. Default: any.
    """

    operation: str | None = None
    model: str | None = None
    tenant: str | None = None
    headers: Mapping[str, str] = {}


class When(_FaultPart, frozen=True, kw_only=True):
    """Matching requests at which a fault fires; all given conditions must hold.

    Attributes:
        skip: Number of matching requests before the fault can fire. Default: 0.
        times: Maximum number of times that it fires. Default: no limit.
        every: After the skipped requests, it fires at the first of every `every` requests. Default: 1.
        sequence: After the skipped requests, whether it fires at the first request, at the second and so on;
            it does not fire after the end of the sequence. Default: every request.
        probability: Probability of firing, from 0 to 1. Default: 1.
        seed: Seed of the random numbers for `probability`; equal seeds give equal sequences on every machine.
    """

    skip: int = 0
    times: int | None = None
    every: int = 1
    sequence: tuple[bool, ...] | None = None
    probability: float | None = None
    seed: int | None = None


class Interrupt(_FaultPart, frozen=True):
    """Interruption of a response.

    Attributes:
        how: `reset`: the connection is reset (RST). `close`: it is closed (FIN). `stall`: no more bytes come.
        after_bytes: Number of body bytes before the interruption.
        after_chunks: Number of body chunks before the interruption. Default: without `after_bytes` and
            `after_chunks`, the interruption precedes the headers.
        handled: For an interruption before the headers, whether the request is processed, so that only its
            response is lost. Default: no.
        seconds: Duration of a stall. Default: until the client closes the connection.
    """

    how: InterruptKind
    after_bytes: int | None = None
    after_chunks: int | None = None
    handled: bool = False
    seconds: float | None = None

    @property
    def is_early(self) -> bool:
        """Whether the interruption precedes the headers."""
        return self.after_bytes is None and self.after_chunks is None


class Then(_FaultPart, frozen=True, kw_only=True):
    """Effects of a fault, which can be combined. Durations are in virtual time.

    Attributes:
        delay: Seconds before the request is processed. Default: 0.
        status: Status of an error response, 400 to 599, in the error envelope of the API. The request is not
            processed. Default: no error response.
        error: Its error message. Default: the name of the status.
        retry_after: Seconds for its header `Retry-After`. Default: no such header.
        content_type: Value of the header `Content-Type`. Default: the correct one.
        truncate: Number of body bytes that are sent. The length in the headers is adjusted, so that the
            response is valid HTTP. Default: all.
        malformed: Whether a byte 0xFF is appended to the body, which makes it neither JSON nor UTF-8.
            Default: no.
        chunk_sizes: Sizes in bytes of the chunks of the body, repeated until its end. Default: unchanged.
        bytes_per_second: Maximum rate of the body. Default: no limit.
        interrupt: Interruption of the response. Default: no interruption.
    """

    delay: float = 0
    status: int | None = None
    error: str | None = None
    retry_after: int | None = None
    content_type: str | None = None
    truncate: int | None = None
    malformed: bool = False
    chunk_sizes: tuple[int, ...] | None = None
    bytes_per_second: float | None = None
    interrupt: Interrupt | None = None


class Fault(_FaultPart, frozen=True):
    """A declared fault.

    Args:
        name: 1 to 64 letters, digits, and `._-`.
        then: The effects.
        match: The requests that it applies to. Default: all.
        when: The matching requests at which it fires. Default: all.

    Raises:
        FaultError: A member is out of range, or two members contradict each other.
    """

    name: str
    then: Then
    match: Match = Match()
    when: When = When()

    def __post_init__(self) -> None:
        """Validate against the document of the control API, the only place that states the ranges."""
        try:
            validate("Fault", self.as_json())
        except InvalidValueError as error:
            raise FaultError(str(error.prefixed("fault"))) from None

    def as_json(self) -> JsonObject:
        """Return the fault as JSON, without default values."""
        return cast("JsonObject", to_json(msgspec.to_builtins(self)))


def fault_from_json(value: JsonObject) -> Fault:
    """Return a fault from validated JSON."""
    return msgspec.convert(value, Fault)


def validate(schema_name: str, value: JsonValue) -> None:
    """Validate JSON against a schema of the document of the control API.

    Raises:
        InvalidValueError: The value violates the schema.
    """
    problem = _schema(schema_name).find_error(value)
    if problem is not None:
        path, reason = problem
        raise InvalidValueError(reason, path)


@cache
def _schema(name: str) -> Schema:
    return load_admin_document().schema({"$ref": f"#/components/schemas/{name}"})
