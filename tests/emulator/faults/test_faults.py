"""Faults: matching, counting, effects, declaration and control API, in process and in virtual time."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from httpx import Client

from bytezkit_emulator import Emulator, Fault, FaultError, Faults, Interrupt, Match, Then, When
from bytezkit_emulator._faults import presets
from bytezkit_emulator._service.request_context import MEDIA
from bytezkit_openapi import read_emulator_json
from tests.emulator import clients
from tests.emulator.clients import GPT2, KEY, TASKS, TENANT
from tests.emulator.session import Session

DOWN: Final = Then(status=503)
STREAM: Final = {"text": "Käse", "stream": True, "params": {"max_new_tokens": 5}}


def open_client(emulator: Emulator, key: str = KEY) -> Client:
    return clients.open_unchecked_client(emulator, authorization=f"Key {key}")


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
def client(emulator: Emulator) -> Client:
    return open_client(emulator)


@pytest.fixture
def faults(emulator: Emulator) -> Faults:
    return emulator.faults


class TestWhen:
    def hits(self, when: When, requests: int = 8) -> str:
        """Return `x` for each request at which the fault fires, `.` for the others."""
        with open_client(Emulator(faults=[Fault("down", DOWN, when=when)])) as client:
            return "".join("x" if client.get(TASKS).status_code == 503 else "." for _ in range(requests))

    @pytest.mark.parametrize(
        ("when", "hits"),
        [
            (When(), "xxxxxxxx"),
            (When(skip=1, times=2), ".xx....."),
            (When(every=3), "x..x..x."),
            (When(skip=1, every=3, times=2), ".x..x..."),
            (When(sequence=(True, False, False, True)), "x..x...."),
            (When(sequence=(True, True, True, True), every=2), "x.x....."),
            (When(probability=0, seed=1), "........"),
            (When(probability=1, seed=1), "xxxxxxxx"),
        ],
    )
    def test_fault_fires_at_selected_requests(self, when: When, hits: str) -> None:
        assert self.hits(when) == hits

    def test_probability_is_reproducible_by_seed(self) -> None:
        first, second, third = (self.hits(When(probability=0.5, seed=seed), 64) for seed in (1, 1, 2))
        assert first == second != third
        assert 16 < first.count("x") < 48


class TestBody:
    @pytest.mark.parametrize("is_stream", [False, True])
    @pytest.mark.parametrize(
        ("then", "expected"),
        [
            (Then(truncate=7), lambda body: body[:7]),
            (Then(truncate=0), lambda _: b""),
            (Then(truncate=10**9), lambda body: body),
            (Then(malformed=True), lambda body: body + b"\xff"),
            (Then(content_type="text/html"), lambda body: body),
        ],
    )
    def test_content_and_headers_have_the_effect(
        self,
        client: Client,
        faults: Faults,
        *,
        is_stream: bool,
        then: Then,
        expected: Callable[[bytes], bytes],
    ) -> None:
        body = {**STREAM, "stream": is_stream}
        plain = client.post(GPT2, json=body)
        faults.add(Fault("fault", then))
        response = client.post(GPT2, json=body)
        assert response.content == expected(plain.content)
        assert response.headers["content-type"] == (then.content_type or plain.headers["content-type"])
        length = None if is_stream else str(len(response.content))
        assert response.headers.get("content-length") == length

    def test_chunk_sizes_repeat_and_split_characters(self, client: Client, faults: Faults) -> None:
        plain = client.post(GPT2, json=STREAM).content
        faults.add(Fault("pieces", Then(chunk_sizes=(2, 1))))
        with client.stream("POST", GPT2, json=STREAM) as response:
            pieces = [*response.iter_raw()]
        assert b"".join(pieces) == plain
        assert pieces[:5] == [b"K\xc3", b"\xa4", b"se", plain[5:6], plain[6:8]]

    def test_head_response_has_headers_only(self, client: Client, faults: Faults) -> None:
        faults.add(Fault("bad", Then(malformed=True, content_type="text/html")))
        response = client.head(TASKS)
        assert (response.content, response.headers["content-type"]) == (b"", "text/html")


@contextmanager
def open_session(then: Then, when: When | None = None) -> Iterator[Session]:
    """Open a session with a fault on a manual clock."""
    with Session(Emulator(clock="manual", faults=[Fault("fault", then, when=when or When())])) as session:
        # The check against the contract would wait for the end of each body.
        session.client.event_hooks = {}
        yield session


class TestTime:
    def test_rate_limits_bytes_per_second(self) -> None:
        with open_session(Then(status=500, error="0123456789", bytes_per_second=4)) as session:
            exchange = session.send("GET", TASKS)
            expected = b'{"error":"0123456789","output":null}'
            for size in range(0, len(expected), 4):
                assert (exchange.content, exchange.is_complete) == (expected[:size], False)
                session.advance(1)
            assert (exchange.content, exchange.is_complete) == (expected, True)

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
    def test_effect_keeps_the_waits_of_the_stream(self, then: Then) -> None:
        with open_session(then, When(skip=2)) as session:
            session.request("PUT", GPT2)
            session.advance(30)
            ticks, bodies = [0, 0], []
            for number in range(2):
                stream = session.send("POST", GPT2, STREAM)
                while not stream.is_complete:
                    session.advance(0.01)
                    ticks[number] += 1
                bodies.append(stream.content)
        plain, received = bodies
        assert (ticks[1] >= ticks[0] > 0) == (then.truncate is None)
        assert received == (plain[:9] if then.truncate else plain + b"\xff" * then.malformed)

    @pytest.mark.parametrize("handled", [False, True])
    def test_endless_stall_ends_when_disconnected(self, handled: bool) -> None:
        with open_session(Then(interrupt=Interrupt("stall", handled=handled))) as session:
            session.emulator.clock.set_mode("auto")
            exchange = session.send("POST", GPT2, STREAM)
            session.advance(10**6)
            assert exchange.head is None
            session.disconnect(exchange)
            assert not session.emulator._runtime._pending
            assert not session.emulator._runtime._scheduler.has_work

    def test_closed_emulator_injects_no_fault(self, emulator: Emulator, client: Client) -> None:
        emulator.faults.add(Fault("stall", Then(status=500, interrupt=Interrupt("stall"))))
        emulator.close()
        assert client.get(TASKS).status_code == 503
        assert emulator.faults.fired("stall") == 0


class TestDeclaration:
    def test_every_form_is_accepted(self, emulator: Emulator, tmp_path: Path) -> None:
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
        cut = Then(interrupt=Interrupt("close", after_bytes=5), chunk_sizes=(1, 2), status=500)
        emulator.faults.add(down, "out-of-credits", {"name": "plain", "then": {"bytesPerSecond": 0.5}}, file)
        added = emulator.faults.list()
        assert added == (
            down,
            presets()["out-of-credits"],
            Fault("plain", Then(bytes_per_second=0.5)),
            Fault("broken", Then(status=500), match=Match(headers={"x-case": "broken"})),
            Fault("cut", cut, when=When(sequence=(False, True))),
        )
        assert Emulator(faults=file).faults.list() == added[3:]

    def test_json_round_trip(self) -> None:
        fault = Fault(
            "all",
            Then(
                retry_after=0, status=500, truncate=0, interrupt=Interrupt("stall", after_chunks=0, seconds=0)
            ),
            match=Match(operation="runModelV2", model="a/b", tenant=TENANT, headers={"a": "b"}),
            when=When(skip=1, times=1, every=2, sequence=(True,), probability=0.5, seed=7),
        )
        assert Emulator(faults=[fault.as_json()]).faults.list() == (fault,)

    @pytest.mark.parametrize(
        ("then", "match", "reason"),
        [
            (Then(delay=float("inf")), Match(), "fault/then/delay: inf cannot be represented in JSON"),
            (DOWN, Match(operation="run"), "fault/match/operation: "),
            (DOWN, Match(headers={"authorization": "Key secret"}), "'authorization' is reserved"),
        ],
    )
    def test_invalid_fault_raises_fault_error(self, then: Then, match: Match, reason: str) -> None:
        with pytest.raises(FaultError) as caught:
            Fault("a", then, match=match)
        assert reason in str(caught.value)
        assert "secret" not in str(caught.value)

    @pytest.mark.parametrize(
        ("declared", "reason"),
        [
            (["none"], 'faults/0/preset: "none" is not one of'),
            (["server-error", {}], 'faults/1: "name" is a required property'),
            ([{"preset": "lost-answer", "then": {}}], "faults/0: "),
            (["lost-answer", "lost-answer"], "there is a fault 'lost-answer' already"),
            (Path("/nowhere"), "/nowhere: "),
        ],
    )
    def test_invalid_declaration_raises_fault_error(self, declared: Any, reason: str) -> None:
        with pytest.raises(FaultError, match=reason):
            Emulator(faults=declared)

    def test_error_in_file_has_its_line(self, tmp_path: Path) -> None:
        file = tmp_path / "faults.yaml"
        file.write_text("- preset: server-error\n- name: a\n  then:\n    status: 200\n")
        with pytest.raises(FaultError, match=r"faults\.yaml:4: 1/then/status: 200 is less"):
            Emulator(faults=file)

    def test_failed_add_adds_nothing(self, faults: Faults) -> None:
        with pytest.raises(TypeError, match="not int"):
            faults.add("lost-answer", 5)  # type: ignore[arg-type]
        with pytest.raises(FaultError):
            faults.add("lost-answer", Fault("a", DOWN), Fault("a", DOWN))
        assert faults.list() == ()

    def test_unknown_name_raises(self, faults: Faults) -> None:
        for call in (faults.remove, faults.fired):
            with pytest.raises(FaultError, match="there is no fault 'server-error'"):
                call("server-error")

    def test_reset_keeps_faults(self, emulator: Emulator) -> None:
        emulator.faults.add("server-error")
        emulator.state.reset()
        assert [fault.name for fault in emulator.faults.list()] == ["server-error"]


def test_document_lists_presets_and_operations(emulator: Emulator) -> None:
    schemas = json.loads(read_emulator_json())["components"]["schemas"]
    assert schemas["DeclaredFault"]["oneOf"][1]["properties"]["preset"]["enum"] == [*presets()]
    served = {operation for _, _, operation in emulator._runtime._service.routes}
    assert schemas["FaultMatch"]["properties"]["operation"]["enum"] == sorted({*served, MEDIA})


FAULTS: Final = "/_emulator/faults"


class TestControlApi:
    def test_listed_presets_can_be_added_and_cleared(self, emulator: Emulator, control: Client) -> None:
        for preset in control.get(f"{FAULTS}/presets").json()["presets"]:
            control.post(FAULTS, json=preset).raise_for_status()
        assert emulator.faults.list() == tuple(presets().values())
        assert control.delete(FAULTS).json() == {"faults": []}
