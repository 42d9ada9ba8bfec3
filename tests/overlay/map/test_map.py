"""`map`: order, bounded memory, errors as values, and concurrency that adapts to rate limits."""

import gc
import itertools
import json
import math
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import NoneType
from typing import Any
from unittest.mock import Mock

import anyio
import httpx
import pytest

from bytezkit import AsyncBytez, Bytez, Failure, Success, errors
from bytezkit._map.scheduler import DeferredError
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL
from tests.overlay.scripted_service import KEY, FakeClock, ScriptedClient, close, entered, next_of

pytestmark = pytest.mark.anyio

PATIENCE = 5.0  # Seconds; longer than any wait of a correct client.
PNG = b"\x89PNG\r\n\x1a\n"
TEXTS = [f"text {number}" for number in range(20)]


def text_of(body: Any) -> str:
    return str(body.get("text") or body.get("question"))


@dataclass
class Service:
    """Answers each text with itself, except `reject` (429), `invalid` (422) and `overload` (503)."""

    # For a text, the text that must be released before it is answered.
    after: dict[str, str] = field(default_factory=dict[str, str])
    rejections: int = 0  # Number of requests that get status 429 first.
    capacity: float = math.inf  # Number of concurrent requests above which a request gets status 429.
    headers: dict[str, str] = field(default_factory=dict[str, str])  # Of error responses.
    message: str = "Rate limit exceeded"
    gate: int = 0  # Number of requests that must have arrived before one is answered.

    def __post_init__(self) -> None:
        self.bodies: list[Any] = []
        self.paths: list[str] = []
        self.active = self.max_active = 0
        self._changed = threading.Condition()
        self._released: set[str] = set()

    @property
    def texts(self) -> list[str]:
        return [*map(text_of, self.bodies)]

    def release(self, text: str) -> None:
        """Let the text be answered that waits for another text."""
        with self._changed:
            self._released.add(text)
            self._changed.notify_all()

    @contextmanager
    def _received(self, request: httpx.Request) -> Iterator[tuple[Callable[[], bool], httpx.Response]]:
        """Yield whether the response is due, and the response."""
        body = json.loads(request.read())
        text = text_of(body)
        self.paths.append(request.url.path)
        self.bodies.append(body)
        self.active += 1
        self.max_active = max(self.max_active, self.active)
        status = {"reject": 429, "invalid": 422, "overload": 503}.get(text, 200)
        if self.rejections > 0 or self.active > self.capacity:
            self.rejections -= 1
            status = 429
        content = {"error": None, "output": text}
        if status != 200:
            content = {"error": self.message if status == 429 else "no", "output": None}
        headers = self.headers if status != 200 else {}
        try:
            yield (
                lambda: (
                    status == 429
                    or (len(self.bodies) >= self.gate and self.after.get(text) in {None, *self._released})
                ),
                httpx.Response(status, headers=headers, json=content),
            )
        finally:
            self.active -= 1
        self.release(text)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._changed, self._received(request) as (is_due, response):
            self._changed.notify_all()
            assert self._changed.wait_for(is_due, PATIENCE)
            return response

    async def respond_async(self, request: httpx.Request) -> httpx.Response:
        with self._received(request) as (is_due, response), anyio.fail_after(PATIENCE):
            await anyio.lowlevel.checkpoint()
            while not is_due():
                await anyio.lowlevel.checkpoint()
            return response


@dataclass
class Mapper(ScriptedClient):
    """A client over a stub, whose `map` has the same form for sync and async clients."""

    service: Service

    def model(self, task: str | None = "text-generation") -> Any:
        return self.client.model(MODEL, task=task)

    async def map(self, inputs: Any, **options: Any) -> list[Any]:
        async with self.open(inputs, **options) as step:
            return await rest(step)

    @asynccontextmanager
    async def open(
        self, inputs: Any, *, task: str | None = "text-generation", source: Any = None, **options: Any
    ) -> AsyncIterator[Callable[[], Any]]:
        """Yield a function that returns the next outcome, or None at the end."""
        async with entered((source or self.model(task)).map(inputs, **options)) as outcomes:
            yield partial(next_of, outcomes)


async def rest(step: Callable[[], Any]) -> list[Any]:
    found = []
    while (outcome := await step()) is not None:
        found.append(outcome)
    return found


MakeMapper = Callable[..., Mapper]


