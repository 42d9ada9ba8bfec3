"""Faults in process, in virtual time: which request meets which one, when, and what it does."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import anyio
import httpx
import pytest

from bytezkit_emulator import Emulator, Fault, FaultError, Faults, Interrupt, Match, Then, When
from bytezkit_emulator._common.http_types import ConnectionCutError, Reply, ReplyParts, Request
from bytezkit_emulator._faults import presets
from bytezkit_emulator._service.request_context import MEDIA
from bytezkit_emulator._time.future import Future
from bytezkit_openapi import read_emulator_json
from tests.emulator.clients import CHAT, CLUSTERS, GPT2, GPT2_ID, JOB, KEY, LOAD, TASKS, V1_RUN

DOWN: Final = Then(status=503)
WORDS: Final = {"text": "Käse", "stream": True, "params": {"max_new_tokens": 5}}
TENANT: Final = hashlib.sha256(KEY.encode()).hexdigest()


def open_client(emulator: Emulator, key: str = KEY) -> httpx.Client:
    """Open a client whose answers are not held against the contract."""
    return httpx.Client(
        transport=emulator.transport, base_url="http://localhost", headers={"authorization": f"Key {key}"}
    )


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
def client(emulator: Emulator) -> httpx.Client:
    return open_client(emulator)


@pytest.fixture
def faults(emulator: Emulator) -> Faults:
    return emulator.faults


class TestMatch:
    @pytest.mark.parametrize(
        ("match", "method", "path", "body", "is_hit"),
        [
            (Match(), "GET", TASKS, None, True),
            (Match(), "GET", "/nothing", None, True),
            (Match(operation="listTasksV2"), "GET", TASKS, None, True),
            (Match(operation="listTasksV2"), "GET", CLUSTERS, None, False),
            (Match(operation="listTasksV2"), "GET", "/nothing", None, False),
            (Match(operation="runModelV1"), "POST", GPT2, {}, False),
            (Match(operation=MEDIA), "GET", "/media/none.png", None, True),
            (Match(operation=MEDIA), "GET", "/nothing", None, False),
            (Match(model=GPT2_ID), "PUT", GPT2, {}, True),
            (Match(model=GPT2_ID), "PUT", GPT2.replace("i-c", "i%2Dc"), {}, True),
            (Match(model=GPT2_ID), "PUT", CHAT, {}, False),
            (Match(model=GPT2_ID), "POST", LOAD, {"model": GPT2_ID}, True),
            (Match(model=GPT2_ID), "POST", LOAD, {"modelId": GPT2_ID, "key": "other"}, True),
            (Match(model=GPT2_ID), "POST", LOAD, {"model": 5}, False),
            (Match(model=GPT2_ID), "POST", LOAD, [GPT2_ID], False),
            (Match(model=GPT2_ID), "GET", TASKS, None, False),
            (Match(model=GPT2_ID), "GET", "/media/none.png", None, False),
            (Match(tenant=TENANT), "GET", TASKS, None, True),
            (Match(tenant=TENANT[::-1]), "GET", TASKS, None, False),
            (Match(headers={"x-case": "a"}), "GET", TASKS, None, True),
            (Match(headers={"x-case": "a", "x-other": "b"}), "GET", TASKS, None, False),
            (Match(headers={"x-case": "A"}), "GET", TASKS, None, False),
            (Match(operation="loadModelV1", model=GPT2_ID), "POST", JOB, {"model": GPT2_ID}, False),
        ],
    )
    def test_which_requests_it_is_for(
        self,
        client: httpx.Client,
        faults: Faults,
        *,
        match: Match,
        method: str,
        path: str,
        body: Any,
        is_hit: bool,
    ) -> None:
        faults.add(Fault("down", DOWN, match=match))
        response = client.request(method, path, json=body, headers={"X-Case": "a"})
        assert (response.status_code == 503, faults.fired("down")) == (is_hit, is_hit)

    @pytest.mark.parametrize(
        "headers", [{"authorization": "bearer test-key "}, {"authorization": "test-key"}, {}]
    )
    def test_a_key_wherever_it_stands(self, emulator: Emulator, headers: dict[str, str]) -> None:
        emulator.faults.add(Fault("down", DOWN, match=Match(tenant=TENANT)))
        with httpx.Client(transport=emulator.transport, base_url="http://localhost") as client:
            body = {"model": GPT2_ID, "key": KEY}
            assert client.post(JOB, json=body, headers=headers).status_code == 503
            assert client.post(JOB, json={**body, "key": "other"}).status_code == 200
            assert client.post(JOB, content=b"{").status_code == 400

    def test_the_fault_of_one_key_leaves_others_alone(self, emulator: Emulator) -> None:
        emulator.faults.add(Fault("down", DOWN, match=Match(tenant=TENANT)))
        with open_client(emulator) as mine, open_client(emulator, "other") as other:
            assert [mine.get(TASKS).status_code, other.get(TASKS).status_code] == [503, 200]


class TestWhen:
    def hits(self, when: When, requests: int = 8) -> str:
        """Show which requests it fires at."""
        emulator = Emulator(faults=[Fault("down", DOWN, when=when)])
        with open_client(emulator) as client:
            return "".join("x" if client.get(TASKS).status_code == 503 else "." for _ in range(requests))

    @pytest.mark.parametrize(
        ("when", "hits"),
        [
            (When(), "xxxxxxxx"),
            (When(times=2), "xx......"),
            (When(skip=3), "...xxxxx"),
            (When(skip=1, times=2), ".xx....."),
            (When(every=3), "x..x..x."),
            (When(skip=1, every=3, times=2), ".x..x..."),
            (When(sequence=(True, False, False, True)), "x..x...."),
            (When(skip=2, sequence=(False, True)), "...x...."),
            (When(sequence=(True, True, True, True), every=2), "x.x....."),
            (When(probability=0, seed=1), "........"),
            (When(probability=1, seed=1), "xxxxxxxx"),
        ],
    )
    def test_at_which_of_these_it_fires(self, when: When, hits: str) -> None:
        assert self.hits(when) == hits

    def test_chance_is_the_same_each_time(self) -> None:
        first, second, third = (self.hits(When(probability=0.5, seed=seed), 64) for seed in (1, 1, 2))
        assert first == second != third
        assert 16 < first.count("x") < 48

    def test_only_what_it_is_for_is_counted(self, client: httpx.Client, faults: Faults) -> None:
        faults.add(Fault("down", DOWN, match=Match(operation="listTasksV2"), when=When(skip=1)))
        assert client.get(CLUSTERS).status_code == 200
        assert client.get(TASKS).status_code == 200
        assert client.get(CLUSTERS).status_code == 200
        assert client.get(TASKS).status_code == 503

    def test_faults_follow_each_other(self, client: httpx.Client, faults: Faults) -> None:
        faults.add(Fault("first", Then(status=500), when=When(times=1)))
        faults.add(
            Fault("second", Then(status=502), when=When(skip=1, times=1)), Fault("third", Then(status=504))
        )
        # The second does not count what the first took.
        assert [client.get(TASKS).status_code for _ in range(4)] == [500, 504, 502, 504]
        assert [faults.fired(name) for name in ("first", "second", "third")] == [1, 1, 2]


class TestStatus:
    def test_it_has_the_envelope_of_the_api(self, client: httpx.Client, faults: Faults) -> None:
        faults.add(Fault("busy", Then(status=429, error="Rate limit exceeded", retry_after=7)))
        response = client.post(GPT2, json={"text": "a"})
        assert (response.status_code, response.headers["retry-after"]) == (429, "7")
        assert response.json() == {"error": "Rate limit exceeded", "output": None}
        assert response.headers["x-request-id"]

    def test_it_has_that_of_the_v1_api(self, client: httpx.Client, faults: Faults) -> None:
        faults.add(Fault("down", DOWN))
        response = client.post(V1_RUN, json={"model": GPT2_ID, "prompt": "a", "stream": True})
        assert (response.status_code, response.json()) == (503, {"error": "Service Unavailable"})
        assert response.headers["content-type"] == "application/json; charset=utf-8"

    @pytest.mark.parametrize(("status", "error"), [(500, "Internal Server Error"), (599, "Status 599")])
    def test_it_has_a_text(self, client: httpx.Client, faults: Faults, status: int, error: str) -> None:
        faults.add(Fault("down", Then(status=status)))
        assert client.get(TASKS).json()["error"] == error

    def test_the_request_is_not_handled(self, client: httpx.Client, faults: Faults) -> None:
        faults.add(Fault("down", DOWN, when=When(times=1)))
        assert client.put(GPT2).status_code == 503
        assert client.get(CLUSTERS).json()["output"] == []


class TestBody:
    @pytest.fixture
    def whole(self) -> bytes:
        with open_client(Emulator()) as client:
            return client.post(GPT2, json=WORDS).content

    def chunks(self, client: httpx.Client, body: Any) -> list[bytes]:
        with client.stream("POST", GPT2, json=body) as response:
            return [*response.iter_raw()]

    @pytest.mark.parametrize("is_stream", [False, True])
    def test_truncated(self, client: httpx.Client, faults: Faults, is_stream: bool, whole: bytes) -> None:
        faults.add(Fault("short", Then(truncate=7)))
        response = client.post(GPT2, json={**WORDS, "stream": is_stream})
        assert response.content == (whole[:7] if is_stream else b'{"error')
        assert response.headers.get("content-length") == (None if is_stream else "7")

    def test_truncated_to_nothing_or_not_at_all(self, client: httpx.Client, faults: Faults) -> None:
        expected = client.get(TASKS)
        faults.add(Fault("none", Then(truncate=0), when=When(times=1)), Fault("all", Then(truncate=10**9)))
        assert client.get(TASKS).content == b""
        assert client.get(TASKS).content == expected.content

    @pytest.mark.parametrize("is_stream", [False, True])
    def test_malformed(self, client: httpx.Client, faults: Faults, is_stream: bool) -> None:
        faults.add(Fault("bad", Then(malformed=True)))
        response = client.post(GPT2, json={**WORDS, "stream": is_stream})
        assert response.content.endswith(b"\xff")
        assert int(response.headers.get("content-length", len(response.content))) == len(response.content)
        with pytest.raises(ValueError, match="utf-8"):
            response.content.decode()

    def test_another_content_type(self, client: httpx.Client, faults: Faults) -> None:
        expected = client.get(TASKS).content
        faults.add(Fault("page", Then(content_type="text/html")))
        response = client.get(TASKS)
        assert (response.headers["content-type"], response.content) == ("text/html", expected)

    def test_pieces_of_other_sizes(self, client: httpx.Client, faults: Faults, whole: bytes) -> None:
        faults.add(Fault("pieces", Then(chunk_sizes=(1, 3))))
        pieces = self.chunks(client, WORDS)
        assert b"".join(pieces) == whole
        assert pieces[:4] == [whole[:1], whole[1:4], whole[4:5], whole[5:8]]

    def test_pieces_within_a_character(self, client: httpx.Client, faults: Faults) -> None:
        faults.add(Fault("pieces", Then(chunk_sizes=(2,))))
        assert self.chunks(client, WORDS)[:2] == [b"K\xc3", b"\xa4s"]

    def test_a_head_has_no_body_to_break(self, client: httpx.Client, faults: Faults) -> None:
        faults.add(Fault("bad", Then(malformed=True, content_type="text/html")))
        response = client.head(TASKS)
        assert (response.content, response.headers["content-type"]) == (b"", "text/html")

    @pytest.mark.parametrize(
        ("interrupt", "seen"),
        [
            (Interrupt("close", after_bytes=0), b""),
            (Interrupt("reset", after_chunks=0), b""),
            (Interrupt("close", after_bytes=4), "Käs".encode()),
            (Interrupt("reset", after_bytes=5), "Käse".encode()),
            (Interrupt("close", after_chunks=1), "Käse".encode()),
            (Interrupt("close", after_bytes=2, after_chunks=1), b"K\xc3"),
        ],
    )
    def test_cut(self, client: httpx.Client, faults: Faults, interrupt: Interrupt, seen: bytes) -> None:
        faults.add(Fault("cut", Then(interrupt=interrupt)))
        received: list[bytes] = []
        failure = httpx.ReadError if interrupt.how == "reset" else httpx.RemoteProtocolError
        with client.stream("POST", GPT2, json=WORDS) as response, pytest.raises(failure):
            received.extend(response.iter_raw())
        assert b"".join(received) == seen

    def test_cut_at_the_end_and_behind_it(self, client: httpx.Client, faults: Faults, whole: bytes) -> None:
        for name, after in (("at", len(whole)), ("behind", len(whole) + 1)):
            then = Then(interrupt=Interrupt("close", after_bytes=after))
            faults.add(Fault(name, then, match=Match(headers={"x-case": name})))
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(GPT2, json=WORDS, headers={"x-case": "at"})
        assert client.post(GPT2, json=WORDS, headers={"x-case": "behind"}).content == whole

    def test_several_faults_of_one_answer(self, client: httpx.Client, faults: Faults) -> None:
        then = Then(
            delay=5, status=418, content_type="text/plain", truncate=3, malformed=True, chunk_sizes=(1,)
        )
        faults.add(Fault("all", then))
        with client.stream("GET", TASKS) as response:
            assert (response.status_code, response.headers["content-type"]) == (418, "text/plain")
            assert [*response.iter_raw()] == [b"{", b'"', b"e", b"\xff"]


class TestBeforeTheHeaders:
    @pytest.mark.parametrize("how", ["reset", "close"])
    @pytest.mark.parametrize("handled", [False, True])
    def test_a_lost_request_and_a_lost_answer(
        self, client: httpx.Client, faults: Faults, how: Any, handled: bool
    ) -> None:
        faults.add(Fault("lost", Then(interrupt=Interrupt(how, handled=handled)), when=When(times=1)))
        with pytest.raises(httpx.ReadError if how == "reset" else httpx.RemoteProtocolError):
            client.put(GPT2)
        # In this mode of the clock nobody sees a cluster that boots.
        statuses = [cluster["status"] for cluster in client.get(CLUSTERS).json()["output"]]
        assert statuses == (["running"] if handled else [])


class Bench:
    """An emulator whose time is moved by hand, driven without a transport."""

    def __init__(self, then: Then, when: When | None = None) -> None:
        self.emulator = Emulator(clock="manual", faults=[Fault("fault", then, when=when or When())])
        self.runtime = self.emulator._runtime

    def begin(self, method: str = "GET", path: str = TASKS, body: Any = None) -> ReplyParts:
        headers = {"authorization": f"Key {KEY}"}
        content = b"" if body is None else json.dumps(body).encode()
        return self.runtime.handle(Request(method=method, path=path, headers=headers, body=content))

    def reply(self, parts: ReplyParts) -> Reply:
        reply = self.runtime.step(parts)
        assert isinstance(reply, Reply)
        return reply

    def end(self, method: str, path: str, body: Any) -> None:
        """Get to the end of an answer that waits for nothing."""
        parts = self.begin(method, path, body)
        self.reply(parts)
        while isinstance(self.runtime.step(parts), bytes):
            pass

    def watch(self, method: str, path: str, body: Any) -> bytes:
        """Return the body of a stream, and let time pass where it waits."""
        parts = self.begin(method, path, body)
        self.reply(parts)
        received = b""
        while (part := self.runtime.step(parts)) is not None:
            if isinstance(part, bytes):
                received += part
            else:
                self.pass_time(0.01)
        return received

    def pass_time(self, seconds: float) -> None:
        self.emulator.clock.advance(timedelta(seconds=seconds))


class TestTime:
    def test_delay(self) -> None:
        bench = Bench(Then(delay=5))
        answer = bench.begin("PUT", GPT2)
        wait = bench.runtime.step(answer)
        assert isinstance(wait, Future)
        bench.pass_time(4.9)
        assert not wait.resolved
        assert not [*bench.emulator._runtime._service._tenants]
        bench.pass_time(0.1)
        assert bench.reply(answer).status == 202

    def test_delay_lets_nobody_wait_where_nobody_does(self, emulator: Emulator, client: httpx.Client) -> None:
        before = emulator.clock.now
        client.get(TASKS, headers={"x-emulator-fault": "slow-answer"}).raise_for_status()
        assert emulator.clock.now - before == timedelta(seconds=30)

    def test_slow_bytes(self) -> None:
        bench = Bench(Then(status=500, error="0123456789", bytes_per_second=4))
        parts = bench.begin()
        assert not isinstance(bench.reply(parts).body, bytes)
        received = b""
        expected = b'{"error":"0123456789","output":null}'
        for second in range(len(expected) // 4):
            assert isinstance(bench.runtime.step(parts), Future)
            bench.pass_time(1)
            chunk = bench.runtime.step(parts)
            assert isinstance(chunk, bytes)
            assert chunk == expected[4 * second :][:4]
            received += chunk
        assert received == expected
        assert bench.runtime.step(parts) is None

    @pytest.mark.parametrize("rate", [0.5, 0.001])
    def test_very_slow_bytes(self, emulator: Emulator, rate: float) -> None:
        emulator.faults.add(Fault("slow", Then(truncate=3, bytes_per_second=rate)))
        before = emulator.clock.now
        with open_client(emulator) as client:
            assert len(client.get(TASKS).content) == 3
        assert emulator.clock.now - before == timedelta(seconds=3 / rate)

    @pytest.mark.parametrize(
        "then",
        [
            Then(truncate=9),
            Then(malformed=True),
            Then(chunk_sizes=(4,)),
            Then(bytes_per_second=50),
            Then(interrupt=Interrupt("stall", after_bytes=3, seconds=1)),
        ],
    )
    def test_what_is_waited_for_without_a_fault_is_waited_for_with_it(self, then: Then) -> None:
        bench = Bench(then, When(skip=2))
        bench.runtime.step(bench.begin("PUT", GPT2))
        bench.pass_time(30)
        began = bench.emulator.clock.now
        plain, between = bench.watch("POST", GPT2, WORDS), bench.emulator.clock.now
        received, end = bench.watch("POST", GPT2, WORDS), bench.emulator.clock.now
        assert (end - between >= between - began > timedelta()) == (then.truncate is None)
        expected = plain[:9] if then.truncate else plain + b"\xff" * then.malformed
        assert received == expected

    def test_a_stall_has_no_place_where_the_emulator_was_closed_before(self) -> None:
        bench = Bench(Then(interrupt=Interrupt("stall", handled=True)))
        answer = bench.begin("POST", GPT2, {"text": "a"})
        assert isinstance(bench.runtime.step(answer), Future)
        bench.emulator.close()
        assert bench.reply(answer).status == 503

    @pytest.mark.parametrize("handled", [False, True])
    def test_a_stall_has_its_length(self, handled: bool) -> None:
        bench = Bench(Then(interrupt=Interrupt("stall", seconds=10, handled=handled)))
        answer = bench.begin("PUT", GPT2)
        assert isinstance(bench.runtime.step(answer), Future)
        assert len([*bench.runtime._service._tenants]) == handled
        bench.pass_time(10)
        assert bench.reply(answer).status == 202

    def test_a_stall_within_the_body(self) -> None:
        bench = Bench(Then(interrupt=Interrupt("stall", after_bytes=3, seconds=10)))
        parts = bench.begin()
        assert not isinstance(bench.reply(parts).body, bytes)
        assert bench.runtime.step(parts) == b'{"e'
        assert isinstance(bench.runtime.step(parts), Future)
        bench.pass_time(10)
        rest = bench.runtime.step(parts)
        assert isinstance(rest, bytes)
        assert json.loads(b'{"e' + rest)["error"] is None

    @pytest.mark.parametrize("handled", [False, True])
    def test_a_stall_without_end_is_given_up_with_the_client(self, handled: bool) -> None:
        bench = Bench(Then(interrupt=Interrupt("stall", handled=handled)))
        bench.emulator.clock.set_mode("auto")
        answer = bench.begin("POST", GPT2, WORDS)
        wait = bench.runtime.step(answer)
        assert isinstance(wait, Future)
        bench.pass_time(10**6)
        assert not wait.resolved
        bench.runtime.abandon(answer)
        assert not bench.runtime._pending
        assert not bench.runtime._scheduler.has_work

    @pytest.mark.parametrize(
        ("then", "status"),
        [
            (Then(delay=10**6), 503),
            (Then(interrupt=Interrupt("stall")), 503),
            (Then(interrupt=Interrupt("stall", handled=True)), 200),
        ],
    )
    def test_the_end_of_the_emulator_is_the_end_of_the_wait(self, then: Then, status: int) -> None:
        bench = Bench(then)
        answer = bench.begin()
        assert isinstance(bench.runtime.step(answer), Future)
        bench.emulator.close()
        assert bench.reply(answer).status == status

    def test_a_closed_emulator_has_no_faults(self, emulator: Emulator, client: httpx.Client) -> None:
        emulator.faults.add(Fault("stall", Then(status=500, interrupt=Interrupt("stall"))))
        emulator.close()
        assert client.get(TASKS).status_code == 503
        assert emulator.faults.fired("stall") == 0

    def test_a_stream_is_over_when_the_emulator_is_closed(self) -> None:
        bench = Bench(Then(interrupt=Interrupt("stall", after_bytes=1)))
        parts = bench.begin()
        assert not isinstance(bench.reply(parts).body, bytes)
        assert bench.runtime.step(parts) == b"{"
        wait = bench.runtime.step(parts)
        assert isinstance(wait, Future)
        bench.emulator.close()
        assert wait.resolved
        with pytest.raises(ConnectionCutError, match="close"):
            bench.runtime.step(parts)

    @pytest.mark.parametrize(
        "interrupt", [Interrupt("close", handled=True), Interrupt("close", after_bytes=0)]
    )
    def test_an_instance_is_free_after_a_cut(self, interrupt: Interrupt) -> None:
        bench = Bench(Then(interrupt=interrupt), When(skip=1, times=1))
        bench.runtime.step(bench.begin("PUT", GPT2, {"capacity": {"min": 1, "desired": 1, "max": 1}}))
        bench.pass_time(30)
        with pytest.raises(ConnectionCutError):
            bench.end("POST", GPT2, WORDS)
        assert not isinstance(bench.runtime.step(bench.begin("POST", GPT2, WORDS)), Future)

    def test_who_drives_the_core_sees_a_cut(self) -> None:
        bench = Bench(Then(interrupt=Interrupt("reset")))
        with pytest.raises(ConnectionCutError, match="reset"):
            bench.runtime.step(bench.begin())


@pytest.mark.anyio
async def test_an_asynchronous_client_sees_the_same(emulator: Emulator) -> None:
    emulator.faults.add(Fault("reset", Then(interrupt=Interrupt("reset")), when=When(times=1)))
    emulator.faults.add(Fault("close", Then(interrupt=Interrupt("close", after_bytes=5)), when=When(times=1)))
    emulator.faults.add(Fault("stall", Then(interrupt=Interrupt("stall"))))
    async with httpx.AsyncClient(
        transport=emulator.async_transport, base_url="http://localhost", headers={"authorization": KEY}
    ) as client:
        with pytest.raises(httpx.ReadError):
            await client.get(TASKS)
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(TASKS)
        with anyio.move_on_after(0.01) as scope:
            await client.get(TASKS)
        assert scope.cancelled_caught
        assert not emulator._runtime._pending


class TestHeader:
    def test_a_preset_counts_for_each_key(self, emulator: Emulator) -> None:
        named = {"x-emulator-fault": "rate-limit-then-ok"}
        with open_client(emulator) as mine, open_client(emulator, "other") as other:
            for client in (mine, other):
                assert [client.get(TASKS, headers=named).status_code for _ in range(3)] == [429, 429, 200]
            assert mine.get(TASKS).status_code == 200
            emulator.faults.clear()
            assert mine.get(TASKS, headers=named).status_code == 429

    def test_a_declared_fault_goes_before_a_preset(self, client: httpx.Client, faults: Faults) -> None:
        faults.add(Fault("rate-limit-then-ok", Then(status=409), match=Match(model=GPT2_ID)), "server-error")
        named = {"x-emulator-fault": "rate-limit-then-ok"}
        # A request that names a fault meets no other one, and that one whatever it is for.
        assert [client.get(TASKS, headers=named).status_code, client.get(TASKS).status_code] == [409, 500]
        assert faults.fired("rate-limit-then-ok") == 1

    def test_a_name_that_is_none(self, client: httpx.Client) -> None:
        response = client.get(TASKS, headers={"x-emulator-fault": "rate-limit"})
        assert response.status_code == 400
        assert response.json()["error"].startswith("header/x-emulator-fault: ")
        assert client.get("/nothing", headers={"x-emulator-fault": "rate-limit"}).status_code == 404


class TestDeclaring:
    def test_in_every_form(self, emulator: Emulator, tmp_path: Path) -> None:
        file = tmp_path / "faults.yaml"
        file.write_text(
            "- preset: server-error\n"
            "  name: broken\n"
            "  match: {headers: {x-case: broken}}\n"
            "- name: cut\n"
            "  when: {sequence: [false, true]}\n"
            "  then: {interrupt: {how: close, afterBytes: 5}, chunkSizes: [1, 2], status: 500}\n"
        )
        down = Fault("down", DOWN, when=When(times=3))
        emulator.faults.add(down, "out-of-credits", {"name": "plain", "then": {"bytesPerSecond": 0.5}}, file)
        added = emulator.faults.list()
        assert [fault.name for fault in added] == ["down", "out-of-credits", "plain", "broken", "cut"]
        assert added[:2] == (down, presets()["out-of-credits"])
        assert added[2] == Fault("plain", Then(bytes_per_second=0.5))
        assert added[3] == Fault("broken", Then(status=500), match=Match(headers={"x-case": "broken"}))
        interrupt = Interrupt("close", after_bytes=5)
        assert added[4] == Fault(
            "cut",
            Then(interrupt=interrupt, chunk_sizes=(1, 2), status=500),
            when=When(sequence=(False, True)),
        )
        assert Emulator(faults=file).faults.list() == added[3:]

    def test_what_is_read_is_what_was_written(self) -> None:
        everything = Fault(
            "all",
            Then(
                delay=1.5,
                status=500,
                error="no",
                retry_after=0,
                content_type="a/b",
                truncate=0,
                malformed=True,
                chunk_sizes=(1,),
                bytes_per_second=1,
                interrupt=Interrupt("stall", after_bytes=0, after_chunks=0, handled=True, seconds=0),
            ),
            match=Match(operation="runModelV2", model="a/b", tenant=TENANT, headers={"a": "b"}),
            when=When(skip=1, times=1, every=2, sequence=(True,), probability=0.5, seed=7),
        )
        faults = Emulator(faults=[everything.as_json()]).faults
        assert faults.list() == (everything,)

    @pytest.mark.parametrize(
        ("make", "reason"),
        [
            (lambda: Fault("a", Then()), "fault/then: {} has less than 1 property"),
            (lambda: Fault("a b", DOWN), 'fault/name: "a b" does not match'),
            (lambda: Fault("presets", DOWN), "fault/name: 'presets' is reserved"),
            (lambda: Fault("a", Then(status=200)), "fault/then/status: 200 is less than the minimum of 400"),
            (lambda: Fault("a", Then(error="no")), 'fault/then: "status" is a required property'),
            (
                lambda: Fault("a", Then(delay=float("inf"))),
                "fault/then/delay: inf cannot be represented in JSON",
            ),
            (lambda: Fault("a", Then(content_type="a\nb")), "fault/then/contentType: "),
            (lambda: Fault("a", Then(chunk_sizes=(0,))), "fault/then/chunkSizes/0: 0 is less"),
            (lambda: Fault("a", Then(interrupt=Interrupt("reset", seconds=1))), 'how: "stall" was expected'),
            (lambda: Fault("a", DOWN, match=Match(operation="run")), "fault/match/operation: "),
            (lambda: Fault("a", DOWN, match=Match(headers={"A": ""})), "fault/match/headers: "),
            (
                lambda: Fault("a", DOWN, match=Match(headers={"authorization": "Key secret"})),
                "fault/match/headers: 'authorization' is reserved",
            ),
            (lambda: Fault("a", DOWN, when=When(probability=0.5)), '"seed" is a required property'),
            (lambda: Emulator(faults=["none"]), 'faults/0/preset: "none" is not one of'),
            (lambda: Emulator(faults=["server-error", {}]), 'faults/1: "name" is a required property'),
            (lambda: Emulator(faults=[{"preset": "lost-answer", "then": {}}]), "faults/0: "),
            (
                lambda: Emulator(faults=["lost-answer", "lost-answer"]),
                "there is a fault 'lost-answer' already",
            ),
            (lambda: Emulator(faults=Path("/nowhere")), "/nowhere: "),
        ],
    )
    def test_mistakes(self, make: Callable[[], object], reason: str) -> None:
        with pytest.raises(FaultError) as caught:
            make()
        assert reason in str(caught.value)
        assert "secret" not in str(caught.value)

    def test_a_mistake_in_a_file_has_a_line(self, tmp_path: Path) -> None:
        file = tmp_path / "faults.yaml"
        file.write_text("- preset: server-error\n- name: a\n  then:\n    status: 200\n")
        with pytest.raises(FaultError, match=r"faults\.yaml:4: 1/then/status: 200 is less"):
            Emulator(faults=file)

    def test_what_is_no_fault(self, faults: Faults) -> None:
        with pytest.raises(TypeError, match="not int"):
            faults.add(5)  # type: ignore[arg-type]

    def test_all_or_none(self, faults: Faults) -> None:
        with pytest.raises(FaultError):
            faults.add("lost-answer", Fault("a", DOWN), Fault("a", DOWN))
        assert faults.list() == ()

    def test_forgetting(self, client: httpx.Client, faults: Faults) -> None:
        faults.add("server-error", "wrong-key")
        faults.remove("server-error")
        assert client.get(TASKS).status_code == 401
        for missing in (faults.remove, faults.fired):
            with pytest.raises(FaultError, match="there is no fault 'server-error'"):
                missing("server-error")
        faults.clear()
        assert client.get(TASKS).status_code == 200

    def test_they_stay_when_the_state_goes(self, emulator: Emulator) -> None:
        emulator.faults.add("server-error")
        emulator.state.reset()
        assert [fault.name for fault in emulator.faults.list()] == ["server-error"]


def test_the_document_names_what_there_is(emulator: Emulator) -> None:
    schemas = json.loads(read_emulator_json())["components"]["schemas"]
    assert schemas["DeclaredFault"]["oneOf"][1]["properties"]["preset"]["enum"] == [*presets()]
    served = {operation for _, _, operation in emulator._runtime._service.routes}
    assert schemas["FaultMatch"]["properties"]["operation"]["enum"] == sorted({*served, MEDIA})
