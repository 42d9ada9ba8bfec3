"""A client that keeps requests under way while a test advances virtual time."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, Self

import httpx

from bytezkit_emulator import Emulator
from tests.emulator.clients import KEY, open_async_client

# Turns of the event loop after which each request waits for time to pass: the emulator is in process.
_TURNS: Final = 6


class Exchange:
    """A request and the received part of its response."""

    def __init__(self, request: httpx.Request) -> None:
        self.request: Final = request
        self.head: httpx.Response | None = None
        self.content = b""
        self.is_complete = False
        self.task: asyncio.Task[None]

    @property
    def response(self) -> httpx.Response:
        """The response, as far as it is received."""
        assert self.head is not None, "the request waits"
        return httpx.Response(
            self.head.status_code, headers=self.head.headers, content=self.content, request=self.request
        )

    @property
    def is_pending(self) -> bool:
        return not self.task.done()

    async def receive(self, client: httpx.AsyncClient) -> None:
        self.head = await client.send(self.request, stream=True)
        try:
            async for chunk in self.head.aiter_bytes():
                self.content += chunk
            self.is_complete = True
        finally:
            await self.head.aclose()


class Session:
    """Sends requests to an emulator; each method returns when all pending requests wait for time to pass.

    Args:
        emulator: The emulator, usually with a manual clock.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator: Final = emulator
        self.exchanges: list[Exchange] = []
        self._loop = asyncio.new_event_loop()
        self.client = open_async_client(emulator)
        # Each request has its own key.
        del self.client.headers["authorization"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for exchange in self.exchanges:
            exchange.task.cancel()
        tasks = [exchange.task for exchange in self.exchanges]
        self._loop.run_until_complete(asyncio.wait(tasks) if tasks else asyncio.sleep(0))
        self._loop.run_until_complete(self.client.aclose())
        self._loop.close()

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = KEY,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Send a request, which may wait; a body that is a string is sent as it is."""
        content: dict[str, Any] = {"content" if isinstance(body, str) else "json": body}
        named = {} if key is None else {"authorization": f"Key {key}"}
        sent = httpx.Headers({**named, **(headers or {})}, encoding="latin-1")
        request = self.client.build_request(method, path, headers=sent, **content)
        exchange = Exchange(request)
        exchange.task = self._loop.create_task(exchange.receive(self.client))
        self.exchanges.append(exchange)
        self.settle()
        return exchange

    def request(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Send a request that does not wait, and return its response."""
        exchange = self.send(method, path, body)
        self.exchanges.remove(exchange)
        assert exchange.is_complete, "the request waits"
        return exchange.response

    @property
    def responses(self) -> list[httpx.Response]:
        """The complete responses to `send`, in the order of the requests."""
        return [exchange.response for exchange in self.exchanges if exchange.is_complete]

    @property
    def statuses(self) -> list[int]:
        return [response.status_code for response in self.responses]

    def advance(self, seconds: float) -> None:
        self.emulator.clock.advance(timedelta(seconds=seconds))
        self.settle()

    def disconnect(self, exchange: Exchange) -> None:
        exchange.task.cancel()
        self.settle()

    def settle(self) -> None:
        self._loop.run_until_complete(self._settle())
        for exchange in self.exchanges:
            if exchange.task.done() and not exchange.task.cancelled():
                # A cut connection leaves the response incomplete.
                with suppress(httpx.TransportError):
                    exchange.task.result()

    async def _settle(self) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)
