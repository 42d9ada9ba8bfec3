"""Many inputs: some at once, few in memory, errors as values, and no more than the service bears."""

import gc
import itertools
import json
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import NoneType
from typing import Any

import anyio
import httpx
import pytest

from bytezkit import AsyncBytez, Bytez, Failure, Success, errors
from bytezkit.types import AsyncMediaRef, MediaRef
from tests.overlay.scripted_service import KEY, MODEL, ClientKind, FakeClock, close, fix_jitter, resolve

pytestmark = pytest.mark.anyio

PATIENCE = 5.0  # Nothing lasts so long unless something is broken.
DRAW = "org/draw"
READ = "org/read"
TEXTS = [f"text {number}" for number in range(20)]


@dataclass
class Service:
    """Answers each text with itself, as it is told to.

    Attributes:
        after: For a text, the one that must have been answered before it.
        busy: How many requests are one too many at the beginning.
        bears: How many requests it bears at once.
        headers: Headers of its refusals.
        refusal: What its refusals say.
        gate: How many must be there before the first one is answered.
        bodies: The bodies that came.
        most: How many requests were under way at once.
        paths: Where the requests went.
    """

    after: dict[str, str] = field(default_factory=dict[str, str])
    busy: int = 0
    bears: int | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    refusal: str = "Rate limit exceeded"
    gate: int = 0
    bodies: list[Any] = field(default_factory=list[Any])
    most: int = 0
    paths: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0
        self._answered: set[str] = set()

    @property
    def texts(self) -> list[str]:
        """The texts that came."""
        return [spoken(body) for body in self.bodies]

    def _arrive(self, body: Any) -> httpx.Response | None:
        self.bodies.append(body)
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        crowded = self.bears is not None and self._under_way > self.bears
        if self.busy > 0 or crowded or spoken(body) == "crowd":
            self.busy -= 1
            return httpx.Response(429, headers=self.headers, json={"error": self.refusal, "output": None})
        return None

    def _may_go(self, text: str) -> bool:
        earlier = self.after.get(text)
        return len(self.bodies) >= self.gate and (earlier is None or earlier in self._answered)

    def _answer(self, text: str) -> httpx.Response:
        self._answered.add(text)
        if text.startswith("refuse"):
            return httpx.Response(422, json={"error": "no", "output": None})
        if text.startswith("busy"):
            return httpx.Response(503, headers=self.headers, json={"error": "busy", "output": None})
        return httpx.Response(200, json={"error": None, "output": text})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        body = json.loads(request.read())
        text = spoken(body)
        with self._changed:
            answer = self._arrive(body)
            self._changed.notify_all()
            try:
                if answer is None:
                    assert self._changed.wait_for(lambda: self._may_go(text), PATIENCE), text
                    answer = self._answer(text)
                return answer
            finally:
                self._under_way -= 1
                self._changed.notify_all()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        body = json.loads(request.read())
        text = spoken(body)
        answer = self._arrive(body)
        try:
            await anyio.lowlevel.checkpoint()
            if answer is None:
                with anyio.fail_after(PATIENCE):
                    while not self._may_go(text):
                        await anyio.lowlevel.checkpoint()
                answer = self._answer(text)
            return answer
        finally:
            self._under_way -= 1


def spoken(body: Any) -> str:
    return str(body.get("text") or body.get("question"))


@dataclass
class Mapper:
    """A client of either face that maps."""

    client_kind: ClientKind
    client: Any
    http_client: Any
    service: Service
    clock: FakeClock

    def model(self, task: str | None = "text-generation") -> Any:
        return self.client.model(MODEL, task=task)

    async def map(self, inputs: Any, *, task: str | None = "text-generation", **options: Any) -> list[Any]:
        async with self.open(inputs, task=task, **options) as step:
            return await rest(step)

    @asynccontextmanager
    async def open(
        self, inputs: Any, *, task: str | None = "text-generation", **options: Any
    ) -> AsyncIterator[Callable[[], Any]]:
        """Give what asks for the next outcome, None at the end, and leave what is under way."""
        outcomes = self.model(task).map(inputs, **options)
        if self.client_kind == "sync":
            with outcomes:
                yield lambda: next(outcomes, None)
        else:
            async with outcomes:
                yield lambda: anext(outcomes, None)


