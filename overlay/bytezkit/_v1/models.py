"""Models, jobs, instances and results of the v1 API, and the values of its requests."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, cast

from bytezkit._core.effects import Response
from bytezkit._core.json import decode
from bytezkit._core.results import Metadata, read_metadata
from bytezkit.errors import DecodeError
from bytezkit_models import responses
from bytezkit_models.json_value import JsonValue

_MOST_CONCURRENCY: Final = 1000
_SECOND: Final = timedelta(seconds=1)
_LONGEST_TIMEOUT: Final = timedelta(days=1)
_AVAILABLE: Final = frozenset({"Model available", "Model is already available"})
_MEDIA_TYPES: Final[Mapping[str, str]] = {
    "output_png": "image/png",
    "output_wav": "audio/wav",
    "output_mp4": "video/mp4",
}
_MISSING: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class V1Model:
    """A model that the v1 API runs.

    Attributes:
        name: `organization/name`.
        required_ram: Memory that an instance needs, in GB; None where it was not measured.
        benchmarked: Whether it was measured.
        task: The task's name; None where the service does not say.
    """

    name: str
    required_ram: float | None
    benchmarked: bool
    task: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job of the v1 API that makes a model available.

    Attributes:
        model_id: `organization/name`; None where the service does not say.
        message: How far it is; None in the first answer.
        started: When it began to run; None while it is queued.
        ended: When it ended; None while it has not.
        modified: When it last changed.
    """

    model_id: str | None
    message: str | None
    started: datetime | None
    ended: datetime | None
    modified: datetime

    @property
    def available(self) -> bool:
        """Whether the model can be loaded."""
        return self.message in _AVAILABLE or self.ended is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A loaded model of the v1 API. A member is None where the service does not say.

    Attributes:
        model_id: `organization/name`.
        status: As the service names it: `started` in answer to a start; `DEPLOYING`, `STARTING`,
            `INSTANTIATING`, `RUNNING`, `FAILED`, `STOPPED`; others may come.
        concurrency: How many requests it serves at once.
        inferences: How many requests it served.
        idle_timeout: How long after its last run it goes, within two minutes; None also where it is
            longer than a duration can be.
        expires_at: When that is, unless it is run again.
        created: When it was loaded.
        modified: When it last changed or served a request.
        error: Why it failed.
    """

    model_id: str | None
    status: str
    concurrency: int | None
    inferences: int | None = None
    idle_timeout: timedelta | None = None
    expires_at: datetime | None = None
    created: datetime | None = None
    modified: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class V1Result:
    """The answer of a model of the v1 API.

    Attributes:
        output: What the model gave, as the service shows it; None where it made a file.
        media: The file that it made, if it made one.
        media_type: The type of the file: `image/png`, `audio/wav` or `video/mp4`.
        metadata: What the headers say.
        content: The body as it came.
    """

    output: JsonValue
    media: bytes | None = field(repr=False)
    media_type: str | None
    metadata: Metadata
    content: bytes = field(repr=False)

    @property
    def raw(self) -> JsonValue:
        """The whole body as JSON.

        Raises:
            DecodeError: A member that has no place here is broken.
        """
        return cast("JsonValue", decode(self.content, object))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAnswer:
    """The body of an answered run."""

    output: object = _MISSING
    output_png: str | None = None
    output_wav: str | None = None
    output_mp4: str | None = None
    error: str | None = None


def read_model(model: responses.CatalogModelV1) -> V1Model:
    """Show a model of the wire."""
    return V1Model(
        name=model.name, required_ram=model.requiredRAM, benchmarked=model.benchmarked, task=model.task
    )


def read_job(job: responses.JobV1) -> Job:
    """Show a job of the wire."""
    return Job(
        model_id=job.model or job.modelId,
        message=job.message,
        started=job.startTime,
        ended=job.endTime,
        modified=job.modified,
    )


def read_instance(instance: responses.InstanceV1) -> Instance:
    """Show an instance of the wire."""
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
    try:
        return None if seconds is None else seconds * _SECOND
    except OverflowError:
        return None


def read_start(start: responses.LoadResponseV1) -> Instance:
    """Show an instance that has just been started."""
    return Instance(model_id=start.model or start.modelId, status=start.status, concurrency=start.concurrency)


def read_result(body: RunAnswer, answer: Response) -> V1Result:
    """Show the answer of a run.

    Raises:
        DecodeError: It has neither an output nor a file, or the file is broken.
    """
    media, media_type = None, None
    for name, its_type in _MEDIA_TYPES.items():
        encoded: str | None = getattr(body, name)
        if encoded is not None:
            media, media_type = _decode_media(name, encoded), its_type
    if body.output is _MISSING and media is None:
        raise DecodeError("unexpected answer: neither output nor a file")
    return V1Result(
        output=None if body.output is _MISSING else cast("JsonValue", body.output),
        media=media,
        media_type=media_type,
        metadata=read_metadata(answer.headers),
        content=answer.content,
    )


def _decode_media(name: str, encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError:
        pass
    raise DecodeError(f"unexpected answer: broken base64 - at `$.{name}`")


def check_concurrency(concurrency: int | None) -> None:
    """Refuse what can not be a concurrency.

    Raises:
        TypeError: It is not an integer.
        ValueError: It is out of range.
    """
    if concurrency is None:
        return
    if isinstance(concurrency, bool) or not isinstance(concurrency, int):
        raise TypeError(f"concurrency must be an integer, not {type(concurrency).__name__}")
    if not 1 <= concurrency <= _MOST_CONCURRENCY:
        raise ValueError(f"concurrency must be 1 to {_MOST_CONCURRENCY}, not {concurrency}")


def timeout_seconds(idle_timeout: timedelta | None) -> int | None:
    """Spell an idle timeout in the seconds of the wire.

    Raises:
        TypeError: It is not a timedelta.
        ValueError: It is not a whole number of seconds from 1 to 86400.
    """
    if idle_timeout is None:
        return None
    if not isinstance(idle_timeout, timedelta):
        raise TypeError(f"idle_timeout must be a timedelta, not {type(idle_timeout).__name__}")
    if idle_timeout % _SECOND or not _SECOND <= idle_timeout <= _LONGEST_TIMEOUT:
        raise ValueError(f"idle_timeout must be whole seconds from 1 to 86400, not {idle_timeout}")
    return idle_timeout // _SECOND
