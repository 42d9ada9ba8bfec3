"""Published tools with the client, published clients with the emulator, and media of `compat`."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import httpx
import pytest
import respx
import sentry_sdk
import vcr
from bytez import Bytez as VendorBytez
from openai import AsyncOpenAI, AuthenticationError, NotFoundError, OpenAI
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sentry_sdk.integrations.aiohttp import AioHttpIntegration
from sentry_sdk.integrations.httpx import HttpxIntegration

from bytezkit import AsyncBytez, Attempt, Bytez, DeadlineTransport, compat, errors
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


@any_setup
async def test_opentelemetry(emulator: Emulator, setup: Setup) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentors: list[Any] = [HTTPXClientInstrumentor(), AioHttpClientInstrumentor()]

    @contextmanager
    def trace(attempt: Attempt) -> Generator[None, None, None]:
        with provider.get_tracer("test").start_as_current_span("attempt"):
            yield

    for instrumentor in instrumentors:
        instrumentor.instrument(tracer_provider=provider)
    try:
        async with setup.client(emulator.url, tracer=trace) as client:
            await use(client)
    finally:
        for instrumentor in instrumentors:
            instrumentor.uninstrument()
    spans: Any = exporter.get_finished_spans()
    attempts = [it.context.span_id for it in spans if it.name == "attempt"]
    assert [it.parent.span_id for it in spans if it.kind.name == "CLIENT"] == attempts
    assert len(attempts) == REQUESTS
    assert KEY not in "".join(span.to_json() for span in spans)
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


HELLO: Final = {"model": "Qwen/Qwen3-4B", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 5}
SCHEMA: Final = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FUNCTION: Final = {"name": "temperature", "parameters": SCHEMA}


async def read(stream: Any) -> list[Any]:
    return [it async for it in stream] if hasattr(stream, "__aiter__") else list(stream)


async def chat(client: Any) -> None:
    plain = await resolve(client.chat.completions.create(**HELLO))
    options = {"stream": True, "stream_options": {"include_usage": True}}
    *chunks, last = await read(await resolve(client.chat.completions.create(**HELLO, **options)))
    assert "".join(it.choices[0].delta.content or "" for it in chunks) == plain.choices[0].message.content
    assert {it.id for it in chunks} == {last.id}
    assert (last.choices, last.usage) == ([], plain.usage)


async def tools(client: Any) -> None:
    request: dict[str, Any] = {**HELLO, "tools": [{"type": "function", "function": FUNCTION}]}
    [choice] = (await resolve(client.chat.completions.create(**request))).choices
    [call] = choice.message.tool_calls
    assert [*json.loads(call.function.arguments)] == ["city"]
    answer = {"role": "tool", "tool_call_id": call.id, "content": "20"}
    request["messages"] = [*request["messages"], choice.message, answer]
    [last] = (await resolve(client.chat.completions.create(**request))).choices
    assert (last.message.tool_calls, len(last.message.content.split())) == (None, 5)


async def responses(client: Any) -> None:
    request = {"model": "openai/gpt-5.1", "input": "Hello", "reasoning": {"summary": "auto"}}
    plain = await resolve(client.responses.create(**request))
    assert [it.type for it in plain.output] == ["reasoning", "message"]
    events = await read(await resolve(client.responses.create(**request, stream=True)))
    assert events[-1].response.output_text == plain.output_text
    deltas = [it.delta for it in events if it.type == "response.output_text.delta"]
    assert "".join(deltas) == plain.output_text


async def models(client: Any) -> None:
    assert "Qwen/Qwen3-4B" in {it.id for it in await read(client.models.list())}
    assert (await resolve(client.models.retrieve("Qwen/Qwen3-4B"))).id == "Qwen/Qwen3-4B"


async def refusals(client: Any) -> None:
    with pytest.raises(AuthenticationError):
        await resolve(client.with_options(api_key="wrong").chat.completions.create(**HELLO))
    for stream in (False, True):
        request: dict[str, Any] = {**HELLO, "model": "nobody/nothing", "stream": stream}
        with pytest.raises(NotFoundError) as caught:
            await resolve(client.chat.completions.create(**request))
        assert "Model does not exist" in str(caught.value.body)


@pytest.mark.parametrize("check", [chat, tools, responses, models, refusals])
@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_openai_client(emulator: Emulator, kind: str, check: Callable[[Any], Awaitable[None]]) -> None:
    if kind == "sync":
        with OpenAI(**Bytez(KEY, base_url=emulator.url).openai_options()) as client:
            await check(client)
    else:
        options = AsyncBytez(KEY, base_url=emulator.url).openai_options()
        async with AsyncOpenAI(**options) as asynchronous:
            await check(asynchronous)


FIVE_WORDS = {"min_new_tokens": 5, "max_new_tokens": 5}


@pytest.fixture
def vendor_client(emulator: Emulator) -> VendorBytez:
    client = VendorBytez(KEY)
    client._client.host = f"{emulator.url}/models/v2/"
    return client


def test_lists_runs_and_streams(vendor_client: VendorBytez) -> None:
    models, tasks = vendor_client.list.models({"task": "chat"}), vendor_client.list.tasks()
    assert (models.error, tasks.error) == (None, None)
    assert {model["task"] for model in models.output} == {"chat"}
    assert "chat" in tasks.output
    gpt2 = vendor_client.model("openai-community/gpt2")
    response = gpt2.run("Once upon a time", FIVE_WORDS)
    assert (response.error, len(response.output.split())) == (None, 9)
    assert gpt2.details["task"] == "text-generation"
    assert "".join(gpt2.run("Once upon a time", FIVE_WORDS, stream=True)) == response.output


def test_objects_media_providers_and_errors(vendor_client: VendorBytez) -> None:
    question = {"question": "Who wrote it?", "context": "Ron wrote it."}
    answer = vendor_client.model("deepset/roberta-base-squad2").run(question).output["answer"]
    assert answer in question["context"]
    image = vendor_client.model("dreamlike-art/dreamlike-photoreal-2.0").run("A cat")
    assert httpx.get(image.output).content.startswith(b"\x89PNG")
    response = vendor_client.model("openai/gpt-4o", "provider-key").run([{"role": "user", "content": "Hi"}])
    assert (response.error, response.output["role"]) == (None, "assistant")
    assert response.provider["object"] == "chat.completion"
    response = vendor_client.model("nobody/nothing").run("Once")
    error = "Model does not exist or has yet to be added to the Bytez catalog"
    assert (response.output, response.error) == (None, error)


@pytest.mark.parametrize(
    ("model", "input"),
    [("dreamlike-art/dreamlike-photoreal-2.0", ("A cat in a hat",)), ("afshr/cam_finetune", ())],
)
def test_compat_run_returns_a_url_and_its_stream_the_bytes(
    emulator: Emulator, model: str, input: tuple[str, ...]
) -> None:
    with compat.Bytez(KEY, base_url=emulator.url) as client:
        run: Any = client.model(model).run
        assert b"".join(run(*input, stream=True)) == httpx.get(run(*input).output).content
