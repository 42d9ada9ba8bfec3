"""A client of either face, a scripted service that it talks to, and a clock that does not wait."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from inspect import isawaitable
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import httpx

from bytezkit import AsyncBytez, AsyncTextStream, Bytez, Clock

KEY: Final = "sk-not-to-be-seen-0123456789"
PROVIDER_KEY: Final = "provider-not-to-be-seen-9876543210"
MODEL: Final = "openai-community/gpt2"
RUN_PATH: Final = f"/models/v2/{MODEL}"

ClientKind: TypeAlias = Literal["sync", "async"]
Reply: TypeAlias = Callable[[httpx.Request], httpx.Response] | Exception


class FakeClock(Clock):
    """Time passes by waiting alone."""

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


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in given chunks, cut by an error if one stands among them."""

    def __init__(self, chunks: Sequence[bytes | Exception]) -> None:
        self._chunks = chunks
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def reply(status: int, body: object = None, **headers: str) -> Reply:
    """Answer with JSON, or with the bytes or the chunks that are given."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(request: httpx.Request) -> httpx.Response:
        if isinstance(body, bytes):
            return httpx.Response(status, headers=named, content=body)
        if isinstance(body, Chunks):
            return httpx.Response(status, headers={"content-type": "text/plain", **named}, stream=body)
        return httpx.Response(status, headers=named, json=body)

    return answer


def output(value: object, **headers: str) -> Reply:
    """Answer a run."""
    return reply(200, {"error": None, "output": value}, **headers)


def error_reply(status: int, text: str = "no", **headers: str) -> Reply:
    """Refuse as the service does."""
    return reply(status, {"error": text, "output": None}, **headers)


def text(*chunks: bytes | Exception) -> Reply:
    """Answer with a stream of text."""
    return reply(200, Chunks(chunks))


def cluster(status: str = "running", instances: int = 1) -> dict[str, object]:
    """Return a cluster as the service shows it."""
    capacity = {"min": 0, "desired": 1, "max": 2}
    return {
        "modelId": MODEL,
        "status": status,
        "capacity": capacity,
        "timeout": 5,
        "instances": instances,
        "created": "2025-08-01T10:00:00.000Z",
    }


@dataclass
class StubSequence:
    """Gives each request the next reply, and keeps the requests."""

    replies: list[Reply]
    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        assert self.replies, f"one request too many: {request.method} {request.url}"
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply(request)


@dataclass
class ScriptedClient:
    """A client and what it lives in."""

    client: Any
    http_client: Any
    script: StubSequence
    clock: FakeClock

    async def do(self, action: Callable[[Any], object]) -> Any:
        """Let the client act, whichever face it has."""
        return await resolve(action(self.client))

    async def run(self, *arguments: object, **options: object) -> Any:
        """Run the model without a task."""
        return await self.do(lambda client: client.model(MODEL).run(*arguments, **options))

    async def read(self, *arguments: object, **options: object) -> str:
        """Stream from the model without a task, to the end."""
        whole = await self.do(lambda client: client.model(MODEL).stream(*arguments, **options).read())
        assert isinstance(whole, str)
        return whole

    def request(self) -> httpx.Request:
        """Return the only request."""
        (request,) = self.script.requests
        return request

    def request_timeouts(self) -> list[float | None]:
        """Return how long each request could have waited for its answer."""
        return [request.extensions["timeout"]["read"] for request in self.script.requests]


async def resolve(value: object) -> Any:
    """Await what has to be awaited."""
    return await value if isawaitable(value) else value


def contents(folder: Path) -> list[bytes]:
    """Read all files of a folder, hidden ones too."""
    return [path.read_bytes() for path in folder.iterdir()]


async def next_text(stream: Any) -> str | None:
    """Read one piece of a stream; None is its end."""
    piece = await anext(stream, None) if isinstance(stream, AsyncTextStream) else next(stream, None)
    assert piece is None or isinstance(piece, str)
    return piece


async def close(thing: Any) -> None:
    """Close a client or a stream."""
    closing: Callable[[], Awaitable[None] | None] = thing.aclose if hasattr(thing, "aclose") else thing.close
    await resolve(closing())


def fix_jitter(client: Any, jitter: float = 0.0) -> None:
    """Let the client's pauses be the same each time; 0 makes them longest."""
    client._session.context = replace(client._session.context, jitter=lambda: jitter)


def make_scripted_client(client_kind: ClientKind, *replies: Reply, **options: Any) -> ScriptedClient:
    """Set up a client with a script, a clock and no jitter."""
    script, clock = StubSequence([*replies]), FakeClock()
    transport = httpx.MockTransport(script)
    settings = {"api_key": KEY, "clock": clock, **options}
    http_client: Any
    client: Any
    if client_kind == "sync":
        http_client = httpx.Client(transport=transport)
        client = Bytez(http_client=http_client, **settings)
    else:
        http_client = httpx.AsyncClient(transport=transport)
        client = AsyncBytez(http_client=http_client, **settings)
    fix_jitter(client)
    return ScriptedClient(client, http_client, script, clock)
