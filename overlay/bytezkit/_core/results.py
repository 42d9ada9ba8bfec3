"""What a call gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, Generic, TypeVar, cast

from bytezkit._core.json import decode
from bytezkit_models.json_value import JsonValue

OutputT = TypeVar("OutputT")
OtherT = TypeVar("OtherT")

# Above it a header is noise, and turning it into an integer could take for ever.
_MOST: Final = Decimal(10) ** 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the headers of an answer say. A member is None where its header is missing or unreadable.

    Attributes:
        request_id: The service's id of the request.
        inference_meter: The meter that set the price.
        inference_meter_price: The price of the meter, with its unit.
        inference_time: How long the model ran; an estimate on streams.
        inference_cost: What the call cost, in US dollars.
        ratelimit_limit: How many requests the current window admits.
        ratelimit_remaining: How many it still admits.
        ratelimit_reset: When the window starts anew.
    """

    request_id: str | None = None
    inference_meter: str | None = None
    inference_meter_price: str | None = None
    inference_time: timedelta | None = None
    inference_cost: Decimal | None = None
    ratelimit_limit: int | None = None
    ratelimit_remaining: int | None = None
    ratelimit_reset: timedelta | None = None


def read_metadata(headers: Mapping[str, str]) -> Metadata:
    """Read the metadata from headers with lower-case names."""
    limit = _decimal(headers.get("ratelimit-limit"))
    remaining = _decimal(headers.get("ratelimit-remaining"))
    return Metadata(
        request_id=headers.get("x-request-id"),
        inference_meter=headers.get("inference-meter"),
        inference_meter_price=headers.get("inference-meter-price"),
        inference_time=read_seconds(headers.get("inference-time")),
        inference_cost=_decimal(headers.get("inference-cost")),
        ratelimit_limit=None if limit is None else int(limit),
        ratelimit_remaining=None if remaining is None else int(remaining),
        ratelimit_reset=read_seconds(headers.get("ratelimit-reset")),
    )


def read_seconds(text: str | None) -> timedelta | None:
    """Read a header that counts seconds."""
    number = _decimal(text)
    return None if number is None else timedelta(seconds=float(number))


def _decimal(text: str | None) -> Decimal | None:
    if text is None or len(text) > 32:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number <= _MOST else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Generic[OutputT]):
    """The answer of a model.

    Attributes:
        output: What the model gave, in the type of its task.
        provider: The provider's own answer, for closed-source models.
        metadata: What the headers say.
        content: The body as it came.
    """

    output: OutputT
    provider: JsonValue
    metadata: Metadata
    content: bytes = field(repr=False)

    @property
    def raw(self) -> JsonValue:
        """The whole body as JSON, members included that `output` has no place for.

        Raises:
            DecodeError: A member that `output` has no place for is broken.
        """
        return cast("JsonValue", decode(self.content, object))

    def with_output(self, output: OtherT) -> "Result[OtherT]":
        """Return the same answer with its output in another form."""
        return Result(output=output, provider=self.provider, metadata=self.metadata, content=self.content)
