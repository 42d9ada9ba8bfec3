"""What a waiter tells while it waits."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of what is being waited for.

    Attributes:
        model_id: `organization/name`.
        status: How far it is, as the service names it.
        instances: How many instances of a cluster are up or booting, if the service says so.
        elapsed: Since the waiting began.
    """

    model_id: str
    status: str
    instances: int | None
    elapsed: timedelta

    def __str__(self) -> str:
        many = "" if self.instances == 1 else "s"
        instances = "" if self.instances is None else f", {self.instances} instance{many}"
        return f"{self.model_id}: {self.status}{instances} ({self.elapsed.total_seconds():.1f} s)"
