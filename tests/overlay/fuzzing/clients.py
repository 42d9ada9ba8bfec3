"""Runs an operation against a scripted service."""

import json
from asyncio import Runner
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx

from bytezkit import AsyncBytez, Bytez, Result
from bytezkit._transport.async_httpx import default_async_client
from bytezkit._transport.httpx import default_client
from bytezkit.types import AsyncMediaRef, MediaRef
from tests.overlay.fuzzing.operations import Operation
from tests.overlay.fuzzing.responses import Attempt, History
from tests.overlay.scripted_service import KEY, PROVIDER_KEY, Chunks, ClientKind, FakeClock, close, fix_jitter

DEADLINE: Final = timedelta(seconds=30)
RETRIES: Final = 2


@dataclass
class Service:
    """Replays a history; the last attempt repeats."""

    history: History
    clock: FakeClock
    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])
    bodies: list[Chunks] = field(default_factory=list[Chunks])

    @property
    def current(self) -> Attempt:
        """The reaction to the last request."""
        return self.history[min(len(self.requests), len(self.history)) - 1]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        attempt = self.current
        timeout = request.extensions["timeout"]["read"]
        if timeout is not None and attempt.seconds >= timeout:
            self.clock.now += timeout
            raise httpx.ReadTimeout("too late")
        self.clock.now += attempt.seconds
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
    def plain(self) -> object:
        """The output in a form that both clients share."""
        value = self.value.output if isinstance(self.value, Result) else self.value
        return value.url if isinstance(value, (MediaRef, AsyncMediaRef)) else value

    def observed(self) -> object:
        """Return all observations of the caller and the service."""
        error, result = self.error, self.value
        return (
            self.plain,
            (result.provider, result.metadata, result.content) if isinstance(result, Result) else None,
            None if error is None else (type(error), error.args, vars(error)),
            self.seen,
            self.service.clock.pauses,
            [
                (it.method, str(it.url), it.headers.raw, it.content, it.extensions["timeout"])
                for it in self.service.requests
            ],
        )


class Clients:
    """Runs operations with the default HTTP clients in one event loop."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._http: dict[ClientKind, Any] = {"sync": default_client(), "async": default_async_client()}

    def do(self, client_kind: ClientKind, operation: Operation, history: History, **options: Any) -> Outcome:
        """Run an operation with a new client."""
        if operation.before is not None:
            history = [Attempt(status=200, chunks=(json.dumps(operation.before).encode(),)), *history]
        clock = FakeClock()
        service = Service(history, clock)
        http = self._http[client_kind]
        http._transport, http._mounts = httpx.MockTransport(service), {}
        settings = {"deadline": DEADLINE, "max_retries": RETRIES, "provider_key": PROVIDER_KEY, **options}
        client: Any = (Bytez if client_kind == "sync" else AsyncBytez)(
            KEY, base_url="https://api.example", http_client=http, clock=clock, **settings
        )
        fix_jitter(client)
        seen: list[object] = []
        value, error = None, None
        try:
            value = self._runner.run(operation.act(client, seen))
        except Exception as caught:  # noqa: BLE001 - the tests check the type
            error = caught
        return Outcome(operation, value, error, seen, service)

    def close(self) -> None:
        """Close the HTTP clients."""
        for client in self._http.values():
            self._runner.run(close(client))


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the causes and contexts of an error."""
    for cause in (error.__cause__, error.__context__):
        if cause is not None:
            yield cause
            yield from causes(cause)
