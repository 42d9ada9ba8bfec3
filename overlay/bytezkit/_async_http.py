"""Sending asynchronously, over the network that is best where it is first used."""

import asyncio
import copy
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from importlib.util import find_spec
from typing import Final, Protocol
from urllib.request import getproxies

import anyio
import anyio.lowlevel

from bytezkit._configuration import Origin
from bytezkit._effects import Answer, Cut, Failure, OpenBody, Outcome, Request
from bytezkit._http import AsyncHttpClient, HttpxNetwork, check_client, check_url
from bytezkit._place import Place
from bytezkit._secrets import Secret
from bytezkit._wire import OUT_OF_TIME, answer, head, stays_open, url_of

_OTHER_EVENT_LOOP: Final = (
    "the client belongs to the event loop that first used it: make one for each event loop"
)


class Reply(Protocol):
    """An answer whose body is still coming."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers, with lower-case names."""
        ...

    async def read(self) -> bytes | Failure:
        """Return the whole body, or why it did not come."""
        ...

    async def read_chunk(self, idle_seconds: float) -> bytes | Cut | None:
        """Return the next chunk, None at the end, or how the body was cut."""
        ...

    async def close(self) -> None:
        """Give the connection back, also when the caller is cancelled."""
        ...


class Network(Protocol):
    """Connections of one event loop."""

    async def open(
        self, request: Request, url: str, headers: Mapping[str, str], budget: float | None
    ) -> Reply | Failure:
        """Send a request and read the head of the answer, or say why none came.

        Raises:
            RuntimeError: The connections are closed.
        """
        ...

    def within(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """Cancel what the block does when its time is up.

        Raises:
            TimeoutError: It was.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class _Body(OpenBody):
    def __init__(self, reply: Reply, place: Place) -> None:
        self._reply = reply
        self._place = place

    async def read_async(self, idle_seconds: float) -> bytes | Cut | None:
        self._place.check()
        return await self._reply.read_chunk(idle_seconds)

    async def close_async(self) -> None:
        self._place.check()
        await self._reply.close()


class _Networks:
    """What a client and its copies send with: what the caller gave, or one of their own."""

    def __init__(self, given: AsyncHttpClient | None) -> None:
        self._network: Network | None = None if given is None else HttpxNetwork(given)
        self._is_closed = False

    def here(self) -> Network:
        """Return the one there is, or make it.

        Raises:
            RuntimeError: It is closed.
        """
        if self._is_closed:
            raise RuntimeError("the client is closed")
        if self._network is None:
            self._network = _fast_network() or HttpxNetwork()
        return self._network

    async def close(self) -> None:
        self._is_closed = True
        if self._network is not None:
            await self._network.close()


def _fast_network() -> Network | None:
    """Return that of the extra `fast` where it is installed and serves; proxies are left to httpx."""
    is_asyncio = isinstance(_event_loop(), asyncio.AbstractEventLoop)
    if find_spec("aiohttp") is None or not is_asyncio or getproxies():
        return None
    from bytezkit._aiohttp_network import AiohttpNetwork  # noqa: PLC0415

    return AiohttpNetwork()


def _event_loop() -> object:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:  # It is one of trio.
        return anyio.lowlevel.current_token()


class AsyncHttp:
    """Sends asynchronously."""

    def __init__(self, origin: Origin, client: AsyncHttpClient | None) -> None:
        check_url(origin.base_url)
        check_client(client, AsyncHttpClient)
        self._origin = origin
        self._owned = client is None
        self._networks = _Networks(client)
        self._place = Place(_event_loop, _OTHER_EVENT_LOOP)

    def share(self, provider_key: Secret | None = None) -> "AsyncHttp":
        """Return another sender over the same connections, which it does not close.

        Args:
            provider_key: Sent with runs from there; None leaves it as it is.
        """
        shared = copy.copy(self)
        shared._owned = False  # noqa: SLF001 - of its own class
        if provider_key is not None:
            shared._origin = replace(self._origin, provider_key=provider_key)  # noqa: SLF001 - see above
        return shared

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._origin.base_url

    async def send(self, request: Request, budget: float | None, headers: Mapping[str, str]) -> Outcome:
        """Send once, with some headers besides the client's own."""
        network = self._networks.here()
        self._place.check()
        try:
            async with network.within(budget):
                return await self._send(network, request, budget, headers)
        except TimeoutError:
            return OUT_OF_TIME

    async def _send(
        self, network: Network, request: Request, budget: float | None, extra: Mapping[str, str]
    ) -> Answer | Failure:
        url = url_of(self._origin, request)
        try:
            reply = await network.open(request, url, head(self._origin, request, extra), budget)
        except BaseException as error:  # noqa: BLE001 - the frames below any error hold the key as text
            raise error.with_traceback(None)  # noqa: B904 - it is the same one
        if isinstance(reply, Failure):
            return reply
        if stays_open(request, reply.status, reply.headers):
            return answer(self._origin, reply.status, reply.headers, b"", _Body(reply, self._place))
        try:
            content = await reply.read()
        finally:
            await reply.close()
        if isinstance(content, Failure):
            return content
        return answer(self._origin, reply.status, reply.headers, content)

    async def close(self) -> None:
        """Close the connections, unless they are someone else's."""
        if self._owned:
            self._place.check()
            await self._networks.close()
