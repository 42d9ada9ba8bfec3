"""A client of an emulator that keeps requests under way until the virtual clock ends them."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx

from bytezkit_emulator import Emulator
from bytezkit_emulator._common.http_types import Reply
from bytezkit_emulator._time.future import Future
from tests.emulator.oracle.messages import Request
from tests.emulator.oracle.service import ORIGIN

# Real seconds after which a request that neither waits nor has an answer counts as lost.
_MAX_SECONDS: Final = 60.0


@dataclass(eq=False)
class Exchange:
    """A request and the received part of its answer."""

    request: Request
    response: httpx.Response | None = None
    content: bytes = b""
    is_left: bool = False
    is_complete: bool = False
    failure: Exception | None = None
    task: asyncio.Task[None] | None = None

    @property
    def received(self) -> int:
        """The size of the received part of a stream: its bytes, and one for its head."""
        is_stream = self.response is not None and "content-length" not in self.response.headers
        return len(self.content) + 1 if is_stream else 0

    def body(self, origin: str) -> Any:
        """Return the received part of the body, with the same origin for all emulators; parse JSON."""
        assert self.response is not None
        text = self.content.decode().replace(f'"{origin}/', f'"{ORIGIN}/')
        is_json = self.response.headers["content-type"].startswith("application/json")
        return json.loads(text) if is_json else text


class EmulatorClient:
    """Sends requests to an emulator in process, or by HTTP over the loopback.

    It wraps methods of the emulator's core to count the waiting requests and the sent bytes of streams,
    because a client cannot tell a waiting request from a slow one.
    """

    def __init__(self, emulator: Emulator, *, is_http: bool) -> None:
        self.emulator: Final = emulator
        self._loop: Final = asyncio.new_event_loop()
        self._changed: Final = asyncio.Event()
        self._exchanges: list[Exchange] = []
        self._waits: dict[int, Future] = {}
        self._sent = 0
        for name in ("step", "abandon"):
            setattr(emulator._runtime, name, self._watched(getattr(emulator._runtime, name)))
        self.origin: Final = emulator.__enter__().url if is_http else ORIGIN
        self._client: Final = httpx.AsyncClient(
            transport=None if is_http else emulator.async_transport,
            base_url=self.origin,
            # Without a limit, no request waits for the connection of another.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
            timeout=None,
            trust_env=False,
        )

    def send(self, request: Request) -> Exchange:
        """Start a request; `settle` waits for its effect."""
        exchange = Exchange(request)
        exchange.task = self._loop.create_task(self._receive(exchange))
        self._exchanges.append(exchange)
        return exchange

    def pass_time(self, milliseconds: int) -> None:
        self.emulator.clock.advance(timedelta(milliseconds=milliseconds))

    def settle(self) -> None:
        """Wait until every request is answered or waits for time to pass."""
        self._loop.run_until_complete(self._settle())

    def leave(self, exchange: Exchange) -> None:
        """Close the connection of a request under way."""
        assert exchange.task is not None
        exchange.is_left = True
        exchange.task.cancel()

    def close(self) -> None:
        """End the emulator and the client."""
        self.emulator.close()
        self._loop.run_until_complete(self._close())
        self._loop.close()

    async def _close(self) -> None:
        tasks = [exchange.task for exchange in self._exchanges if exchange.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.aclose()

    async def _settle(self) -> None:
        while True:
            self._changed.clear()
            if self._is_settled():
                return
            async with asyncio.timeout(_MAX_SECONDS):
                await self._changed.wait()

    def _is_settled(self) -> bool:
        for exchange in self._exchanges:
            if exchange.failure is not None and not exchange.is_left:
                raise exchange.failure
        waiting = sum(not wait.resolved for wait in list(self._waits.values()))
        under_way = sum(not (it.is_complete or it.is_left) for it in self._exchanges)
        return waiting == under_way and self._sent == sum(it.received for it in self._exchanges)

    def _watched(self, do: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def watched(work: Any) -> Any:
            result = do(work)
            self._waits.pop(id(work), None)
            if isinstance(result, Future):
                self._waits[id(work)] = result
            elif isinstance(result, bytes):
                self._sent += len(result)
            elif isinstance(result, Reply) and not isinstance(result.body, bytes):
                self._sent += 1
            self._wake()
            return result

        return watched

    async def _receive(self, exchange: Exchange) -> None:
        request = exchange.request
        arguments = {"content": b"{"} if request.is_garbled else {"json": request.body}
        url, query = request.path, request.query or None
        try:
            async with self._client.stream(
                request.method, url, params=query, headers=request.headers, **arguments
            ) as response:
                exchange.response = response
                self._wake()
                async for chunk in response.aiter_bytes():
                    exchange.content += chunk
                    self._wake()
            exchange.is_complete = True
        except Exception as error:  # noqa: BLE001 - `_is_settled` raises it
            exchange.failure = error
        self._wake()

    def _wake(self) -> None:
        # The server may outlive the loop for a moment.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)
