"""Types of the v1 API."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, cast

from bytezkit._core.json import decode, to_plain
from bytezkit._core.results import Metadata
from bytezkit_models.json_value import JsonValue
from bytezkit_models.reprs import ShortRepr

# The service reports an available model only by these messages, or by the end of its job.
_AVAILABLE: Final = frozenset({"Model available", "Model is already available"})


@dataclass(frozen=True, slots=True, kw_only=True)
class V1Model:
    """A model of the v1 API.

    Attributes:
        name: `organization/name`.
        required_ram: Memory of an instance in GB, or None if it was not measured.
        benchmarked: Whether the memory was measured.
        task: Name of the task, or None if the service does not report it.
    """

    name: str
    required_ram: float | None
    benchmarked: bool
    task: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job of the v1 API that makes a model available.

    Attributes:
        model_id: `organization/name`, or None if the service does not report it.
        message: Progress message; None in the first response.
        started: Time when the job began to run, or None if it is queued.
        ended: Time when the job ended, or None if it has not ended.
        modified: Time of the last change.
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
    """A loaded model of the v1 API. An attribute is None if the service does not report it.

    Attributes:
        model_id: `organization/name`.
        status: Status in the words of the service: `started` in the response to a start, then `DEPLOYING`,
            `STARTING`, `INSTANTIATING`, `RUNNING`, `FAILED` or `STOPPED`. The service may add others.
        concurrency: Maximum number of concurrent requests.
        inferences: Number of requests served.
        idle_timeout: Time without a run after which the instance stops, within two minutes; also None if it
            exceeds the maximum of `timedelta`.
        expires_at: Time when the instance stops unless it is run again.
        created: Time of loading.
        modified: Time of the last change or request.
        error: Why the instance failed.
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
class V1Result(ShortRepr):
    """Result of a run over the v1 API. Its `repr` leaves out most of a long output.

    Attributes:
        output: Output of the model as JSON, or None if the output is media.
        media: Content of the media, or None.
        media_type: Media type: `image/png`, `audio/wav`, `video/mp4` or None.
        metadata: Metadata of the response headers.
        content: Response body as received.
    """

    output: JsonValue
    media: bytes | None = field(default=None, repr=False)
    media_type: str | None = None
    metadata: Metadata = field(default_factory=Metadata)
    content: bytes = field(default=b"", repr=False)

    @property
    def raw(self) -> JsonValue:
        """The whole body as JSON.

        Raises:
            DecodeError: A member that this class does not have is not valid JSON.
        """
        return cast("JsonValue", decode(self.content, object))

    def to_dict(self) -> dict[str, JsonValue]:
        """Return `output`, `media`, `media_type` and `metadata` as plain data, which `json.dumps` encodes.

        The media become base64; `metadata` is as its own `to_dict`.
        """
        return {
            "output": self.output,
            "media": to_plain(self.media),
            "media_type": self.media_type,
            "metadata": self.metadata.to_dict(),
        }
