"""Durations and limits of the emulator, and the check of arguments with a fixed set of values."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Final, get_args

_MAX_DURATION: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Durations and limits. All durations but `stream_limit` are in virtual time, and at most 365 days.

    Attributes:
        boot_time: From the start of an instance until it serves. Default: 30 seconds, within the 20 to 60
            that the vendor documented for a cold boot.
        retire_after: Idle time after which an instance above the desired capacity stops. Default: 60
            seconds, chosen by this project.
        queue_time: From the request for a model until its job begins. Default: 10 seconds, chosen by this
            project.
        job_time: From the beginning of the job until the catalog has the model. Default: 90 seconds, as in
            the vendor's example of a finished job.
        expiry_lag: Delay between the expiry of a model that the v1 API loaded and its removal. Default: 60
            seconds, chosen by this project within the two minutes that the vendor documented.
        inference_time: Time of each inference before its first token. Default: 50 milliseconds, chosen by
            this project.
        token_time: Time of each token after that. Default: 20 milliseconds, chosen by this project.
        queue_limit: Requests that may wait at one cluster or loaded model; further requests get 429 unless
            they set `autoScale`. Default: 16, chosen by this project.
        plan_concurrency: Concurrent runs of open models that the plan of each key allows; further runs get
            429 with the vendor's text. The free plan allows 1, larger ones 4, 10, 20, 40, 200 and 400.
            Default: no limit.
        body_limit: Maximum size of a request body in bytes. Default: 33,554,432 (32 MiB), the number in the
            contract's example.
        media_lifetime: How long a generated file is served after a response last contained its URL.
            Default: 1 hour, chosen by this project.
        media_limit: Maximum total size of generated files in bytes; beyond it the oldest files are deleted.
            Default: 268,435,456 (256 MiB), chosen by this project.
        header_limit: Maximum total size of the headers of a request in bytes; larger requests get 431.
            Default: 32,768 (32 KiB), chosen by this project.
        request_limit: Maximum number of concurrent requests, including waiting and streaming ones; further
            requests get 503. Default: 1,000, chosen by this project.
        stream_limit: How long the server sends one response, in real time, before it closes the connection.
            Default: 1 hour, chosen by this project.
        journal_limit: Number of requests that the journal keeps. Default: 1,000, chosen by this project.

    Raises:
        ValueError: A duration is negative or longer than 365 days, or `plan_concurrency` is below 1.
    """

    boot_time: timedelta = timedelta(seconds=30)
    retire_after: timedelta = timedelta(seconds=60)
    queue_time: timedelta = timedelta(seconds=10)
    job_time: timedelta = timedelta(seconds=90)
    expiry_lag: timedelta = timedelta(seconds=60)
    inference_time: timedelta = timedelta(milliseconds=50)
    token_time: timedelta = timedelta(milliseconds=20)
    queue_limit: int = 16
    plan_concurrency: int | None = None
    body_limit: int = 32 * 1024 * 1024
    media_lifetime: timedelta = timedelta(hours=1)
    media_limit: int = 256 * 1024 * 1024
    header_limit: int = 32 * 1024
    request_limit: int = 1000
    stream_limit: timedelta = timedelta(hours=1)
    journal_limit: int = 1000

    def __post_init__(self) -> None:
        """Check the plan, and the durations, whose sums with a virtual time must be virtual times."""
        if self.plan_concurrency is not None and self.plan_concurrency < 1:
            raise ValueError("plan_concurrency must be 1 or greater")
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, timedelta) and not timedelta() <= value <= _MAX_DURATION:
                raise ValueError(f"{field.name} must be from 0 to {_MAX_DURATION.days} days")


def check_choice(name: str, value: str, choices: object) -> None:
    """Raise unless a value is one of the values of a `Literal` type.

    Raises:
        ValueError: It is not; the message lists the values.
    """
    if value not in get_args(choices):
        raise ValueError(f"{name} must be one of {', '.join(get_args(choices))}")
