"""Results of runs, and the metadata of response headers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, Generic, TypeVar, cast

from bytezkit._core.json import decode, to_plain
from bytezkit_models.json_value import JsonValue
from bytezkit_models.reprs import ShortRepr

OutputT_co = TypeVar("OutputT_co", covariant=True)
OtherT = TypeVar("OtherT")

# A header such as `1e999999999` is a valid decimal, but its conversion to an integer would not end.
_MAX_NUMBER: Final = Decimal(10) ** 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata(ShortRepr):
    """Metadata of the response headers. An attribute is None if its header is missing or malformed.

    Attributes:
        request_id: Id of the request at the service.
        inference_meter: Meter that determines the price.
        inference_meter_price: Price of the meter, with its unit.
        inference_time: Run time of the model; an estimate for streams.
        inference_cost: Cost of the call in US dollars.
        ratelimit_limit: Number of requests allowed in the current window.
        ratelimit_remaining: Number of requests left in the current window.
        ratelimit_reset: Time until the next window begins.
    """

    request_id: str | None = None
    inference_meter: str | None = None
    inference_meter_price: str | None = None
    inference_time: timedelta | None = None
    inference_cost: Decimal | None = None
    ratelimit_limit: int | None = None
    ratelimit_remaining: int | None = None
    ratelimit_reset: timedelta | None = None

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the attributes as plain data: durations in seconds, and the cost with its exact digits."""
        members = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.total_seconds() if isinstance(value, timedelta) else to_plain(value)
            for name, value in members.items()
        }


def parse_metadata(headers: Mapping[str, str]) -> Metadata:
    """Parse the metadata of headers whose names are in lower case."""
    limit = _decimal(headers.get("ratelimit-limit"))
    remaining = _decimal(headers.get("ratelimit-remaining"))
    return Metadata(
        request_id=headers.get("x-request-id"),
        inference_meter=headers.get("inference-meter"),
        inference_meter_price=headers.get("inference-meter-price"),
        inference_time=parse_seconds(headers.get("inference-time")),
        inference_cost=_decimal(headers.get("inference-cost")),
        ratelimit_limit=None if limit is None else int(limit),
        ratelimit_remaining=None if remaining is None else int(remaining),
        ratelimit_reset=parse_seconds(headers.get("ratelimit-reset")),
    )


def parse_seconds(text: str | None) -> timedelta | None:
    """Parse a header in seconds. Return None if it is missing or malformed."""
    number = _decimal(text)
    return None if number is None else timedelta(seconds=float(number))


def _decimal(text: str | None) -> Decimal | None:
    # The length is limited because the value comes from the network.
    if text is None or len(text) > 32:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number <= _MAX_NUMBER else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(ShortRepr, Generic[OutputT_co]):
    """Result of a run. Its `repr` leaves out most of a long output.

    Attributes:
        output: Output of the model, in the type of its task.
        provider: Response of the provider, for closed-source models; None for others.
        metadata: Metadata of the response headers.
        content: Response body as received.
    """

    output: OutputT_co
    provider: JsonValue = None
    metadata: Metadata = field(default_factory=Metadata)
    content: bytes = field(default=b"", repr=False)

    @property
    def raw(self) -> JsonValue:
        """The whole body as JSON, including members that `output` does not have.

        Raises:
            DecodeError: A member that `output` does not have is not valid JSON.
        """
        return cast("JsonValue", decode(self.content, object))

    def to_dict(self) -> dict[str, JsonValue]:
        """Return `output`, `provider` and `metadata` as plain data, which `json.dumps` encodes.

        Dataclasses become dictionaries and media references their URL; `metadata` is as its own `to_dict`.

        Raises:
            TypeError: The output contains an object without a plain form.
        """
        return {
            "output": to_plain(self.output),
            "provider": self.provider,
            "metadata": self.metadata.to_dict(),
        }

    def with_output(self, output: OtherT) -> "Result[OtherT]":
        """Return a copy with another output."""
        return Result(output=output, provider=self.provider, metadata=self.metadata, content=self.content)