async def rest(step: Callable[[], Any]) -> list[Any]:
    found = []
    while (outcome := await resolve(step())) is not None:
        found.append(outcome)
    return found


@pytest.fixture
async def mapper(client_kind: ClientKind) -> AsyncIterator[Callable[..., Mapper]]:
    made: list[Mapper] = []

    def make(service: Service | None = None, **options: Any) -> Mapper:
        service = service or Service()
        settings = {"api_key": KEY, "clock": FakeClock(), **options}
        http_client: Any = (
            httpx.Client(transport=httpx.MockTransport(service))
            if client_kind == "sync"
            else httpx.AsyncClient(transport=httpx.MockTransport(service.answer))
        )
        client = {"sync": Bytez, "async": AsyncBytez}[client_kind](http_client=http_client, **settings)
        fix_jitter(client)
        made.append(Mapper(client_kind, client, http_client, service, settings["clock"]))
        return made[-1]

    yield make
    # Threads of other tests may end meanwhile.
    assert not [it for it in threading.enumerate() if it.name == "bytezkit-map"]
    for it in made:
        await close(it.http_client)


MakeMapper = Callable[..., Mapper]


async def test_outcomes_come_in_the_order_of_the_inputs(mapper: MakeMapper) -> None:
    # The first is answered last.
    it = mapper(Service(after={"a": "d", "b": "d"}))
    found = await it.map(["a", "b", "c", "d"], concurrency=4)
    assert [(o.index, o.input, o.result.output) for o in found] == [
        *((0, "a", "a"), (1, "b", "b"), (2, "c", "c"), (3, "d", "d"))
    ]
    assert {type(o) for o in found} == {Success}


async def test_outcomes_come_as_they_are_there(mapper: MakeMapper) -> None:
    it = mapper(Service(after={"a": "b", "b": "c"}))
    found = await it.map(["a", "b", "c"], concurrency=3, ordered=False)
    assert [(o.index, o.input) for o in found] == [(2, "c"), (1, "b"), (0, "a")]


async def test_errors_are_values(mapper: MakeMapper) -> None:
    inputs = ["a", "refuse", 5, "\ud800", "b"]
    found = await mapper().map(inputs)
    assert [(o.index, o.input) for o in found] == [*enumerate(inputs)]
    good, error_reply, wrong_type, wrong_value, last = found
    assert (good.error, good.result.output, last.result.output) == (None, "a", "b")
    for failure, kind, text in (
        (error_reply, errors.UnprocessableContentError, "no"),
        (wrong_type, TypeError, "text must be a string, not int"),
        (wrong_value, ValueError, "cannot be encoded as JSON"),
    ):
        assert (type(failure), failure.result, type(failure.error)) == (Failure, None, kind)
        assert text in str(failure.error)
        assert failure.error.__traceback__ is None


@pytest.mark.parametrize("task", ["text-generation", "text-to-image", None])
async def test_each_outcome_is_told_as_soon_as_it_is_there(mapper: MakeMapper, task: str | None) -> None:
    # The first is answered last, and nothing is given out before.
    it = mapper(Service(after={"a": "refuse"}))
    told: list[Any] = []
    inputs: list[Any] = [{"text": text} if task is None else text for text in ("a", "refuse")]
    async with it.open(inputs, task=task, concurrency=2, on_outcome=told.append) as step:
        first = await resolve(step())
        assert [outcome.index for outcome in told] == [1, 0]
        assert told == [await resolve(step()), first]
        assert [type(outcome) for outcome in told] == [Failure, Success]


async def test_what_is_raised_when_an_outcome_is_told_is_raised(mapper: MakeMapper) -> None:
    def full(outcome: object) -> None:
        raise OSError("no space left")

    it = mapper()
    with pytest.raises(OSError, match="no space left"):
        await it.map(itertools.repeat("a"), concurrency=2, on_outcome=full)
    assert len(it.service.bodies) < 10
    with pytest.raises(TypeError, match="on_outcome must be callable, not str"):
        it.model().map(["a"], on_outcome="print")


