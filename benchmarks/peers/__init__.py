"""Clients under measurement: one module per package, imported only in the environment of the package.

A module defines `Sync`, `Async` or both, with the methods that the package supports. The worker creates
them with the URL of the server, `Async` within the event loop. The end of its process closes connections.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol


class SyncPeer(Protocol):
    """Synchronous client."""

    def run(self) -> str:
        """Run the text model, and return its output."""

    def stream(self, model: str) -> Iterator[str]:
        """Stream the text of a model."""

    def save(self, path: Path) -> None:
        """Stream the media of the image model into a file."""


class AsyncPeer(Protocol):
    """Asynchronous client; `map` returns outputs in the order of completion."""

    async def run(self) -> str:
        """Run the text model, and return its output."""

    def stream(self, model: str) -> AsyncIterator[str]:
        """Stream the text of a model."""

    def map(self, inputs: int, concurrency: int) -> AsyncIterator[str]:
        """Run the text model with many inputs."""