@pytest.fixture
async def mapper(make_client: MakeClient) -> AsyncIterator[MakeMapper]:
    made: list[Mapper] = []

    def make(service: Service | None = None, **options: Any) -> Mapper:
        it, service = make_client(**options), service or Service()
        respond = service if isinstance(it.client, Bytez) else service.respond_async
        it.http_client._transport = httpx.MockTransport(respond)
        made.append(Mapper(**vars(it), service=service))
        return made[-1]

    yield make
    # Other threads may end meanwhile, so they are not counted.
    assert not [it for it in threading.enumerate() if it.name == "bytezkit-map"]
    for it in made:
        await close(it.http_client)


over_async_client = pytest.mark.parametrize("client_kind", ["async"])


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("task", ["text-generation", "text-to-image", None])
async def test_outcomes_follow_inputs_or_responses_and_on_outcome_responses(
    mapper: MakeMapper, task: str | None, ordered: bool
) -> None:
    it = mapper(Service(after={"a": "b done", "b": "invalid done"}))
    seen: list[Any] = []

    def record(outcome: Any) -> None:
        seen.append(outcome)
        it.service.release(f"{texts[outcome.index]} done")

    texts = ["a", "b", "invalid"]
    inputs: list[Any] = texts if task else [{"text": text} for text in texts]
    found = await it.map(inputs, task=task, concurrency=3, ordered=ordered, on_outcome=record)
    assert [(type(o), o.index, o.input) for o in seen] == [
        *((Failure, 2, inputs[2]), (Success, 1, inputs[1]), (Success, 0, inputs[0]))
    ]
    assert found == (seen[::-1] if ordered else seen)
    assert await it.map([]) == []


async def test_errors_are_returned_as_failures(mapper: MakeMapper) -> None:
    inputs = ["a", "invalid", 5, "\ud800", "b"]
    found = await mapper().map(inputs)
    assert [(o.index, o.input) for o in found] == [*enumerate(inputs)]
    first, *failures, last = found
    assert [(it.error, it.result.output) for it in (first, last)] == [(None, "a"), (None, "b")]
    assert [type(it.error) for it in failures] == [errors.UnprocessableContentError, TypeError, ValueError]
    assert "messages must be a string or a list of messages, not int" in str(failures[1].error)
    assert {(type(it), it.result, it.error.__traceback__) for it in failures} == {(Failure, None, None)}


@pytest.mark.parametrize("error", [OSError, TypeError, KeyError, ValueError])
@pytest.mark.parametrize("callback", ["on_outcome", "tracer"])
async def test_error_of_a_callback_ends_map(
    mapper: MakeMapper, callback: str, error: type[Exception]
) -> None:
    def fail(_: object) -> None:
        raise error("refused")

    @contextmanager
    def trace(attempt: object) -> Iterator[None]:
        yield
        fail(attempt)

    it = mapper(tracer=trace if callback == "tracer" else None)
    options = {"on_outcome": fail} if callback == "on_outcome" else {}
    with pytest.raises(error, match="refused"):
        await it.map(itertools.repeat("a"), concurrency=2, **options)
    assert len(it.service.bodies) < 10


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


class Hostile:
    def __getattr__(self, name: str) -> object:
        raise ZeroDivisionError(name)


def readable(result: object) -> object:
    """Return a source as of many libraries: it can be read, and has nothing else of a file."""
    return Mock(spec_set=["read"], **{"read.side_effect": itertools.repeat(result)})


# Source of media, and type of its error; None: it is sent.
SOURCES: list[tuple[object, type[Exception] | None]] = [
    ("https://example.com/1.png", None),
    (readable(PNG), None),
    *((it, TypeError) for it in (object(), None, readable("text"))),
    (Path("missing.png"), FileNotFoundError),
    *((readable(it), type(it)) for it in (KeyError("a"), MemoryError(), UnprintableError())),
    (readable(StopIteration()), Exception),
    (Hostile(), ZeroDivisionError),
    ("https://example.com/2.png", None),
]


async def test_input_with_any_error_is_a_failure(mapper: MakeMapper) -> None:
    found = await mapper().map([source for source, _ in SOURCES], task="image-to-text")
    for (source, kind), outcome in zip(SOURCES, found, strict=True):
        assert isinstance(outcome.error, kind or NoneType), type(source)