async def test_outcomes_are_told_one_at_a_time(mapper: MakeMapper) -> None:
    it = mapper(Service(gate=8))
    telling, most = 0, 0

    def tell(outcome: object) -> None:
        nonlocal telling, most
        telling += 1
        most = max(most, telling)
        json.dumps([*range(1000)])
        telling -= 1

    await it.map(TEXTS, concurrency=8, on_outcome=tell)
    assert most == 1


async def test_many_models_share_one_concurrency(mapper: MakeMapper) -> None:
    it = mapper()
    told: list[Any] = []
    calls: list[Any] = [
        ("org/one", "a"),
        ("org/two", {"text": "b", "params": {"c": 1}}),
        ("nowhere", "c"),
        ("org/one", 5),
        "org/one",
    ]
    options = {"concurrency": 1, "on_outcome": told.append}
    if it.client_kind == "sync":
        found = list(it.client.map(calls, **options))
    else:
        async with it.client.map(aiter_of(calls), **options) as outcomes:
            found = [outcome async for outcome in outcomes]

    assert [(outcome.index, outcome.input) for outcome in found] == [*enumerate(calls)]
    assert [type(outcome.error) for outcome in found] == [
        NoneType,
        NoneType,
        ValueError,
        TypeError,
        TypeError,
    ]
    assert [type(outcome.result.output) for outcome in found[:2]] == [str, str]
    assert it.service.bodies == [{"input": "a"}, {"text": "b", "params": {"c": 1}}]
    assert it.service.paths == ["/models/v2/org/one", "/models/v2/org/two"]
    assert it.service.most == 1
    assert sorted(told, key=lambda outcome: outcome.index) == found
    with pytest.raises(ValueError, match="concurrency must be"):
        it.client.map(calls, concurrency=0)


async def aiter_of(values: list[Any]) -> AsyncIterator[Any]:
    for value in values:
        yield value


async def test_no_inputs_have_no_outcomes(mapper: MakeMapper) -> None:
    assert await mapper().map([]) == []


async def test_options_go_with_every_input(mapper: MakeMapper) -> None:
    it = mapper()
    await it.map(
        ["a", "b"], params={"max_new_tokens": 1}, extra_params={"x": 2}, auto_scale=True, concurrency=1
    )
    await it.map([{"anything": 1}], task=None, params={"y": 3})
    params = {"max_new_tokens": 1, "x": 2}
    assert it.service.bodies == [
        {"text": "a", "params": params, "autoScale": True},
        {"text": "b", "params": params, "autoScale": True},
        {"anything": 1, "params": {"y": 3}},
    ]


@pytest.mark.parametrize("concurrency", [1, 3, 8])
async def test_so_many_requests_are_under_way_at_once(mapper: MakeMapper, concurrency: int) -> None:
    it = mapper(Service(gate=concurrency))
    assert len(await it.map(TEXTS, concurrency=concurrency)) == len(TEXTS)
    assert it.service.most == concurrency


@pytest.mark.parametrize("ordered", [True, False])
async def test_inputs_without_end_are_taken_as_they_are_needed(mapper: MakeMapper, ordered: bool) -> None:
    it = mapper()
    taken = 0

    def inputs() -> Iterator[str]:
        nonlocal taken
        for number in itertools.count():
            taken += 1
            yield str(number)

    async with it.open(inputs(), concurrency=3, ordered=ordered) as step:
        for given in range(1, 50):
            await resolve(step())
            assert taken <= given + 2 * 3
    assert taken <= 50 + 2 * 3


@pytest.mark.parametrize("ordered", [True, False])
async def test_memory_does_not_grow_with_the_inputs(mapper: MakeMapper, ordered: bool) -> None:
    it = mapper()
    inputs: Iterator[Any] = itertools.cycle(["a", "b", "refuse", 5])
    seen: list[int] = []
    async with it.open(inputs, ordered=ordered) as step:
        for index in range(4001):
            await resolve(step())
            if index % 1000 == 0:
                it.service.bodies.clear()
                gc.collect()
                seen.append(sys.getallocatedblocks())
    # One small object for each of the inputs would be three thousand; what is under way varies by hundreds.
    assert seen[-1] - seen[1] < 1500


