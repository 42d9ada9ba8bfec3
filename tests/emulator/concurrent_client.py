"""Client that sends concurrent requests and advances virtual time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Self

import anyio
import httpx
from anyio.abc import TaskGroup

from bytezkit_emulator import Emulator
from tests.emulator.clients import open_async_client


class ConcurrentClient:
    """Collects the responses to concurrent requests. The emulator has a manual clock."""

    def __init__(self, emulator: Emulator, client: httpx.AsyncClient, tasks: TaskGroup) -> None:
        self.emulator = emulator
        self.client = client
        self._tasks = tasks
        self.responses: list[httpx.Response] = []

    @classmethod
    @asynccontextmanager
    async def open(cls, emulator: Emulator) -> AsyncIterator[Self]:
        """Open a client, and cancel its pending requests at exit."""
        async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
            yield cls(emulator, client, tasks)
            tasks.cancel_scope.cancel()

    @asynccontextmanager
    async def pending(self, path: str, body: dict[str, Any]) -> AsyncIterator[None]:
        """Send one more request, and cancel it at exit."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(partial(self.client.post, path, json=body))
            await anyio.wait_all_tasks_blocked()
            yield
            tasks.cancel_scope.cancel()

    async def send(self, count: int, path: str, body: dict[str, Any]) -> None:
        """Send requests, and return when each is pending or has its response."""

        async def send() -> None:
            self.responses.append(await self.client.post(path, json=body))

        for _ in range(count):
            self._tasks.start_soon(send)
        await anyio.wait_all_tasks_blocked()

    async def advance(self, seconds: float) -> None:
        self.emulator.clock.advance(timedelta(seconds=seconds))
        await anyio.wait_all_tasks_blocked()

    @property
    def statuses(self) -> list[int]:
        return [response.status_code for response in self.responses]
