"""How many requests go at once: as many as the service bears."""

from math import inf
from typing import Final

from bytezkit._core.retry import pause_after
from bytezkit.errors import RateLimitError

# A clock that rounds ends a pause a moment early.
_MOMENT: Final = 0.001


class Pace:
    """Adds a request for each round that went well, and halves them when the service had too many.

    Args:
        most: How many requests may be under way at once, at most and at first.
    """

    def __init__(self, most: int) -> None:
        self.not_before = -inf
        self._most = most
        self._limit = most
        self._under_way = 0
        self._answered = 0
        self._rounds = 0
        self._refusals = 0

    def delay(self, now: float) -> float | None:
        """Return the seconds until a request may begin, or None if another one has to end first."""
        if self._under_way >= self._limit:
            return None
        delay = self.not_before - now
        return delay if delay > _MOMENT else 0.0

    def begin(self) -> int:
        """Count a request that begins, and return the round that it belongs to."""
        self._under_way += 1
        return self._rounds

    def answered(self, begun: int) -> None:
        """Count a request that was answered.

        Args:
            begun: The round that the request belongs to. One of an earlier round went with more others than
                are admitted now.
        """
        self._under_way -= 1
        if begun != self._rounds:
            return
        self._refusals = 0
        self._answered += 1
        if self._answered >= self._limit < self._most:
            self._limit += 1
            self._answered = 0

    def failed(self) -> None:
        """Count a request that failed, which says nothing of the service's load."""
        self._under_way -= 1

    def refused(self, error: RateLimitError, begun: int, now: float, *, jitter: float) -> bool:
        """Count a request that was one too many, and let none begin for a while.

        Args:
            error: The refusal.
            begun: The round that the request belongs to. Those of one round are told the same: only the
                first of them counts.
            now: The present, in seconds.
            jitter: 0 to 1, spreads the pauses of many clients.

        Returns:
            Whether the service can be waited for.
        """
        self._under_way -= 1
        if begun == self._rounds:
            self._rounds += 1
            self._refusals += 1
            self._limit = max(self._limit // 2, 1)
            self._answered = 0
        pause = pause_after(error, self._refusals, jitter=jitter)
        if pause is not None:
            self.not_before = max(self.not_before, now + pause)
        return pause is not None
