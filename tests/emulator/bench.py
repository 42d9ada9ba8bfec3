"""Requests under way, in time that passes only when told to."""

from datetime import timedelta
from typing import Any

import anyio
import httpx
from anyio.abc import TaskGroup

from bytezkit_emulator import Emulator


class Bench:
    """A client, the clock, and the requests that are under way."""

    def __init__(self, emulator: Emulator, client: httpx.AsyncClient, tasks: TaskGroup) -> None:
        self.emulator = emulator
        self.client = client
        self._tasks = tasks
        self.answers: list[httpx.Response] = []

    async def send(self, count: int, path: str, body: dict[str, Any]) -> None:
        """Send requests at once, and wait until each of them waits."""

        async def send() -> None:
            self.answers.append(await self.client.post(path, json=body))

        for _ in range(count):
            self._tasks.start_soon(send)
        await anyio.wait_all_tasks_blocked()

    async def advance(self, seconds: float) -> None:
        self.emulator.clock.advance(timedelta(seconds=seconds))
        await anyio.wait_all_tasks_blocked()

    @property
    def statuses(self) -> list[int]:
        return [answer.status_code for answer in self.answers]
