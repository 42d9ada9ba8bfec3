"""Arguments of a job as Python's own types; the contract's schemas have checked them."""

from bytezkit_emulator._engines.job import Job


def number(job: Job, name: str, default: float) -> float:
    """Return an argument that is a number."""
    value = job.arguments.get(name)
    return value if isinstance(value, (int, float)) else default


def integer(job: Job, name: str, default: int) -> int:
    """Return an argument that is an integer, also one that is spelled `3.0`."""
    return int(number(job, name, default))


def strings(job: Job, name: str) -> list[str] | None:
    """Return an argument that is a list of strings."""
    value = job.arguments.get(name)
    return [str(item) for item in value] if isinstance(value, list) else None
