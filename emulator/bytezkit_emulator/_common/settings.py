"""Numbers that set how the emulator behaves."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Lengths and limits. All durations but `stream_limit` are in virtual time.

    Attributes:
        boot_time: From the start of an instance until it serves. Default: 30 seconds, in the 20 to 60
            that the vendor documented for a cold boot.
        retire_after: How long an instance above the desired capacity stays without work. Default: 60
            seconds, a choice of this project.
        queue_time: From the request for a model until its job begins. Default: 10 seconds, a choice of
            this project.
        job_time: From then until the catalog has the model. Default: 90 seconds, as in the vendor's
            example of a finished job.
        expiry_lag: How long after the end of its period without a run a model that the older API
            loaded goes. Default: 60 seconds, a choice of this project within the two minutes that the
            vendor documented.
        inference_time: Time of each inference before its first token. Default: 50 milliseconds, a
            choice of this project.
        token_time: Time of each token after that. Default: 20 milliseconds, a choice of this project.
        queue_limit: Requests that may wait at one cluster or loaded model; more are refused with 429
            unless they set `autoScale`. Default: 16, a choice of this project.
        body_limit: Bytes that the body of a request may have. Default: 33,554,432 (32 MiB), the
            number in the contract's example.
        media_lifetime: How long a file that a model made is served after its URL was last given out.
            Default: 1 hour, a choice of this project.
        media_limit: Bytes of such files that are kept; beyond it the oldest go. Default: 268,435,456
            (256 MiB), a choice of this project.
        header_limit: Bytes that the headers of a request may have in all; more are refused with 431.
            Default: 32,768 (32 KiB), a choice of this project.
        request_limit: Requests that may be under way at once, waiting and streams included; more are
            refused with 503. Default: 1,000, a choice of this project.
        stream_limit: How long the server sends one answer, in real time; then it cuts the connection.
            Default: 1 hour, a choice of this project.
        journal_limit: Requests that the journal keeps. Default: 1,000, a choice of this project.
    """

    boot_time: timedelta = timedelta(seconds=30)
    retire_after: timedelta = timedelta(seconds=60)
    queue_time: timedelta = timedelta(seconds=10)
    job_time: timedelta = timedelta(seconds=90)
    expiry_lag: timedelta = timedelta(seconds=60)
    inference_time: timedelta = timedelta(milliseconds=50)
    token_time: timedelta = timedelta(milliseconds=20)
    queue_limit: int = 16
    body_limit: int = 32 * 1024 * 1024
    media_lifetime: timedelta = timedelta(hours=1)
    media_limit: int = 256 * 1024 * 1024
    header_limit: int = 32 * 1024
    request_limit: int = 1000
    stream_limit: timedelta = timedelta(hours=1)
    journal_limit: int = 1000
