"""The client with mocks, recorders and instrumentation for httpx and aiohttp."""

import json
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import httpx
import pytest
import respx
import sentry_sdk
import vcr
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sentry_sdk.integrations.aiohttp import AioHttpIntegration
from sentry_sdk.integrations.httpx import HttpxIntegration

from bytezkit import AsyncBytez, Attempt, Bytez, DeadlineTransport, errors
from bytezkit_emulator import Emulator
from tests.end_to_end.conftest import KEY
from tests.overlay.scripted_service import close, resolve

pytestmark = pytest.mark.anyio

MODEL: Final = "openai-community/gpt2"


class Setup(NamedTuple):
    """A way to construct a client."""

    is_async: bool
    http_client: Literal["own", "given", "aiohttp"]

    @asynccontextmanager
    async def client(self, url: str, **options: Any) -> AsyncGenerator[Any, None]:
        http_client: Any = None if self.http_client == "own" else self.http_client
        if self.http_client == "given":
            http_client = (
                httpx.AsyncClient() if self.is_async else httpx.Client(transport=DeadlineTransport())
            )
        make: Any = AsyncBytez if self.is_async else Bytez
        # A call that waits for a body that was already read would end only at this deadline.
        defaults = {"http_client": http_client, "deadline": timedelta(seconds=20), "max_retries": 0}
        client = make(KEY, base_url=url, **(defaults | options))
        yield client
        await close(client)
        if self.http_client == "given":
            await close(http_client)


SETUPS: Final = [
    Setup(is_async=False, http_client="given"),
    Setup(is_async=True, http_client="given"),
    Setup(is_async=False, http_client="own"),
    Setup(is_async=True, http_client="own"),
    Setup(is_async=True, http_client="aiohttp"),
]
any_setup = pytest.mark.parametrize("setup", SETUPS, ids=str)
httpx_setup = pytest.mark.parametrize("setup", SETUPS[:4], ids=str)


async def use(client: Any) -> None:
    """Make a call of each kind, and check its outcome."""
    model = client.model(MODEL, task="text-generation")
    text = (await resolve(model.run("Once"))).output
    assert text == await resolve(model.stream("Once").read())
    assert "chat" in await resolve(client.tasks.list())
    with pytest.raises(errors.NotFoundError, match="does not exist"):
        await resolve(client.model("nobody/nothing").run("Once"))
    media = await resolve(client.model("suno/bark-small", task="text-to-speech").run("Hello"))
    assert await resolve(media.output.download())


REQUESTS: Final = 6  # Requests that `use` sends.


URL: Final = "https://api.bytez.com"
RUN_URL: Final = f"{URL}/models/v2/{MODEL}"
RUN: Final = {"error": None, "output": "mocked"}


async def check_mocked_calls(setup: Setup) -> None:
    async with setup.client(URL) as client:
        model = client.model(MODEL, task="text-generation")
        assert (await resolve(model.run("Once"))).output == "mocked"
        assert await resolve(model.stream("Once").read()) == "mocked"


@httpx_setup
async def test_respx(setup: Setup) -> None:
    with respx.mock() as mock:
        mock.post(RUN_URL, json__stream=True).respond(text="mocked")
        mock.post(RUN_URL).respond(json=RUN)
        await check_mocked_calls(setup)


@httpx_setup
async def test_pytest_httpx(setup: Setup, httpx_mock: Any) -> None:
    httpx_mock.add_response(url=RUN_URL, json=RUN)
    httpx_mock.add_response(url=RUN_URL, text="mocked")
    await check_mocked_calls(setup)


@any_setup
async def test_vcrpy(tmp_path: Path, emulator: Emulator, setup: Setup) -> None:
    recorder = vcr.VCR(filter_headers=["authorization"], match_on=["method", "uri", "body"])
    cassette, url = tmp_path / "cassette.yaml", emulator.url
    for mode in ("once", "none"):
        with recorder.use_cassette(str(cassette), record_mode=mode):
            async with setup.client(url) as client:
                await use(client)
        emulator.close()
    assert KEY not in cassette.read_text()


@contextmanager
def opentelemetry_spans() -> Generator[tuple[Any, Callable[[], list[Any]]], None, None]:
    """Instrument httpx and aiohttp, and yield a tracer and a function that returns the spans."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentors: list[Any] = [HTTPXClientInstrumentor(), AioHttpClientInstrumentor()]
    for instrumentor in instrumentors:
        instrumentor.instrument(tracer_provider=provider)
    try:
        yield provider.get_tracer("test"), lambda: list(exporter.get_finished_spans())
    finally:
        for instrumentor in instrumentors:
            instrumentor.uninstrument()


@any_setup
async def test_opentelemetry(emulator: Emulator, setup: Setup) -> None:
    with opentelemetry_spans() as (tracer, spans):

        @contextmanager
        def trace(attempt: Attempt) -> Generator[None, None, None]:
            with tracer.start_as_current_span("attempt"):
                yield

        async with setup.client(emulator.url, tracer=trace) as client:
            await use(client)
    attempts = [it.context.span_id for it in spans() if it.name == "attempt"]
    assert [it.parent.span_id for it in spans() if it.kind.name == "CLIENT"] == attempts
    assert len(attempts) == REQUESTS
    assert KEY not in "".join(span.to_json() for span in spans())
    # The emulator has received the context of the span.
    assert all("traceparent" in entry.headers for entry in emulator.journal.entries())


@any_setup
async def test_sentry(emulator: Emulator, setup: Setup) -> None:
    events: list[Any] = []
    sentry_sdk.init(
        dsn="http://public@127.0.0.1:9/1",
        default_integrations=False,
        integrations=[HttpxIntegration(), AioHttpIntegration()],
        traces_sample_rate=1.0,
        before_send_transaction=lambda event, hint: events.append(event),
    )
    try:
        with sentry_sdk.start_transaction(name="calls"):
            async with setup.client(emulator.url) as client:
                await use(client)
    finally:
        sentry_sdk.get_global_scope().set_client(None)
    [event] = events
    assert [span["op"] for span in event["spans"]] == ["http.client"] * REQUESTS
    assert KEY not in json.dumps(event, default=str)
