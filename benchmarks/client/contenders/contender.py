"""What a contender can be asked for. Each offers what its package can."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol


class Contender(Protocol):
    """A client that has been set up; a module calls its own `Sync`."""

    def __init__(self, url: str) -> None:
        """Set it up for a server."""

    def run(self) -> str:
        """Have a text written."""

    def detect(self) -> int:
        """Count what is in a picture."""

    def embed(self) -> int:
        """Count the dimensions of a vector."""

    def list_models(self) -> int:
        """Count the models."""

    def texts(self, kind: str) -> Iterator[str]:
        """Give the pieces of a text as they come."""

    def save(self, path: Path) -> None:
        """Write media into a file."""

    def close(self) -> None:
        """Close the connections."""


class AsyncContender(Protocol):
    """As `Contender`, awaited; a module calls its own `Async`."""

    def __init__(self, url: str) -> None:
        """Set it up for a server, within the event loop."""

    async def run(self) -> str:
        """Have a text written."""

    def texts(self, kind: str) -> AsyncIterator[str]:
        """Give the pieces of a text as they come."""

    async def close(self) -> None:
        """Close the connections."""
