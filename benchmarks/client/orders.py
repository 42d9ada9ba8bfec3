"""What conductor and workers say to each other, as lines of JSON."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a worker is to do.

    Attributes:
        work: What: one of `works.SYNC`, of `works.ASYNC` if calls are awaited, `clients`, `streams` or `map`.
        url: Where the server is.
        seconds: How long it is repeated; it is done once at least.
        warm_up: How often it is done before.
        in_flight: How many calls wait at once, if they are awaited; else 0.
        inputs: How many there are to map over.
    """

    work: str
    url: str
    seconds: float = 0
    warm_up: int = 1
    in_flight: int = 0
    inputs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a worker did.

    Attributes:
        units: How often.
        seconds: How long it took.
        cpu_seconds: How long this process worked meanwhile.
        extra_bytes: How much more memory it held meanwhile, at the most.
    """

    units: int
    seconds: float = 0
    cpu_seconds: float = 0
    extra_bytes: int = 0
