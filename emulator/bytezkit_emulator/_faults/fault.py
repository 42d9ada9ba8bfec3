"""What people declare. In JSON and YAML the members have the same names, in camel case."""

from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias, cast

import msgspec

from bytezkit_emulator._common.coercion import Misfit, to_json
from bytezkit_emulator._common.json import JsonObject, JsonValue
from bytezkit_emulator._openapi.document import load_admin_document
from bytezkit_emulator._openapi.validation import Schema

How: TypeAlias = Literal["reset", "close", "stall"]


class FaultError(ValueError):
    """A fault can not be declared, or there is none of that name; the text says where and why."""


class _Plain(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What all of them have in common."""


class Match(_Plain, frozen=True, kw_only=True):
    """Which requests a fault is for: those that fit all of these.

    Attributes:
        operation: The id of an operation of the API; `media` for the emulator's own files. Default: any.
        model: The id of a model, in the path or in the body. Default: any.
        tenant: The SHA-256 of a key in hexadecimal digits. Default: any.
        headers: Values of headers by their lower-case names; none that holds a key. Default: any.
    """

    operation: str | None = None
    model: str | None = None
    tenant: str | None = None
    headers: Mapping[str, str] = {}


class When(_Plain, frozen=True, kw_only=True):
    """At which of these requests it fires: at those of which all that is given says so.

    Attributes:
        skip: How many are let pass first. Default: 0.
        times: How often it fires at most. Default: no limit.
        every: After those that are let pass, the first of each so many. Default: 1.
        sequence: Whether it fires at the first after them, at the second and so on; at none behind the end.
            Default: at all.
        probability: How likely it fires, from 0 to 1, as chance decides that begins with `seed`. Default: 1.
        seed: The same seed gives the same sequence on every machine. It goes with `probability`.
    """

    skip: int = 0
    times: int | None = None
    every: int = 1
    sequence: tuple[bool, ...] | None = None
    probability: float | None = None
    seed: int | None = None


class Interrupt(_Plain, frozen=True):
    """How an answer breaks off.

    Attributes:
        how: `reset`: the connection is reset (RST). `close`: it is closed (FIN). `stall`: nothing more comes.
        after_bytes: After so many bytes of the body.
        after_chunks: After so many pieces of the body. Default: with neither, before the headers.
        handled: Before the headers, whether the request is handled all the same, so that only its answer is
            lost. Default: no.
        seconds: Of a stall, how long it lasts. Default: until the client leaves.
    """

    how: How
    after_bytes: int | None = None
    after_chunks: int | None = None
    handled: bool = False
    seconds: float | None = None

    @property
    def is_early(self) -> bool:
        """Whether it comes before the headers."""
        return self.after_bytes is None and self.after_chunks is None


class Then(_Plain, frozen=True, kw_only=True):
    """What goes wrong. Several faults of one answer go together. Times are virtual.

    Attributes:
        delay: Seconds until the request is looked at. Default: 0.
        status: The status of a refusal, 400 to 599, in the envelope that the API has for failures. The
            request is not handled. Default: no refusal.
        error: Its text. Default: the name of the status.
        retry_after: Seconds for its header `Retry-After`. Default: no such header.
        content_type: The content type that the answer claims. Default: the right one.
        truncate: How many bytes of the body come. The length in the headers is theirs: as HTTP the answer is
            whole. Default: all.
        malformed: Whether a byte 0xFF follows the body, which is then neither JSON nor UTF-8. Default: no.
        chunk_sizes: The sizes in bytes of the pieces in which the body comes, over and over. Default: as
            it is.
        bytes_per_second: How fast the body comes at most. Default: no limit.
        interrupt: How the answer breaks off. Default: it does not.
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


class Fault(_Plain, frozen=True):
    """A fault.

    Args:
        name: 1 to 64 letters, digits, and `._-`.
        then: What goes wrong.
        match: For which requests. Default: all.
        when: At which of these. Default: at all.

    Raises:
        FaultError: A member is out of range, or does not go with another one.
    """

    name: str
    then: Then
    match: Match = Match()
    when: When = When()

    def __post_init__(self) -> None:
        """Hold it against the document."""
        try:
            check("Fault", self.as_json())
        except Misfit as misfit:
            raise FaultError(str(misfit.below("fault"))) from None

    def as_json(self) -> JsonObject:
        """Spell it as JSON, without what is as it is by default."""
        return cast("JsonObject", to_json(msgspec.to_builtins(self)))


def read_fault(value: JsonObject) -> Fault:
    """Make a fault of its JSON, which was checked."""
    return msgspec.convert(value, Fault)


def check(schema: str, value: JsonValue) -> None:
    """Hold JSON against a schema of the document of the control API.

    Raises:
        Misfit: It does not fit.
    """
    problem = _schema(schema).find_error(value)
    if problem is not None:
        path, reason = problem
        raise Misfit(reason, path)


@cache
def _schema(name: str) -> Schema:
    return load_admin_document().schema({"$ref": f"#/components/schemas/{name}"})
