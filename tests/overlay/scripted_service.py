"""Sync and async clients over a scripted service and a virtual clock."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from inspect import isawaitable
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import httpx

from bytezkit import AsyncBytez, Bytez, Clock
from bytezkit._core.config import Limits
from tests.overlay.replies import MODEL, Reply

KEY: Final = "sk-not-to-be-seen-0123456789"
PROVIDER_KEY: Final = "provider-not-to-be-seen-9876543210"

ClientKind: TypeAlias = Literal["sync", "async"]

LIMITS: Final = Limits(
    deadline=timedelta(minutes=10),
    idle_timeout=timedelta(minutes=2),
    max_retries=2,
    retry_unknown_outcomes=False,
    max_response_bytes=256 * 2**20,
)
CLIENTS: Final[dict[ClientKind, Any]] = {"sync": Bytez, "async": AsyncBytez}


class FakeClock(Clock):
    """Virtual clock: only sleeping advances it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


def delayed(clock: FakeClock, seconds: float, then: Reply) -> Reply:
    """Advance the clock before a reply."""

    def respond(request: httpx.Request) -> httpx.Response:
        clock.now += seconds
        assert callable(then)
        return then(request)

    return respond


@dataclass
class StubSequence:
    """Answers requests with the replies in order, and records the requests."""

    replies: list[Reply]
    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        assert self.replies, f"unexpected request: {request.method} {request.url}"
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply(request)


@dataclass
class ScriptedClient:
    """A client with its HTTP client, scripted replies and clock."""

    client: Any
    http_client: Any
    script: StubSequence
    clock: FakeClock

    async def do(self, action: Callable[[Any], object]) -> Any:
        """Call a function with the client, and await its result if necessary."""
        return await resolve(action(self.client))

    async def run(self, *arguments: object, **options: object) -> Any:
        """Run the model without a task."""
        return await self.do(lambda client: client.model(MODEL).run(*arguments, **options))

    def request(self) -> httpx.Request:
        """Return the only request."""
        (request,) = self.script.requests
        return request

    def request_timeouts(self) -> list[float | None]:
        """Return the read timeout of each request."""
        return [request.extensions["timeout"]["read"] for request in self.script.requests]


async def resolve(value: object) -> Any:
    return await value if isawaitable(value) else value


def contents(folder: Path) -> list[bytes]:
    """Read all files in a folder, including hidden files."""
    return [path.read_bytes() for path in folder.iterdir()]


async def next_of(stream: Any) -> Any:
    """Return the next piece of a stream or outcome of a map, or None at its end."""
    return await anext(stream, None) if hasattr(stream, "__anext__") else next(stream, None)


@asynccontextmanager
async def entered(resource: Any) -> AsyncGenerator[Any, None]:
    """Enter a context manager of either kind."""
    async with AsyncExitStack() as stack:
        if hasattr(resource, "__aenter__"):
            yield await stack.enter_async_context(resource)
        else:
            yield stack.enter_context(resource)


async def close(resource: Any) -> None:
    closing: Callable[[], Awaitable[None] | None] = getattr(resource, "aclose", None) or resource.close
    await resolve(closing())


def fix_jitter(client: Any, jitter: float = 0.0) -> None:
    """Replace the random jitter of a client. With 0, pauses have their full length."""
    client._session.context = replace(client._session.context, jitter=lambda: jitter)


def make_scripted_client(client_kind: ClientKind, *replies: Reply, **options: Any) -> ScriptedClient:
    """Return a client over scripted replies, with a virtual clock and without jitter."""
    script, clock = StubSequence([*replies]), FakeClock()
    http_class: Any = httpx.Client if client_kind == "sync" else httpx.AsyncClient
    http_client = http_class(transport=httpx.MockTransport(script))
    settings = {"api_key": KEY, "clock": clock, **options}
    client = CLIENTS[client_kind](http_client=http_client, **settings)
    fix_jitter(client)
    return ScriptedClient(client, http_client, script, clock)
