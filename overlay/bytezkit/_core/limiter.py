"""Concurrency limit of `map`: additive increase, multiplicative decrease (AIMD)."""

import os
import threading
from math import inf
from typing import Final

from bytezkit._core.retry import pause_after
from bytezkit.errors import RateLimitError

# Seconds. A sleep may end this much early by a clock that rounds; without the tolerance the caller would
# sleep a second time for a fraction of a millisecond.
_CLOCK_TOLERANCE: Final = 0.001


class ConcurrencyLimiter:
    """Limits the concurrent requests of one client to one model; thread-safe.

    There is no limit until status 429. It then is half of the number of requests in flight, and each round of
    successes at the limit adds one. All maps of the client share the limit, so that a second map starts with
    the limit that the first one reached.

    An epoch is the time between two decreases of the limit. Each request carries the epoch in which it
    started, because requests of an earlier epoch ran under a higher limit: their results neither raise nor
    lower the present limit.

    Attributes:
        not_before: Time in seconds until which no request may start.
    """

    def __init__(self) -> None:
        self.not_before: float = -inf
        self._lock = threading.Lock()
        self._limit: float = inf
        self._in_flight = 0
        self._successes = 0
        self._limit_was_reached: bool = False
        self._epoch = 0
        self._consecutive_decreases = 0

    def delay(self, now: float, own: int) -> float | None:
        """Return the seconds until a request may start, or None if a request in flight must end first.

        Args:
            now: The present time in seconds.
            own: Number of the caller's requests in flight. Without any, no end of a request would wake the
                caller, so that it may start one beyond the limit.
        """
        if own and self._in_flight >= self._limit:
            return None
        delay = self.not_before - now
        return delay if delay > _CLOCK_TOLERANCE else 0.0

    def start(self) -> int:
        """Count a request as in flight, and return its epoch."""
        with self._lock:
            self._in_flight += 1
            self._limit_was_reached = self._limit_was_reached or self._in_flight >= self._limit
            return self._epoch

    def record_success(self, epoch: int) -> None:
        """Count a request that succeeded, and raise the limit after as many successes as the limit.

        Args:
            epoch: The epoch that `start` returned for the request.
        """
        with self._lock:
            self._in_flight -= 1
            if epoch != self._epoch:
                return
            self._consecutive_decreases = 0
            self._successes += 1
            # A limit that no map reaches says nothing about the service.
            if self._successes >= self._limit and self._limit_was_reached:
                self._limit += 1
                self._successes = 0
                self._limit_was_reached = False

    def record_end(self, requests: int = 1) -> None:
        """Count requests that ended for a reason other than load; the limit stays."""
        with self._lock:
            self._in_flight -= requests

    def record_rate_limit(self, error: RateLimitError, epoch: int, now: float, *, jitter: float) -> bool:
        """Count a request that got status 429, lower the limit, and pause all requests.

        Args:
            error: The response with status 429.
            epoch: The epoch that `start` returned for the request.
            now: The present time in seconds.
            jitter: 0 to 1; spreads the pauses of many clients.

        Returns:
            Whether the request can be sent again. False if `Retry-After` is longer than any wait.
        """
        with self._lock:
            # An overload rejects many requests of an epoch together, but lowers the limit only once.
            if epoch == self._epoch:
                self._epoch += 1
                self._consecutive_decreases += 1
                self._limit = max(min(self._limit, self._in_flight) // 2, 1)
                self._successes = 0
                self._limit_was_reached = False
            self._in_flight -= 1
            pause = pause_after(error, self._consecutive_decreases, jitter=jitter)
            if pause is not None:
                self.not_before = max(self.not_before, now + pause)
            return pause is not None


class Limiters:
    """The limiters of a client, by model."""

    def __init__(self) -> None:
        self._limiters: dict[tuple[int, str], ConcurrencyLimiter] = {}

    def get(self, model: str) -> ConcurrencyLimiter:
        """Return the limiter of a model in this process."""
        # A forked process has none of its parent's requests in flight, nor the threads that hold its locks.
        return self._limiters.setdefault((os.getpid(), model), ConcurrencyLimiter())
