"""Performs an operation against a scripted service."""

import json
from asyncio import Runner
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx

from bytezkit import AsyncBytez, Bytez, Result
from bytezkit._transport.httpx import default_async_client, default_client
from bytezkit.types import AsyncMediaRef, MediaRef
from tests.overlay.fuzzing.histories import Attempt, History
from tests.overlay.fuzzing.operations import Operation
from tests.overlay.scripted_service import KEY, PROVIDER_KEY, Chunks, ClientKind, FakeClock, close, fix_jitter

DEADLINE: Final = timedelta(seconds=30)
RETRIES: Final = 2
URL: Final = "https://api.example"


@dataclass
class Service:
    """A scripted service: answers requests by a history, whose last attempt repeats."""

    history: History
    clock: FakeClock
    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])
    bodies: list[Chunks] = field(default_factory=list[Chunks])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        attempt = self.history[min(len(self.requests), len(self.history) - 1)]
        self.requests.append(request)
        patience: float = request.extensions["timeout"]["read"]
        self.clock.now += min(attempt.seconds, patience)
        if attempt.seconds >= patience:
            raise httpx.ReadTimeout("too late")
        if attempt.status is None:
            assert attempt.failure is not None
            raise attempt.failure("failed")
        end = [] if attempt.failure is None else [attempt.failure("cut")]
        self.bodies.append(Chunks([*attempt.chunks, *end]))
        return httpx.Response(attempt.status, headers=[*attempt.headers], stream=self.bodies[-1])


@dataclass(frozen=True)
class Outcome:
    """Result of an operation."""

    operation: Operation
    value: object
    error: Exception | None
    seen: list[object]
    service: Service

    @property
    def last(self) -> Attempt:
        """The reaction to the last request."""
        history = self.service.history
        return history[min(len(self.service.requests), len(history)) - 1]

    @property
    def plain(self) -> object:
        """The value in a form that both clients share, without what stands beside an output."""
        value = self.value.output if isinstance(self.value, Result) else self.value
        return value.url if isinstance(value, (MediaRef, AsyncMediaRef)) else value

    def observed(self) -> object:
        """Return all observations of the caller and the service."""
        error = self.error
        return (
            self.plain,
            (self.value.provider, self.value.metadata, self.value.content)
            if isinstance(self.value, Result)
            else None,
            None if error is None else (type(error), error.args, vars(error)),
            self.seen,
            self.service.clock.pauses,
            [
                (asked.method, str(asked.url), asked.headers.raw, asked.content)
                for asked in self.service.requests
            ],
        )


class Clients:
    """Performs operations over the default HTTP clients."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._clients: dict[ClientKind, Any] = {
            "sync": default_client(),
            "async": default_async_client(),
        }

    def do(self, client_kind: ClientKind, operation: Operation, history: History) -> Outcome:
        """Perform an operation with a client of one kind."""
        if operation.before is not None:
            history = [Attempt(status=200, chunks=(json.dumps(operation.before).encode(),)), *history]
        clock = FakeClock()
        service = Service(history, clock)
        network = self._clients[client_kind]
        network._transport, network._mounts = httpx.MockTransport(service), {}
        client: Any = (Bytez if client_kind == "sync" else AsyncBytez)(
            KEY,
            base_url=URL,
            provider_key=PROVIDER_KEY,
            deadline=DEADLINE,
            max_retries=RETRIES,
            http_client=network,
            clock=clock,
        )
        fix_jitter(client)
        seen: list[object] = []
        value, error = None, None
        try:
            value = self._runner.run(_act(operation, client, seen))
        except Exception as caught:  # noqa: BLE001 - the tests check the type
            error = caught
        return Outcome(operation, value, error, seen, service)

    def close(self) -> None:
        """Close the clients."""
        for client in self._clients.values():
            self._runner.run(close(client))


async def _act(operation: Operation, client: Any, seen: list[object]) -> object:
    return await operation.act(client, seen)


@contextmanager
def both_clients() -> Generator[Clients, None, None]:
    """Yield clients of both kinds with one event loop."""
    with Runner() as runner:
        clients = Clients(runner)
        yield clients
        clients.close()


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the causes and contexts of an error."""
    for cause in (error.__cause__, error.__context__):
        if cause is not None:
            yield cause
            yield from causes(cause)