async def test_client_map_shares_concurrency_between_models(mapper: MakeMapper) -> None:
    it = mapper()
    seen: list[Any] = []
    calls: list[Any] = [
        *(("org/one", "a"), ("org/two", {"text": "b", "params": {"c": 1}})),
        *(("nowhere", "c"), ("org/one", 5), "org/one"),
    ]
    inputs = calls if isinstance(it.client, Bytez) else aiter_of(calls)
    found = await it.map(inputs, source=it.client, concurrency=1, on_outcome=seen.append)
    assert [(outcome.index, outcome.input) for outcome in found] == [*enumerate(calls)]
    types = [type(outcome.error) for outcome in found]
    assert types == [NoneType, NoneType, ValueError, TypeError, TypeError]
    assert [type(outcome.result.output) for outcome in found[:2]] == [str, str]
    assert it.service.bodies == [{"input": "a"}, {"text": "b", "params": {"c": 1}}]
    assert it.service.paths == ["/models/v2/org/one", "/models/v2/org/two"]
    assert it.service.max_active == 1
    assert sorted(seen, key=lambda outcome: outcome.index) == found


async def aiter_of(values: list[Any]) -> AsyncIterator[Any]:
    for value in values:
        yield value


async def test_options_are_sent_with_every_input(mapper: MakeMapper) -> None:
    it = mapper()
    options = {"params": {"max_new_tokens": 1}, "extra_params": {"x": 2}, "auto_scale": True}
    await it.map(["a", "b"], concurrency=1, **options)
    await it.map([{"anything": 1}], task=None, params={"y": 3})
    params = {"max_new_tokens": 1, "x": 2}
    assert it.service.bodies == [
        {"text": "a", "params": params, "autoScale": True},
        {"text": "b", "params": params, "autoScale": True},
        {"anything": 1, "params": {"y": 3}},
    ]


@pytest.mark.parametrize("concurrency", [1, 8])
async def test_concurrency_is_number_of_active_requests(mapper: MakeMapper, concurrency: int) -> None:
    is_free = threading.Lock()

    def on_outcome(outcome: object) -> None:
        assert is_free.acquire(blocking=False), "two calls overlap"
        json.dumps([*range(1000)])
        is_free.release()

    it = mapper(Service(gate=concurrency))
    assert len(await it.map(TEXTS, concurrency=concurrency, on_outcome=on_outcome)) == len(TEXTS)
    assert it.service.max_active == concurrency


@pytest.mark.parametrize("ordered", [True, False])
async def test_infinite_inputs_are_read_lazily(mapper: MakeMapper, ordered: bool) -> None:
    read: list[str] = []

    def inputs() -> Iterator[str]:
        for number in itertools.count():
            read.append(str(number))
            yield read[-1]

    # The window has six inputs, so in order the seventh waits until the first outcome is returned.
    it = mapper(Service(after={"0": "5"}))
    async with it.open(inputs(), concurrency=3, ordered=ordered) as step:
        for returned in range(50):
            await step()
            assert len(read) <= returned + 1 + 2 * 3
    assert not ordered or it.service.texts.index("6") > it.service.texts.index("5")


@pytest.mark.parametrize("ordered", [True, False])
async def test_memory_does_not_grow_with_inputs(mapper: MakeMapper, ordered: bool) -> None:
    it = mapper()
    inputs: Iterator[Any] = itertools.cycle(["a", "b", "invalid", 5])
    blocks: list[int] = []
    async with it.open(inputs, ordered=ordered) as step:
        for index in range(2001):
            await step()
            if index % 800 == 400:
                it.service.bodies.clear()
                gc.collect()
                blocks.append(sys.getallocatedblocks())
    # One small object per input would be 1600 blocks; requests in flight vary by hundreds.
    assert blocks[-1] - blocks[0] < 800


