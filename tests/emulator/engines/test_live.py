"""Live engines: they take real time, stream, fail and are cancelled, through every transport."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread, Timer
from typing import Any, Final

import anyio
import httpx
import pytest

from bytezkit_emulator import Emulator, Stub
from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._engines import InputError, Job, MediaOutput, Output
from bytezkit_emulator._engines.live import LiveRun, Slots
from bytezkit_emulator._time.scheduler import START
from bytezkit_models.json_value import JsonValue
from tests.emulator import clients
from tests.emulator.clients import GPT2, KEY, error, open_async_client, open_client, output
from tests.emulator.service.test_closed_models import OPENAI

RUN: Final = {"text": "Once", "stream": False}
STREAM: Final = {"text": "Once", "stream": True}
HEADERS: Final = {"authorization": f"Key {KEY}"}
WAYS: Final = ("http", "sync", "async")
CLASSIFIER: Final = "/models/v2/google/vit-base-patch16-224"
INVALID: Final = "the engine failed: its output violates the contract: output: "
NOT_THE_TEXT: Final = f"{INVALID}differs from the text of the stream"
Work = Callable[[Job, LiveRun], Output | MediaOutput]


def upon(_: Job, run: LiveRun) -> Output:
    run.write("Once")
    run.write(" upon")
    return Output(value="Once upon")


class Engine:
    """A live engine whose work is a function."""

    def __init__(self, work: Work = upon, limit: int = 4, tasks: tuple[str, ...] = ()) -> None:
        self._work = work
        self._slots = Slots(limit)
        self._tasks = tasks
        self._added: Mapping[str, str] = {}
        self.admitted = Event()
        self.runs = 0

    def open(self, tasks: Mapping[str, str]) -> Mapping[str, str]:
        return self._added if tasks else {}

    def admit(self, job: Job) -> Slots | None:
        self.admitted.set()
        return None if self._tasks and job.task.name not in self._tasks else self._slots

    def run(self, job: Job, live_run: LiveRun) -> Output | MediaOutput:
        self.runs += 1
        return self._work(job, live_run)


class Pausing(Engine):
    """An engine that writes a piece, if there is one, and waits until it is told to go on or is cancelled."""

    def __init__(self, first: str = "Once", limit: int = 4) -> None:
        super().__init__(self.work, limit)
        self.entered, self.go_on, self.cancelled = Event(), Event(), Event()
        self._first = first

    def work(self, _: Job, run: LiveRun) -> Output:
        run.on_cancel(self.cancelled.set)
        run.on_cancel(self.go_on.set)
        run.write(self._first)
        self.entered.set()
        assert self.go_on.wait(30)
        run.write(" more")
        return Output(value=f"{self._first} more")


def post(emulator: Emulator, way: str, seen: Callable[[bytes], object]) -> int:
    """Send a run that streams, call `seen` with each chunk, and return the status."""

    async def run() -> int:
        async with (
            open_async_client(emulator) as client,
            client.stream("POST", GPT2, json=STREAM) as response,
        ):
            async for chunk in response.aiter_bytes():
                seen(chunk)
            return response.status_code

    if way == "async":
        return anyio.run(run)
    client = httpx.Client(base_url=emulator.url, trust_env=False, headers=HEADERS)
    with client if way == "http" else open_client(emulator) as client:
        with client.stream("POST", GPT2, json=STREAM) as response:
            for chunk in response.iter_bytes():
                seen(chunk)
        return response.status_code


def send(emulator: Emulator, responses: list[httpx.Response]) -> None:
    with open_client(emulator) as client:
        responses.append(client.post(GPT2, json=RUN))


@contextmanager
def running(emulator: Emulator, engine: Pausing) -> Iterator[list[httpx.Response]]:
    """Send a run in process, and wait until the engine works on it; the response is there after the block."""
    thread = Thread(target=send, args=[emulator, responses := list[httpx.Response]()])
    thread.start()
    assert engine.entered.wait(30)
    yield responses
    engine.go_on.set()
    thread.join(30)


@pytest.mark.parametrize("way", WAYS)
def test_first_piece_arrives_while_the_engine_works(way: str) -> None:
    engine, chunks = Pausing(), list[bytes]()

    def see(chunk: bytes) -> None:
        chunks.append(chunk)
        assert engine.go_on.is_set() == (len(chunks) > 1)
        engine.go_on.set()

    with Emulator(engine=engine) as emulator:
        assert post(emulator, way, see) == 200
    assert chunks == [b"Once", b" more"]


async def give_up(emulator: Emulator) -> None:
    with anyio.move_on_after(0.1):
        async with open_async_client(emulator) as client:
            await client.post(GPT2, json=RUN)


@pytest.mark.parametrize("way", [*WAYS, "before the first piece", "async, before the first piece"])
def test_disconnect_cancels_the_run_and_frees_its_instance(way: str) -> None:
    def leave(_: bytes) -> None:
        raise InterruptedError

    first = "Once" if way in WAYS else ""
    engine = Pausing(first)
    with Emulator(engine=engine) as emulator, open_client(emulator) as client:
        if way in WAYS:
            with pytest.raises(InterruptedError):
                post(emulator, way, leave)
        elif way.startswith("async"):
            anyio.run(give_up, emulator)
        else:
            with pytest.raises(httpx.ReadTimeout):
                httpx.post(emulator.url + GPT2, json=RUN, headers=HEADERS, trust_env=False, timeout=0.2)
        assert engine.cancelled.wait(30)
        assert output(client.post(GPT2, json=RUN)) == f"{first} more"
        assert output(client.get(GPT2))["inferences"] == 2


@pytest.mark.parametrize("body", [RUN, STREAM])
@pytest.mark.parametrize(
    ("failure", "status", "reason"),
    [
        (HttpError(502, "unreachable"), 502, "unreachable"),
        (InputError("body/text: too long"), 422, "body/text: too long"),
        (ZeroDivisionError("x"), 500, "the engine failed: ZeroDivisionError: x"),
        (Output(value=1), 500, INVALID),
    ],
)
def test_failure_before_the_first_piece_is_an_error_response(
    body: Any, failure: Exception | Output, status: int, reason: str
) -> None:
    def fail(_: Job, __: LiveRun) -> Output:
        if isinstance(failure, Exception):
            raise failure
        return failure

    emulator = Emulator(engine=Engine(fail))
    with open_client(emulator) as client:
        response = client.post(GPT2, json=body)
        assert error(response, status).startswith(reason)
        assert response.headers["x-bytezkit-engine"] == "real"
        assert output(client.get(GPT2))["inferences"] == 1


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("member", ["score", "undocumented"])
def test_output_that_is_not_json_is_an_error_response(number: float, member: str) -> None:
    labels: JsonValue = [{"label": "cat", "score": 0.5, member: number}]
    with open_client(Emulator(engine=Engine(lambda _, __: Output(value=labels)))) as client:
        response = client.post(CLASSIFIER, json={"url": "https://example.com/cat.jpg"})
    assert error(response, 500) == f"{INVALID}NaN and infinity are not valid JSON"


def test_live_engine_gets_arguments_that_other_engines_refuse() -> None:
    body = {"text": "Once", "params": {"temprature": 1}}
    with open_client(Emulator(engine=Engine(lambda job, _: Output(value=str(job.params))))) as client:
        assert output(client.post(GPT2, json=body)) == "{'temprature': 1}"
    with open_client(Emulator(engine=Engine(tasks=("chat",)))) as client:
        assert "did you mean temperature?" in error(client.post(GPT2, json=body), 422)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("failure", [HttpError(502, "the server has gone"), Output(value="Twice")])
def test_later_failure_cuts_the_connection(way: str, failure: HttpError | Output) -> None:
    heard = Event()

    def fail(_: Job, run: LiveRun) -> Output:
        run.write("Once")
        heard.wait(30)
        if isinstance(failure, HttpError):
            raise failure
        return failure

    with Emulator(engine=Engine(fail)) as emulator:
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            post(emulator, way, lambda _: heard.set())
        [entry] = emulator.journal.entries()
    reason = "the server has gone" if isinstance(failure, HttpError) else NOT_THE_TEXT
    assert (entry.outcome, entry.reason, entry.engine) == ("cut", reason, "real")


def test_number_of_runs_at_once_is_bounded() -> None:
    engine = Pausing(limit=1)
    emulator = Emulator(engine=engine)
    with open_client(emulator) as client:
        assert client.put(GPT2, json={"capacity": {"desired": 2, "max": 2}}).status_code == 202
    with running(emulator, engine) as first:
        engine.admitted.clear()
        thread = Thread(target=send, args=[emulator, second := list[httpx.Response]()])
        thread.start()
        assert engine.admitted.wait(30)
        assert len(emulator._runtime.clock._world.live_runs) == 2
        assert engine.runs == 1
        engine.go_on.set()
        thread.join(30)
    assert [output(it) for it in first + second] == ["Once more", "Once more"]
    assert engine.runs == 2


def test_runs_that_wait_take_their_turns_in_order() -> None:
    slots = Slots(1)
    turns = [slots.acquire() for _ in range(3)]
    slots.release()
    assert [turn.resolved for turn in turns] == [True, True, False]
    slots.release()
    slots.release()
    assert [slots.acquire().resolved for _ in range(2)] == [True, False]


def test_engine_of_each_response_is_named() -> None:
    engine = Engine(tasks=("text-generation",))
    with Emulator(engine=engine, stubs=[Stub([1.0], model="nomic-ai/nomic-embed-text-v1.5")]) as emulator:
        with open_client(emulator) as client:
            assert client.post(clients.LOAD, json={"model": clients.GPT2_ID}).status_code == 200
            emulator.clock.advance_until_idle()
            responses = [
                client.post(GPT2, json=STREAM),
                client.post(clients.V1_RUN, json={"model": clients.GPT2_ID, "prompt": "Once"}),
                client.post(clients.VECTOR, json={"text": "a"}),
                client.post(clients.IMAGE, json={"text": "a"}),
                client.get(clients.MODELS),
            ]
        names = [response.headers.get("x-bytezkit-engine") for response in responses]
        assert names == ["real", "real", "stub", "synthetic", None]
        assert [entry.engine for entry in emulator.journal.entries()] == [None, *names]
        assert output(responses[1]) == {"output": [{"generated_text": "Once upon"}]}
        assert emulator.clock.now - START == timedelta(seconds=120.1)


def test_price_follows_from_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bytezkit_emulator._engines.live.run.monotonic", iter([10.0, 11.5]).__next__)
    value: JsonValue = {"role": "assistant", "content": "Hello there"}
    emulator = Emulator(engine=Engine(lambda _, __: Output(value=value, tokens=7)))
    with open_client(emulator) as client:
        response = client.post(OPENAI, json={"messages": [{"role": "user", "content": "Hi"}]})
    provider = response.json()["provider"]
    assert provider["choices"][0]["message"]["content"] == "Hello there"
    assert provider["usage"]["completion_tokens"] == 7
    assert response.headers["inference-time"] == "1.5"
    assert float(response.headers["inference-cost"]) > 0
    assert emulator.clock.now == START


@pytest.mark.parametrize("end", [Emulator.reset, Emulator.close, lambda it: it.state.reset(key=KEY)])
def test_reset_and_close_cancel_runs(end: Callable[[Emulator], None]) -> None:
    engine = Pausing()
    emulator = Emulator(engine=engine)
    with running(emulator, engine) as responses:
        end(emulator)
        assert engine.cancelled.wait(30)
    assert responses[0].status_code == (503 if end is Emulator.close else 409)


def test_state_is_saved_as_if_the_run_were_abandoned() -> None:
    engine = Pausing()
    emulator = Emulator(engine=engine)
    with running(emulator, engine) as responses:
        before = emulator.clock.now
        emulator.state.snapshot("during")
        state: Any = emulator.state.export()
        [tenant] = state["tenants"].values()
        assert (tenant["spent"], tenant["clusters"][0]["inferences"]) == ("0", 0)
        assert tenant["clusters"][0]["instances"][0]["state"] == "idle"
        assert emulator.clock.now == before
    assert output(responses[0]) == "Once more"
    emulator.state.restore("during")
    with open_client(emulator) as client:
        assert output(client.post(GPT2, json=RUN)) == "Once more"


def test_advance_until_idle_waits_for_real_time() -> None:
    engine = Pausing()
    with Emulator(engine=engine, clock="manual") as emulator:
        with open_client(emulator) as client:
            assert client.put(GPT2).status_code == 202
        emulator.clock.advance_until_idle()
        with running(emulator, engine):
            timer = Timer(0.05, engine.go_on.set)
            timer.start()
            url = f"{emulator.url}/_emulator/clock/advance"
            advanced = httpx.post(url, json={"until": {"idle": True}}, trust_env=False)
            assert advanced.status_code == 200
            assert engine.go_on.is_set()
            with open_client(emulator) as client:
                assert output(client.get(GPT2))["inferences"] == 1
