"""Validation of the arguments of the v1 API, and conversion of its responses."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from bytezkit._core.config import Duration, to_timedelta
from bytezkit._core.effects import Response
from bytezkit._core.results import parse_metadata
from bytezkit._v1.models import Instance, Job, V1Model, V1Result
from bytezkit.errors import DecodeError
from bytezkit_models import responses
from bytezkit_models.json_value import JsonValue

_MAX_CONCURRENCY: Final = 1000
_SECOND: Final = timedelta(seconds=1)
_MAX_TIMEOUT: Final = timedelta(days=1)
_MEDIA_TYPES: Final[Mapping[str, str]] = {
    "output_png": "image/png",
    "output_wav": "audio/wav",
    "output_mp4": "video/mp4",
}
_MISSING: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResponse:
    """Body of the response to a run."""

    # Differs from None, which is a valid output.
    output: object = _MISSING
    output_png: str | None = None
    output_wav: str | None = None
    output_mp4: str | None = None
    error: str | None = None


def model_from_wire(model: responses.CatalogModelV1) -> V1Model:
    """Convert a model of the wire."""
    return V1Model(
        name=model.name, required_ram=model.requiredRAM, benchmarked=model.benchmarked, task=model.task
    )


def job_from_wire(job: responses.JobV1) -> Job:
    """Convert a job of the wire."""
    return Job(
        model_id=job.model or job.modelId,
        message=job.message,
        started=job.startTime,
        ended=job.endTime,
        modified=job.modified,
    )


def instance_from_wire(instance: responses.InstanceV1) -> Instance:
    """Convert an instance of the wire."""
    return Instance(
        model_id=instance.model or instance.modelId,
        status=instance.status,
        concurrency=instance.concurrency,
        inferences=instance.inferences,
        idle_timeout=_duration(instance.expirationPeriodSeconds),
        expires_at=instance.expiresAt,
        created=instance.created,
        modified=instance.modified,
        error=instance.error,
    )


def _duration(seconds: int | None) -> timedelta | None:
    # The number comes from the network and is unbounded.
    try:
        return None if seconds is None else seconds * _SECOND
    except OverflowError:
        return None


def instance_from_start(start: responses.LoadResponseV1) -> Instance:
    """Convert the response to a start."""
    return Instance(model_id=start.model or start.modelId, status=start.status, concurrency=start.concurrency)


def result_from_wire(body: RunResponse, response: Response) -> V1Result:
    """Convert the response to a run.

    Raises:
        DecodeError: The body has neither an output nor media, or the media are not valid base64.
    """
    media, media_type = None, None
    for name, type_of_name in _MEDIA_TYPES.items():
        encoded: str | None = getattr(body, name)
        if encoded is not None:
            media, media_type = _decode_media(name, encoded), type_of_name
    if body.output is _MISSING and media is None:
        raise DecodeError("unexpected response: it has neither output nor media")
    return V1Result(
        output=None if body.output is _MISSING else cast("JsonValue", body.output),
        media=media,
        media_type=media_type,
        metadata=parse_metadata(response.headers),
        content=response.content,
    )


def _decode_media(name: str, encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError:
        pass
    raise DecodeError(f"unexpected response: invalid base64 - at `$.{name}`")


def check_concurrency(concurrency: int | None) -> None:
    """Validate a concurrency.

    Raises:
        TypeError: The concurrency is not an integer.
        ValueError: The concurrency is out of range.
    """
    if concurrency is None:
        return
    # A bool is an int for Python, but a service would reject `true`.
    if isinstance(concurrency, bool) or not isinstance(concurrency, int):
        raise TypeError(f"concurrency must be an integer, not {type(concurrency).__name__}")
    if not 1 <= concurrency <= _MAX_CONCURRENCY:
        raise ValueError(f"concurrency must be 1 to {_MAX_CONCURRENCY}, not {concurrency}")


def timeout_seconds(idle_timeout: Duration | None) -> int | None:
    """Convert an idle timeout to seconds.

    Raises:
        TypeError: The timeout is no duration.
        ValueError: The timeout is not a whole number of seconds from 1 to 86400.
    """
    if idle_timeout is None:
        return None
    duration = to_timedelta("idle_timeout", idle_timeout)
    if duration % _SECOND or not _SECOND <= duration <= _MAX_TIMEOUT:
        raise ValueError(f"idle_timeout must be whole seconds from 1 to 86400, not {duration}")
    return duration // _SECOND