@pytest.mark.parametrize(
    ("inputs", "options", "error", "message"),
    [
        *((it, {}, TypeError, "inputs must be many inputs, not one") for it in ("Once", b"a", {"text": "a"})),
        *(
            ([], {"concurrency": it}, ValueError, "concurrency must be an integer of 1 or more, not")
            for it in (0, -1, True, 2.0, "3", None)
        ),
        ([], {"on_outcome": "print"}, TypeError, "on_outcome must be callable, not str"),
    ],
)
async def test_invalid_arguments_raise(
    mapper: MakeMapper, inputs: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    it = mapper()
    for source in (it.model(None), it.client):
        with pytest.raises(error, match=message):
            source.map(inputs, **options)


async def test_tuple_holds_arguments_of_task(mapper: MakeMapper) -> None:
    it = mapper()
    inputs: list[Any] = [("who?", "Ron."), "ab", ("who?",), ("who?", 5)]
    found = await it.map(inputs, task="question-answering")
    assert it.service.texts == ["who?"]
    assert [str(o.error) for o in found[1:]] == [
        "an input must be a tuple (question, context), not str",
        "an input must be a tuple (question, context), not tuple",
        "context must be a string, not int",
    ]


# Rate limits.


async def test_rate_limit_reduces_concurrency(mapper: MakeMapper) -> None:
    it = mapper(Service(capacity=4, gate=5))
    found = await it.map(TEXTS * 10, concurrency=16)
    assert [o.result.output for o in found] == TEXTS * 10
    assert 0 < len(it.service.texts) - len(found) < len(found) / 2
    # Later maps start with that limit, whatever their options, order and source.
    it.service.max_active = 0
    source = it.model().with_options(deadline=5)
    async with it.open(TEXTS[:16], source=source, concurrency=16, ordered=False) as step:
        assert len(await rest(step)) == 16
    assert len(await it.map([(MODEL, text) for text in TEXTS], source=it.client, concurrency=16)) == 20
    assert it.service.max_active <= 7


BUSY = errors.RateLimitError
LONG = {"retry-after": str(8 * 86400)}
UNLIMITED = {"deadline": None}
# Input, service, options, error and attempts of the outcome, and seconds of pauses.
ATTEMPTS: list[tuple[str, Service, dict[str, Any], type[Exception | None], int | None, float]] = [
    ("a", Service(rejections=50), UNLIMITED, NoneType, None, 0.5 + 1 + 2 + 4 + 46 * 8),
    ("a", Service(rejections=3, headers={"retry-after": "4"}), {"deadline": 10}, BUSY, 3, 8 + 4),
    ("invalid", Service(rejections=2), {}, errors.UnprocessableContentError, 3, 1.5),
    ("overload", Service(), {"max_retries": 2}, errors.ServerError, 3, 1.5),
    ("a", Service(rejections=1, message="operation already in progress"), UNLIMITED, BUSY, 1, 0),
    ("a", Service(rejections=1, message="Out of credits"), UNLIMITED, errors.PaymentRequiredError, 1, 0),
    ("a", Service(rejections=1, headers=LONG), UNLIMITED, BUSY, 1, 0),
]


@pytest.mark.parametrize("case", ATTEMPTS)
async def test_pauses_and_attempts_of_an_input(mapper: MakeMapper, case: Any) -> None:
    text, service, options, error, attempts, paused = case
    it = mapper(replace(service), **options)
    first, second = await it.map([text, "b"], concurrency=1)
    assert (type(first.error), second.error) == (error, None)
    assert getattr(first.error, "attempts", None) == attempts
    assert sum(it.clock.pauses) == pytest.approx(paused)


# Leaving the block early, and errors that are not specific to one input.


async def test_nothing_is_sent_or_returned_after_the_block(mapper: MakeMapper) -> None:
    it = mapper()
    async with it.open(itertools.repeat("a"), concurrency=2) as step:
        await step()
    sent = len(it.service.texts)
    await anyio.lowlevel.checkpoint()
    assert len(it.service.texts) == sent <= 1 + 2 * 2 + 2
    assert await step() is None


class StoppedClock(FakeClock):
    """Clock whose pauses do not end."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeping = threading.Event()

    def sleep(self, seconds: float) -> None:
        self.sleeping.set()

    async def sleep_async(self, seconds: float) -> None:
        self.sleeping.set()
        await anyio.sleep_forever()


@pytest.mark.parametrize("text", ["reject", "overload"])
async def test_leaving_the_block_ends_a_pause(mapper: MakeMapper, text: str) -> None:
    clock = StoppedClock()
    it = mapper(Service(gate=2, headers={"retry-after": "300"}), clock=clock)
    async with it.open(["a", text], concurrency=2) as step:
        assert (await step()).input == "a"
        with anyio.fail_after(PATIENCE):
            while not clock.sleeping.is_set():
                await anyio.lowlevel.checkpoint()


@pytest.mark.parametrize("ordered", [True, False])
async def test_interrupted_map_says_how_to_go_on(mapper: MakeMapper, ordered: bool) -> None:
    it = mapper()
    # At Ctrl-C, asyncio cancels the main task, and shows its error before the KeyboardInterrupt.
    interrupt = KeyboardInterrupt if isinstance(it.client, Bytez) else anyio.get_cancelled_exc_class()
    with pytest.raises(interrupt) as caught:  # noqa: PT012
        async with it.open(itertools.repeat("a"), ordered=ordered) as step:
            for _ in range(3):
                await step()
            raise interrupt
    rest = "from index 3 on" if ordered else "whose index had no outcome"
    note = f"map returned 3 outcomes before the interrupt: to go on, map the inputs {rest}"
    assert caught.value.__notes__ == [note]


def test_only_exceptions_are_deferred() -> None:
    with pytest.raises(KeyboardInterrupt), DeferredError():
        raise KeyboardInterrupt


async def test_error_of_inputs_is_raised_after_earlier_outcomes(mapper: MakeMapper) -> None:
    def inputs() -> Iterator[str]:
        yield from ("a", "b", "c")
        raise LookupError("the database is gone")

    found = []
    with pytest.raises(LookupError, match="the database is gone"):  # noqa: PT012
        async with mapper().open(inputs()) as step:
            while True:
                found.append((await step()).input)
    assert found == ["a", "b", "c"]


async def test_closed_client_raises(mapper: MakeMapper) -> None:
    it = mapper()
    await close(it.http_client)
    with pytest.raises(RuntimeError, match=r"^the client is closed$"):
        await it.map(TEXTS)


@pytest.mark.parametrize("client_kind", ["sync"])
async def test_break_in_loop_leaves_no_thread(mapper: MakeMapper) -> None:
    for outcome in mapper().model().map(itertools.repeat("a")):
        if outcome.index == 3:
            break


async def test_unused_iterator_sends_nothing(mapper: MakeMapper) -> None:
    it = mapper()
    async with it.open(TEXTS) as step:
        pass
    assert await step() is None
    it.model().map(TEXTS)
    assert it.service.bodies == []


def test_garbage_collection_in_own_thread_ends_map() -> None:
    encoding, dropped, collected = threading.Event(), threading.Event(), threading.Event()

    class Collecting(dict[str, str]):
        """Input that collects garbage while it is encoded."""

        def keys(self) -> Any:
            encoding.set()
            assert dropped.wait(PATIENCE)
            gc.collect()
            collected.set()
            return super().keys()

    def respond(request: httpx.Request) -> httpx.Response:
        assert encoding.wait(PATIENCE)
        return httpx.Response(200, json={"error": None, "output": "a"})

    with Bytez(KEY, http_client=httpx.Client(transport=httpx.MockTransport(respond))) as client:
        outcomes = client.model(MODEL).map([{"text": "a"}, Collecting(text="b")])
        assert next(outcomes).index == 0
        threads = [it for it in threading.enumerate() if it.name == "bytezkit-map"]
        cycle: list[object] = [outcomes]
        cycle.append(cycle)
        del outcomes, cycle
        dropped.set()
        assert collected.wait(PATIENCE)
        for thread in threads:
            thread.join(PATIENCE)
    assert {thread.is_alive() for thread in threads} == {False}


async def test_async_iterator_must_be_entered() -> None:
    async with AsyncBytez(KEY) as client:
        outcomes = client.model(MODEL).map(["a"])
        with pytest.raises(RuntimeError, match="enter it with `async with` first"):
            await anext(outcomes)


@over_async_client
async def test_outcome_does_not_wait_for_next_async_input(mapper: MakeMapper) -> None:
    ready = anyio.Event()

    async def inputs() -> AsyncIterator[str]:
        yield "a"
        await ready.wait()
        yield "b"

    async with mapper().open(inputs()) as step:
        with anyio.fail_after(PATIENCE):
            assert (await step()).input == "a"
            ready.set()
            assert (await step()).input == "b"


@over_async_client
async def test_tasks_share_outcomes(mapper: MakeMapper) -> None:
    found: list[str] = []
    async with mapper().open(TEXTS, concurrency=2) as step:

        async def consume() -> None:
            found.extend(o.input for o in await rest(step))

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(consume)
    assert sorted(found) == sorted(TEXTS)


@over_async_client
@pytest.mark.parametrize("cancelled", [True, False])
async def test_leaving_or_cancelling_the_block_cancels_requests(mapper: MakeMapper, cancelled: bool) -> None:
    it = mapper(Service(after={"b": "never"}, gate=2))
    with anyio.CancelScope() as scope:
        async with it.open(["a", "b"]) as step:
            assert (await step()).input == "a"
            if cancelled:
                scope.cancel()
                await step()
    assert scope.cancelled_caught == cancelled
    assert (it.service.texts, it.service.active) == (["a", "b"], 0)
