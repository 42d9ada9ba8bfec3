"""Concurrency limit of `map`: additive increase, multiplicative decrease (AIMD)."""

from math import inf
from typing import Final

from bytezkit._core.retry import pause_after
from bytezkit.errors import RateLimitError

# Seconds. A sleep may end this much early by a clock that rounds; without the tolerance the caller would
# sleep a second time for a fraction of a millisecond.
_CLOCK_TOLERANCE: Final = 0.001


class ConcurrencyLimiter:
    """Adds one to the limit after as many successes as the limit, and halves the limit after status 429.

    An epoch is the time between two decreases of the limit. Each request carries the epoch in which it
    started, because requests of an earlier epoch ran under a higher limit: their results neither raise nor
    lower the present limit.

    Args:
        max_in_flight: Upper bound of the limit, and the limit at the start.

    Attributes:
        not_before: Time in seconds until which no request may start.
    """

    def __init__(self, max_in_flight: int) -> None:
        self.not_before = -inf
        self._max_in_flight = max_in_flight
        self._limit = max_in_flight
        self._in_flight = 0
        self._successes = 0
        self._epoch = 0
        self._consecutive_decreases = 0

    def delay(self, now: float) -> float | None:
        """Return the seconds until a request may start, or None if a request in flight must end first."""
        if self._in_flight >= self._limit:
            return None
        delay = self.not_before - now
        return delay if delay > _CLOCK_TOLERANCE else 0.0

    def start(self) -> int:
        """Count a request as in flight, and return its epoch."""
        self._in_flight += 1
        return self._epoch

    def record_success(self, epoch: int) -> None:
        """Count a request that succeeded, and raise the limit after as many successes as the limit.

        Args:
            epoch: The epoch that `start` returned for the request.
        """
        self._in_flight -= 1
        if epoch != self._epoch:
            return
        self._consecutive_decreases = 0
        self._successes += 1
        if self._successes >= self._limit < self._max_in_flight:
            self._limit += 1
            self._successes = 0

    def record_failure(self) -> None:
        """Count a request that failed for a reason other than load; the limit stays."""
        self._in_flight -= 1

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
        self._in_flight -= 1
        # An overload rejects many requests of an epoch together, but lowers the limit only once.
        if epoch == self._epoch:
            self._epoch += 1
            self._consecutive_decreases += 1
            self._limit = max(self._limit // 2, 1)
            self._successes = 0
        pause = pause_after(error, self._consecutive_decreases, jitter=jitter)
        if pause is not None:
            self.not_before = max(self.not_before, now + pause)
        return pause is not None