async def test_one_slow_answer_holds_few_others_in_memory(mapper: MakeMapper) -> None:
    it = mapper(Service(after={"text 0": "text 5"}))
    found = await it.map(TEXTS, concurrency=3)
    assert [o.input for o in found] == TEXTS
    # The window is six wide: the seventh was not sent before the first was given out.
    assert it.service.texts.index("text 6") > it.service.texts.index("text 5")


async def test_what_is_one_input_is_not_many(mapper: MakeMapper) -> None:
    it = mapper()
    for one in ("Once upon a time", b"a", {"text": "a"}):
        with pytest.raises(TypeError, match="inputs must be many inputs, not one"):
            it.model(None).map(one)


@pytest.mark.parametrize("concurrency", [0, -1, True, 2.0, "3", None])
async def test_the_concurrency_is_a_positive_integer(mapper: MakeMapper, concurrency: Any) -> None:
    with pytest.raises(ValueError, match="concurrency must be an integer of 1 or more, not"):
        mapper().model().map([], concurrency=concurrency)


async def test_a_tuple_stands_for_several_arguments(mapper: MakeMapper) -> None:
    it = mapper()
    given: list[Any] = [("who?", "Ron."), "ab", ("who?",), ("who?", 5)]
    found = await it.map(given, task="question-answering")
    assert it.service.texts == ["who?"]
    assert [str(o.error) for o in found[1:]] == [
        "an input must be a tuple (question, context), not str",
        "an input must be a tuple (question, context), not tuple",
        "context must be a string, not int",
    ]


async def test_tasks_that_make_media_give_references(mapper: MakeMapper) -> None:
    it = mapper()
    [drawn] = await it.map(["https://media.example/cat.png"], task="text-to-image")
    kind = MediaRef if it.client_kind == "sync" else AsyncMediaRef
    assert (type(drawn.result.output), drawn.result.output.url) == (kind, "https://media.example/cat.png")


async def test_a_task_without_input_runs_once_for_anything(mapper: MakeMapper) -> None:
    found = await mapper().map(range(3), task="unconditional-image-generation")
    assert [o.input for o in found] == [0, 1, 2]


# The service has too many.


async def test_what_was_one_too_many_is_sent_again(mapper: MakeMapper) -> None:
    it = mapper(Service(busy=9, headers={"retry-after": "7"}), max_retries=0)
    found = await it.map(TEXTS, concurrency=4)
    assert [o.result.output for o in found] == TEXTS
    assert len(it.service.texts) == len(TEXTS) + 9
    assert 7 <= round(sum(it.clock.pauses), 3) <= 9 * 7


async def test_fewer_are_sent_at_once_after_a_refusal(mapper: MakeMapper) -> None:
    it = mapper(Service(bears=4, gate=5))
    found = await it.map(TEXTS * 10, concurrency=16)
    assert [o.result.output for o in found] == TEXTS * 10
    again = len(it.service.texts) - len(found)
    assert 0 < again < len(found) / 2


@pytest.mark.parametrize(
    ("headers", "pauses"),
    [
        ({"retry-after": "3"}, [3.0, 3.0, 3.0]),
        ({"retry-after": "0.25"}, [0.25, 0.25, 0.25]),
        ({}, [0.5, 1.0, 2.0]),
    ],
)
async def test_the_pauses_are_those_of_the_service_or_grow(
    mapper: MakeMapper, headers: dict[str, str], pauses: list[float]
) -> None:
    it = mapper(Service(busy=3, headers=headers))
    await it.map(["a"])
    assert sum(it.clock.pauses) == pytest.approx(sum(pauses))


async def test_the_deadline_is_that_of_each_input(mapper: MakeMapper) -> None:
    it = mapper(
        Service(busy=1000, headers={"retry-after": "4", "x-request-id": "r"}), deadline=timedelta(seconds=10)
    )
    [failure] = await it.map(["a"])
    assert isinstance(failure.error, errors.RateLimitError)
    assert (failure.error.attempts, failure.error.retry_after) == (3, timedelta(seconds=4))
    assert it.clock.now == pytest.approx(8.0)


