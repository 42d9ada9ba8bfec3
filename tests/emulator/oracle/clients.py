"""Clients of an emulator that keep requests under way until the virtual clock ends them."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import httpx

from bytezkit_emulator import Emulator
from bytezkit_emulator._common.http_types import Reply
from bytezkit_emulator._time.future import Future
from tests.emulator.oracle.matching import Answer
from tests.emulator.oracle.requests import Request
from tests.emulator.oracle.service import ORIGIN

# Real seconds after which a request that neither waits nor has an answer counts as lost.
_PATIENCE: Final = 60.0
_STUCK: Final = "a request neither waits nor is answered"


class Watch:
    """Counts the waiting requests of an emulator and the bytes that it sent.

    It wraps methods of the core, because a client cannot tell a waiting request from a slow one.

    Args:
        emulator: The emulator.
        on_change: Called after each step of a request, in any thread.
    """

    def __init__(self, emulator: Emulator, on_change: Callable[[], object]) -> None:
        self.given = 0
        self._on_change = on_change
        self._waits: dict[int, Future] = {}
        for name in ("step", "abandon"):
            setattr(emulator._runtime, name, self._watched(getattr(emulator._runtime, name)))

    @property
    def waiting(self) -> int:
        return sum(not wait.resolved for wait in list(self._waits.values()))

    def _watched(self, do: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def watched(work: Any) -> Any:
            result = do(work)
            self._waits.pop(id(work), None)
            if isinstance(result, Future):
                self._waits[id(work)] = result
            elif isinstance(result, bytes):
                self.given += len(result)
            elif isinstance(result, Reply) and not isinstance(result.body, bytes):
                self.given += 1
            self._on_change()
            return result

        return watched


class Exchange:
    """A request and the received part of its answer.

    Attributes:
        received: Size of the received part of a stream, in the unit of `Watch.given`.
    """

    def __init__(self) -> None:
        self.response: httpx.Response | None = None
        self.content = b""
        self.received = 0
        self.is_complete = False
        self.is_left = False
        self.failure: Exception | None = None

    def begin(self, response: httpx.Response) -> None:
        self.received = int("content-length" not in response.headers)
        self.response = response

    def take(self, chunk: bytes) -> None:
        self.content += chunk
        if self.received:
            self.received += len(chunk)

    def answer(self, origin: str) -> Answer:
        """Return the received part of the answer, with the same origin for all emulators."""
        assert self.response is not None
        content_type = self.response.headers["content-type"]
        body: Any = self.content
        if content_type.startswith("application/json"):
            text = self.content.decode().replace(f'"{origin}/', f'"{ORIGIN}/')
            body = httpx.Response(200, text=text).json()
        elif content_type.startswith("text/"):
            body = self.content.decode()
        return Answer(self.response.status_code, dict(self.response.headers), body)


class EmulatorClient(ABC):
    """A client with an emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator: Final = emulator
        self.origin = ORIGIN
        self._watch: Final = Watch(emulator, self._change)
        self._exchanges: list[Exchange] = []

    def send(self, request: Request) -> Exchange:
        """Start a request; `settle` waits for its effect."""
        exchange = Exchange()
        self._exchanges.append(exchange)
        self._start(request, exchange)
        return exchange

    def pass_time(self, milliseconds: int) -> None:
        self.emulator.clock.advance(timedelta(milliseconds=milliseconds))

    @abstractmethod
    def settle(self) -> None:
        """Wait until every request is answered or waits for time to pass."""

    @abstractmethod
    def leave(self, exchange: Exchange) -> None:
        """Close the connection of a request under way."""

    @abstractmethod
    def close(self) -> None:
        """End the emulator and the client."""

    @abstractmethod
    def _start(self, request: Request, exchange: Exchange) -> None: ...

    @abstractmethod
    def _change(self) -> None:
        """Wake `settle`."""

    def _is_settled(self) -> bool:
        for exchange in self._exchanges:
            if exchange.failure is not None and not exchange.is_left:
                raise exchange.failure
        under_way = sum(not (it.is_complete or it.is_left) for it in self._exchanges)
        received = sum(exchange.received for exchange in self._exchanges)
        return self._watch.waiting == under_way and self._watch.given == received


class InProcessClient(EmulatorClient):
    """Asynchronous in-process transport; each request has a task."""

    def __init__(self, emulator: Emulator) -> None:
        self._loop: Final = asyncio.new_event_loop()
        self._changed: Final = asyncio.Event()
        super().__init__(emulator)
        self._client: Final = self._make_client()
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def settle(self) -> None:
        self._loop.run_until_complete(self._settle())

    def leave(self, exchange: Exchange) -> None:
        exchange.is_left = True
        self._tasks[id(exchange)].cancel()

    def close(self) -> None:
        self.emulator.close()
        self._loop.run_until_complete(self._close())
        self._loop.close()

    def _make_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self.emulator.async_transport, base_url=ORIGIN)

    def _start(self, request: Request, exchange: Exchange) -> None:
        self._tasks[id(exchange)] = self._loop.create_task(self._exchange(request, exchange))

    async def _settle(self) -> None:
        while True:
            self._changed.clear()
            if self._is_settled():
                return
            async with asyncio.timeout(_PATIENCE):
                await self._changed.wait()

    async def _close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._client.aclose()

    async def _exchange(self, request: Request, exchange: Exchange) -> None:
        try:
            async with self._client.stream(**_arguments(request)) as response:
                exchange.begin(response)
                self._change()
                async for chunk in response.aiter_bytes():
                    exchange.take(chunk)
                    self._change()
            exchange.is_complete = True
        except Exception as error:  # noqa: BLE001 - `_is_settled` raises it
            exchange.failure = error
        self._change()

    def _change(self) -> None:
        # The server may outlive the loop for a moment.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)


class HttpClient(InProcessClient):
    """HTTP over the loopback."""

    def _make_client(self) -> httpx.AsyncClient:
        self.origin = self.emulator.__enter__().url
        # Without a limit, no request waits for the connection of another.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
        return httpx.AsyncClient(base_url=self.origin, limits=limits, timeout=None, trust_env=False)


def _arguments(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.path,
        "params": request.query or None,
        "headers": request.headers,
        **({"content": b"{"} if request.is_garbled else {"json": request.body}),
    }