async def test_attempts_are_counted_over_all_of_them(mapper: MakeMapper) -> None:
    it = mapper(Service(busy=2))
    [failure] = await it.map(["refuse"])
    assert (failure.error.status, failure.error.attempts) == (422, 3)


async def test_without_a_deadline_it_goes_on(mapper: MakeMapper) -> None:
    it = mapper(Service(busy=50), deadline=None)
    [success] = await it.map(["a"])
    assert success.result.output == "a"


@pytest.mark.parametrize(
    ("refusal", "headers", "kind"),
    [
        ("operation already in progress", {}, errors.RateLimitError),
        ("Out of credits", {}, errors.PaymentRequiredError),
        ("Rate limit exceeded", {"retry-after": str(8 * 86400)}, errors.RateLimitError),
    ],
)
async def test_some_refusals_are_not_waited_for(
    mapper: MakeMapper, refusal: str, headers: dict[str, str], kind: type[Exception]
) -> None:
    it = mapper(Service(busy=1, refusal=refusal, headers=headers), deadline=None)
    first, second = await it.map(["a", "b"], concurrency=1)
    assert (type(first.error), second.error) == (kind, None)
    assert it.clock.pauses == []


async def test_other_refusals_for_load_are_tried_again_as_in_a_single_call(mapper: MakeMapper) -> None:
    it = mapper(Service(), max_retries=2)
    [failure] = await it.map(["busy"])
    assert (failure.error.status, failure.error.attempts) == (503, 3)
    assert sum(it.clock.pauses) == pytest.approx(1.5)


# Leaving early, and what goes wrong.


async def test_what_is_raised_in_the_block_is_raised_as_it_is(mapper: MakeMapper) -> None:
    it = mapper()
    problem = KeyError("mine")
    with pytest.raises(KeyError) as caught:  # noqa: PT012
        async with it.open(itertools.repeat("a")) as step:
            await resolve(step())
            raise problem
    assert caught.value is problem


async def test_an_iterator_that_was_left_has_ended(mapper: MakeMapper) -> None:
    async with mapper().open(TEXTS) as step:
        await resolve(step())
    assert await resolve(step()) is None


async def test_nothing_is_begun_after_leaving(mapper: MakeMapper) -> None:
    it = mapper()
    async with it.open(itertools.repeat("a"), concurrency=2) as step:
        await resolve(step())
    sent = len(it.service.texts)
    await anyio.lowlevel.checkpoint()
    assert len(it.service.texts) == sent <= 1 + 2 * 2 + 2


class Standing(FakeClock):
    """Time that does not pass."""

    def __init__(self) -> None:
        super().__init__()
        self.resting = threading.Event()

    def sleep(self, seconds: float) -> None:
        self.resting.set()

    async def sleep_async(self, seconds: float) -> None:
        self.resting.set()
        await anyio.sleep_forever()


@pytest.mark.parametrize("text", ["crowd", "busy"])
async def test_a_pause_is_left_at_once(mapper: MakeMapper, text: str) -> None:
    clock = Standing()
    it = mapper(Service(gate=2, headers={"retry-after": "300"}), clock=clock)
    async with it.open(["a", text], concurrency=2) as step:
        assert (await resolve(step())).input == "a"
        with anyio.fail_after(PATIENCE):
            while not clock.resting.is_set():
                await anyio.lowlevel.checkpoint()


async def test_what_breaks_the_inputs_is_raised_behind_the_outcomes_before_it(mapper: MakeMapper) -> None:
    def inputs() -> Iterator[str]:
        yield from ("a", "b", "c")
        raise LookupError("the database is gone")

    found = []
    with pytest.raises(LookupError, match="the database is gone"):  # noqa: PT012
        async with mapper().open(inputs()) as step:
            while True:
                found.append((await resolve(step())).input)
    assert found == ["a", "b", "c"]


async def test_what_is_no_matter_of_an_input_is_raised(mapper: MakeMapper) -> None:
    it = mapper()
    await close(it.http_client)
    with pytest.raises(RuntimeError, match="the client is closed"):
        await it.map(TEXTS)


async def test_a_loop_that_is_broken_off_leaves_no_thread(
    mapper: MakeMapper, client_kind: ClientKind
) -> None:
    it = mapper()
    if client_kind == "sync":
        for outcome in it.model().map(itertools.repeat("a")):
            if outcome.index == 3:
                break


async def test_an_iterator_that_was_never_begun_sends_nothing(mapper: MakeMapper) -> None:
    it = mapper()
    async with it.open(TEXTS) as step:
        pass
    assert await resolve(step()) is None
    it.model().map(TEXTS)
    assert it.service.bodies == []


def test_the_garbage_collector_may_end_it_in_one_of_its_threads() -> None:
    spelling, dropped, collected = threading.Event(), threading.Event(), threading.Event()

    class Collecting(dict[str, str]):
        """An input that is being spelt when garbage is collected."""

        def keys(self) -> Any:
            spelling.set()
            assert dropped.wait(PATIENCE)
            gc.collect()
            collected.set()
            return super().keys()

    def answer(request: httpx.Request) -> httpx.Response:
        assert spelling.wait(PATIENCE)
        return httpx.Response(200, json={"error": None, "output": "a"})

    before = threading.active_count()
    with Bytez(KEY, http_client=httpx.Client(transport=httpx.MockTransport(answer))) as client:
        outcomes = client.model(MODEL).map([{"text": "a"}, Collecting(text="b")])
        assert next(outcomes).index == 0
        threads = threading.enumerate()[before:]
        circle: list[object] = [outcomes]
        circle.append(circle)
        del outcomes, circle
        dropped.set()
        assert collected.wait(PATIENCE)
        for thread in threads:
            thread.join(PATIENCE)
    assert threading.active_count() == before


async def test_an_asynchronous_iterator_has_to_be_entered() -> None:
    async with AsyncBytez(KEY) as client:
        outcomes = client.model(MODEL).map(["a"])
        with pytest.raises(RuntimeError, match="enter it with `async with` first"):
            await anext(outcomes)


async def lines(*texts: str) -> AsyncIterator[str]:
    for text in texts:
        await anyio.lowlevel.checkpoint()
        yield text


@pytest.mark.parametrize("client_kind", ["async"])
async def test_inputs_may_be_asynchronous(mapper: MakeMapper) -> None:
    found = await mapper().map(lines(*TEXTS), concurrency=3)
    assert [o.result.output for o in found] == TEXTS


@pytest.mark.parametrize("client_kind", ["async"])
async def test_outcomes_do_not_wait_for_the_next_asynchronous_input(mapper: MakeMapper) -> None:
    given = anyio.Event()

    async def inputs() -> AsyncIterator[str]:
        yield "a"
        await given.wait()
        yield "b"

    async with mapper().open(inputs()) as step:
        with anyio.fail_after(PATIENCE):
            assert (await step()).input == "a"
            given.set()
            assert (await step()).input == "b"


@pytest.mark.parametrize("client_kind", ["async"])
async def test_tasks_may_share_the_outcomes(mapper: MakeMapper) -> None:
    found: list[str] = []
    async with mapper().open(TEXTS, concurrency=2) as step:

        async def take() -> None:
            found.extend(o.input for o in await rest(step))

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(take)
    assert sorted(found) == sorted(TEXTS)


@pytest.mark.parametrize("client_kind", ["async"])
async def test_leaving_cancels_what_is_under_way(mapper: MakeMapper) -> None:
    it = mapper(Service(after={"b": "never"}))
    async with it.open(["a", "b"]) as step:
        assert (await step()).input == "a"
    assert it.service.texts == ["a", "b"]
    assert it.service._under_way == 0


@pytest.mark.parametrize("client_kind", ["async"])
async def test_a_cancelled_task_leaves(mapper: MakeMapper) -> None:
    it = mapper(Service(after={"b": "never"}))
    with anyio.move_on_after(0.05) as scope:
        await it.map(["a", "b"])
    assert scope.cancelled_caught
    assert it.service._under_way == 0
