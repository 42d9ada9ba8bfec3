"""The journal: what it says of requests, how it is asked, and how it is told over HTTP."""

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import anyio
import httpx
import jsonschema_rs
import pytest

from bytezkit_emulator import Emulator, Fault, Interrupt, JournalEntry, JournalError, Settings, Then
from bytezkit_openapi import read_emulator_json
from tests.emulator.admin.test_admin import START, open_control, refusal
from tests.emulator.clients import (
    CLUSTERS,
    DETR,
    GPT2,
    GPT2_ID,
    KEY,
    LOAD,
    MODELS,
    TASKS,
    V1_RUN,
    open_async_client,
    open_client,
)
from tests.emulator.concurrent_client import ConcurrentClient

JOURNAL: Final = "/_emulator/journal"
NEAR_MISSES: Final = "/_emulator/journal/near-misses"
ASSERT: Final = "/_emulator/journal/assert"
TENANT: Final = hashlib.sha256(KEY.encode()).hexdigest()
STREAM: Final = {"text": "a", "stream": True, "params": {"max_new_tokens": 4}}


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
def control(emulator: Emulator) -> Iterator[httpx.Client]:
    with open_control(emulator) as control:
        yield control


def last(emulator: Emulator) -> JournalEntry:
    return emulator.journal.entries()[-1]


class TestEntries:
    def test_a_run(self, emulator: Emulator, client: httpx.Client) -> None:
        before = datetime.now(UTC)
        response = client.post(GPT2, json={"text": "Once"})
        [entry] = emulator.journal.entries()
        assert (entry.number, entry.request_id) == (1, response.headers["x-request-id"])
        assert (entry.method, entry.path, entry.query) == ("POST", GPT2, "")
        assert (entry.operation, entry.model, entry.tenant) == ("runModelV2", GPT2_ID, TENANT[:12])
        assert (entry.body, entry.body_size) == ({"text": "Once"}, len(response.request.content))
        assert entry.headers["content-type"] == "application/json"
        assert (entry.status, entry.reason, entry.near_miss, entry.faults) == (200, None, None, ())
        assert (entry.outcome, entry.sent, entry.pieces) == ("complete", len(response.content), None)
        assert (entry.received, entry.answered, entry.ended) == (
            START,
            emulator.clock.now,
            emulator.clock.now,
        )
        assert before <= entry.time <= datetime.now(UTC)
        assert entry.duration is not None
        assert entry.duration >= 0

    def test_a_stream(self, emulator: Emulator, client: httpx.Client) -> None:
        response = client.post(GPT2, json=STREAM)
        entry = last(emulator)
        assert entry.pieces is not None
        assert (entry.outcome, entry.sent, len(entry.pieces)) == ("complete", len(response.content), 5)
        assert sum(entry.pieces) == entry.sent

    def test_a_long_stream(self, emulator: Emulator, client: httpx.Client) -> None:
        response = client.post(GPT2, json={**STREAM, "params": {"max_new_tokens": 1200}})
        entry = last(emulator)
        assert entry.pieces is not None
        assert len(entry.pieces) == 1000
        assert sum(entry.pieces) < entry.sent == len(response.content)

    def test_the_v1_api_names_model_and_key_in_the_body(self, emulator: Emulator) -> None:
        with open_client(emulator, None) as client:
            client.post(LOAD, json={"modelId": GPT2_ID, "key": KEY})
        assert (last(emulator).model, last(emulator).tenant) == (GPT2_ID, TENANT[:12])

    def test_what_it_knows_of_others(self, emulator: Emulator, client: httpx.Client) -> None:
        client.get(f"{MODELS}?task=chat")
        assert (last(emulator).operation, last(emulator).query) == ("listModelsV2", "task=chat")
        assert (last(emulator).model, last(emulator).body) == (None, None)
        client.get(client.post(DETR.replace("facebook/detr-resnet-50", "example/none")).request.url.path)
        assert last(emulator).reason == "Model does not exist or has yet to be added to the Bytez catalog"
        client.get("/media/none.png")
        assert (last(emulator).operation, last(emulator).status) == ("media", 404)
        client.get("/nothing", headers={"authorization": ""})
        assert (last(emulator).operation, last(emulator).tenant) == (None, None)

    def test_a_402_tells_all_that_the_answer_does(self) -> None:
        emulator = Emulator(credits=0)
        with open_client(emulator) as client:
            client.post(GPT2, json={"text": "a"})
        assert last(emulator).reason == (
            "Payment Required: Insufficient credits. Please add credits to continue."
        )

    def test_bodies_that_are_not_json(self, emulator: Emulator, client: httpx.Client) -> None:
        client.post(GPT2, content=b"{", headers={"content-type": "application/json"})
        assert (last(emulator).body, last(emulator).body_size) == (None, 1)

    def test_files_are_shortened(self, emulator: Emulator, client: httpx.Client) -> None:
        file = "A" * 400
        client.post(DETR, json={"base64": f"data:image/png;base64,{file}", "params": {"x": [file, "A" * 9]}})
        assert last(emulator).body == {
            "base64": "data:image/png;base64,... (422 characters)",
            "params": {"x": ["... (400 characters)", "A" * 9]},
        }

    @pytest.mark.parametrize(
        ("body", "seen"),
        [
            ({"model": GPT2_ID, "key": KEY, "prompt": "A" * 70_000}, "... (70000 characters)"),
            ({"model": GPT2_ID, "key": KEY, "prompt": "a b " * 20_000}, None),
        ],
    )
    def test_of_a_large_body_at_most_the_files_are_left_out(
        self, emulator: Emulator, body: dict[str, Any], seen: str | None
    ) -> None:
        with open_client(emulator, None) as client:
            client.post(V1_RUN, json=body)
        entry = last(emulator)
        assert isinstance(entry.body, dict) == (seen is not None)
        assert not isinstance(entry.body, dict) or entry.body["prompt"] == seen
        assert (entry.model, entry.tenant) == (GPT2_ID, TENANT[:12])
        assert entry.body_size > 65_536

    def test_a_large_body_that_is_not_json(self, emulator: Emulator, client: httpx.Client) -> None:
        client.post(GPT2, content=b"{" * 70_000)
        assert (last(emulator).body, last(emulator).body_size) == (None, 70_000)

    def test_the_oldest_go(self) -> None:
        emulator = Emulator(settings=Settings(journal_limit=2))
        with open_client(emulator) as client:
            for path in (TASKS, MODELS, CLUSTERS):
                client.get(path)
        assert [(entry.number, entry.path) for entry in emulator.journal.entries()] == [
            (2, MODELS),
            (3, CLUSTERS),
        ]

    def test_none_is_kept(self) -> None:
        emulator = Emulator(settings=Settings(journal_limit=0))
        with open_client(emulator) as client:
            client.get(TASKS)
        assert emulator.journal.entries() == []

    def test_numbers_go_on_when_it_is_cleared(self, emulator: Emulator, client: httpx.Client) -> None:
        client.get(TASKS)
        emulator.journal.clear()
        assert emulator.journal.entries() == []
        client.get(TASKS)
        assert last(emulator).number == 2

    def test_the_control_api_is_not_in_it(self, emulator: Emulator, control: httpx.Client) -> None:
        control.get("/_emulator/clock")
        assert emulator.journal.entries() == []


class TestOutcomes:
    @pytest.fixture
    def emulator(self) -> Emulator:
        return Emulator(clock="manual")

    @pytest.mark.anyio
    async def test_a_request_that_waits(self, emulator: Emulator) -> None:
        async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
            session = ConcurrentClient(emulator, client, tasks)
            await session.send(1, GPT2, {"text": "a"})
            entry = last(emulator)
            assert (entry.outcome, entry.status, entry.answered, entry.duration) == (
                "waiting",
                None,
                None,
                None,
            )
            assert str(entry) == f"#1 POST {GPT2} waiting runModelV2 model={GPT2_ID} tenant={TENANT[:12]}"
            await session.advance(60)
            assert last(emulator).answered == last(emulator).ended == emulator.clock.now
            assert session.statuses == [200]

    @pytest.mark.anyio
    async def test_a_client_that_leaves_while_it_waits(self, emulator: Emulator) -> None:
        async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
            await ConcurrentClient(emulator, client, tasks).send(1, GPT2, {"text": "a"})
            tasks.cancel_scope.cancel()
        assert (last(emulator).outcome, last(emulator).ended) == ("abandoned", START)
        assert emulator.journal.under_way == 0

    def test_a_stream_that_is_read_and_left(self, emulator: Emulator, client: httpx.Client) -> None:
        client.put(GPT2)
        emulator.clock.advance(timedelta(seconds=60))
        with client.stream("POST", GPT2, json=STREAM) as response:
            assert (last(emulator).outcome, last(emulator).sent) == ("streaming", 0)
            emulator.clock.advance(timedelta(milliseconds=50))
            assert next(response.iter_bytes()) == b"a"
            assert (last(emulator).outcome, last(emulator).pieces) == ("streaming", (1,))
            assert emulator.journal.under_way == 1
        assert (last(emulator).outcome, last(emulator).status, last(emulator).sent) == ("abandoned", 200, 1)
        assert str(last(emulator)).startswith(f"#2 POST {GPT2} 200 abandoned runModelV2")
        assert emulator.journal.under_way == 0

    def test_a_stream_that_is_left_unread(self, emulator: Emulator, client: httpx.Client) -> None:
        client.put(GPT2)
        emulator.clock.advance(timedelta(seconds=60))
        with client.stream("POST", GPT2, json=STREAM):
            pass
        assert (last(emulator).outcome, last(emulator).sent) == ("abandoned", 0)

    @pytest.mark.parametrize(
        ("interrupt", "status", "sent"),
        [(Interrupt(how="reset"), None, 0), (Interrupt(how="close", after_bytes=3), 200, 3)],
    )
    def test_a_connection_that_a_fault_cuts(
        self, interrupt: Interrupt, status: int | None, sent: int
    ) -> None:
        emulator = Emulator(faults=[Fault("cut", Then(interrupt=interrupt))])
        with open_client(emulator) as client, pytest.raises(httpx.TransportError):
            client.post(GPT2, json={"text": "a"})
        entry = last(emulator)
        assert (entry.outcome, entry.status, entry.sent, entry.faults) == ("cut", status, sent, ("cut",))
        assert "cut" in str(entry)

    def test_a_fault_that_refuses(self) -> None:
        emulator = Emulator(faults=[Fault("down", Then(status=503))])
        with open_client(emulator) as client:
            client.get(TASKS)
        assert (last(emulator).status, last(emulator).faults) == (503, ("down",))
        assert "faults=down" in str(last(emulator))


class TestQueries:
    @pytest.fixture
    def emulator(self) -> Emulator:
        emulator = Emulator()
        with open_client(emulator) as client, open_client(emulator, "other-key") as other:
            client.put(GPT2)
            client.post(GPT2, json={"text": "a"})
            other.post(GPT2, json={"text": "a"})
            client.post(GPT2, json={"text": 1})
            client.get(TASKS)
        return emulator

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ({}, [1, 2, 3, 4, 5]),
            ({"operation": "runModelV2"}, [2, 3, 4]),
            ({"operation": "media"}, []),
            ({"model": GPT2_ID}, [1, 2, 3, 4]),
            ({"key": "other-key"}, [3]),
            ({"tenant": TENANT}, [1, 2, 4, 5]),
            ({"tenant": TENANT[:20], "status": 200}, [2, 5]),
            ({"status": 400}, [4]),
            ({"path": TASKS}, [5]),
            ({"since": 3}, [4, 5]),
        ],
    )
    def test_which_are_asked_for(
        self, emulator: Emulator, control: httpx.Client, query: Any, numbers: list[int]
    ) -> None:
        assert [entry.number for entry in emulator.journal.entries(**query)] == numbers
        emulator.journal.assert_count(len(numbers), **query)
        if "key" not in query:
            entries = control.get(JOURNAL, params=query).json()["entries"]
            assert [entry["number"] for entry in entries] == numbers

    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            (
                {"operation": "runModel"},
                "there is no operation runModel; similar operations: runModelV2, runModelV1",
            ),
            ({"operation": "x"}, "there is no operation x$"),
            ({"key": "two words"}, "a key must be 1 to 256"),
            ({"key": "a", "tenant": TENANT}, "key and tenant must not be given together"),
            ({"tenant": "ABC"}, "tenant must be 12 to 64 lower-case hexadecimal digits"),
            ({"modle": "a"}, "unknown conditions: modle; allowed are operation, model, key, tenant"),
        ],
    )
    def test_what_cannot_be_asked(self, emulator: Emulator, query: Any, reason: str) -> None:
        for ask in (
            lambda: emulator.journal.entries(**query),
            lambda: emulator.journal.assert_count(0, **query),
            lambda: emulator.journal.assert_order([query]),
        ):
            with pytest.raises(JournalError, match=reason) as caught:
                ask()
            assert "two words" not in str(caught.value)

    def test_a_count_that_does_not_hold(self, emulator: Emulator) -> None:
        with pytest.raises(AssertionError) as caught:
            emulator.journal.assert_count(2, operation="listTasksV2", status=200, since=1)
        first, *rest = str(caught.value).splitlines()
        assert first == "expected 2 requests with operation=listTasksV2, status=200, since=1, found 1"
        assert rest[:2] == [
            "recorded requests:",
            f"#1 PUT {GPT2} 202 createClusterV2 model={GPT2_ID} tenant={TENANT[:12]}",
        ]
        assert "    body/text: 1 is not of type" in str(caught.value)

    def test_an_order(self, emulator: Emulator) -> None:
        queries: list[Any] = [{"operation": "createClusterV2"}, {"key": "other-key"}, {"status": 400}, {}]
        emulator.journal.assert_order(queries)
        assert queries[1] == {"key": "other-key"}
        with pytest.raises(
            AssertionError,
            match=r"^step 2 of 2: found no requests with status=202 after #5\nrecorded requests:\n#1",
        ):
            emulator.journal.assert_order([{"path": TASKS}, {"status": 202}])
        with pytest.raises(AssertionError, match=r"^step 1 of 1: found no requests with status=500\n"):
            emulator.journal.assert_order([{"status": 500}])

    def test_what_came_is_nothing_or_very_much(self) -> None:
        emulator = Emulator()
        with pytest.raises(AssertionError, match="expected 1 requests, found 0\nno recorded requests"):
            emulator.journal.assert_count(1)
        with open_client(emulator) as client:
            for _ in range(60):
                client.get(TASKS)
        with pytest.raises(AssertionError, match=r"\(10 earlier requests omitted\)\n#11 GET"):
            emulator.journal.assert_count(1)

    def test_no_key_is_left_in_the_frames(self, emulator: Emulator) -> None:
        with pytest.raises(AssertionError) as caught:
            emulator.journal.assert_count(9, key="other-key")
        trace = caught.value.__traceback__
        assert trace is not None
        trace = trace.tb_next  # Beyond this test's own frame.
        while trace is not None:
            assert "other-key" not in repr(trace.tb_frame.f_locals)
            trace = trace.tb_next


class TestNearMisses:
    @pytest.mark.parametrize(
        ("method", "path", "routes"),
        [
            ("POST", "/models/v2/gpt2", ("POST /models/v2/{org}/{name}",)),
            ("POST", "/model/v2/a/b", ("POST /models/v2/{org}/{name}",)),
            ("GET", "/models/v2/list/models/", ("GET /models/v2/list/models",)),
            ("GET", "/models/v2/list/model", ("GET /models/v2/list/models",)),
            ("POST", "/models/load", ("POST /model/load",)),
            ("POST", "/chat/completions", ()),
        ],
    )
    def test_a_path_that_is_none(
        self, emulator: Emulator, client: httpx.Client, method: str, path: str, routes: tuple[str, ...]
    ) -> None:
        assert client.request(method, path).status_code in (400, 404)
        [entry] = emulator.journal.near_misses()
        assert entry.near_miss is not None
        assert entry.near_miss.routes[:1] == routes
        assert len(entry.near_miss.routes) <= 3
        assert (
            (f"similar routes: {routes[0]}" in str(entry)) if routes else ("similar routes" not in str(entry))
        )

    def test_routes_that_are_not_served_are_not_near(self) -> None:
        emulator = Emulator(profile="serverless")
        with open_client(emulator) as client:
            client.post("/models/load", json={})
        near = last(emulator).near_miss
        assert near is not None
        assert not [route for route in near.routes if "/model/" in route]

    def test_a_method_that_is_not_allowed(self, emulator: Emulator, client: httpx.Client) -> None:
        client.patch(TASKS)
        near = last(emulator).near_miss
        assert near is not None
        assert (near.pointer, near.reason, near.allowed) == ("method", "PATCH is not allowed here", ("GET",))
        assert str(last(emulator)).endswith("allowed: GET")

    @pytest.mark.parametrize(
        ("path", "body", "pointer", "expected"),
        [
            (DETR, {"text": "a"}, "body", "object-detection takes one of url"),
            (
                GPT2,
                {"text": "a", "params": {"top_k": "x"}},
                "body/params/top_k",
                "text-generation takes text",
            ),
            (GPT2, {"text": "a", "stream": 1}, "body/stream", "text-generation takes text; params: "),
            (V1_RUN, {"model": GPT2_ID}, "body", "text-generation takes text"),
            ("/models/v2/example/none", {"text": "a", "stream": 1}, "body/stream", None),
        ],
    )
    def test_a_body_that_does_not_fit(
        self, emulator: Emulator, path: str, body: dict[str, Any], pointer: str, expected: str | None
    ) -> None:
        with open_client(emulator) as client:
            client.post(LOAD, json={"model": GPT2_ID})
            assert client.post(path, json=body).status_code in (400, 422)
        near = last(emulator).near_miss
        assert near is not None
        assert near.pointer == pointer
        assert (near.expected or "").startswith(expected or "")
        assert (near.expected is None) == (expected is None)

    def test_what_is_no_near_miss(self, emulator: Emulator, client: httpx.Client) -> None:
        client.get(TASKS)
        client.get(GPT2)
        client.get("/media/none.png")
        client.get(TASKS, headers={"authorization": "two words"})
        assert [entry.status for entry in emulator.journal.entries()] == [200, 404, 404, 401]
        assert emulator.journal.near_misses() == []


class TestControl:
    def test_its_document_describes_what_it_answers(
        self, emulator: Emulator, client: httpx.Client, control: httpx.Client
    ) -> None:
        document = json.loads(read_emulator_json())
        entry = jsonschema_rs.validator_for(
            {"$ref": "#/components/schemas/Entry", "components": document["components"]}
        )
        members = {*document["components"]["schemas"]["Entry"]["properties"]}
        client.post(GPT2, json=STREAM)
        client.post("/nothing")
        client.patch(TASKS)
        client.post(DETR, json={"text": "a"})
        entries = control.get(JOURNAL).json()["entries"]
        assert len(entries) == 4
        for one in entries:
            entry.validate(one)
            assert {*one} == members
        assert [one["number"] for one in control.get(NEAR_MISSES).json()["entries"]] == [2, 3, 4]

    def test_it_is_cleared(self, emulator: Emulator, client: httpx.Client, control: httpx.Client) -> None:
        client.get(TASKS)
        assert control.delete(JOURNAL).json() == {"entries": []}
        assert emulator.journal.entries() == []

    @pytest.mark.parametrize(
        ("body", "status", "text"),
        [
            ({"count": 1}, 200, ""),
            ({"count": 1, "query": {"operation": "listTasksV2"}}, 200, ""),
            ({"order": [{"status": 200}]}, 200, ""),
            (
                {"count": 2, "query": {"status": 200}},
                409,
                "expected 2 requests with status=200, found 1\nrecorded requests:\n#1",
            ),
            ({"order": [{}, {}]}, 409, "step 2 of 2: found no requests after #1"),
            ({"order": []}, 400, "body/order: "),
            ({"count": 1, "query": {"key": "a"}}, 400, "body/query: "),
            ({"count": 1, "query": {"operation": "x"}}, 400, "body: there is no operation x"),
            ({}, 400, "body: "),
        ],
    )
    def test_it_is_asserted(
        self, client: httpx.Client, control: httpx.Client, body: dict[str, Any], status: int, text: str
    ) -> None:
        client.get(TASKS)
        response = control.post(ASSERT, json=body)
        assert response.status_code == status
        if status == 200:
            assert response.json() == {"holds": True}
        else:
            assert refusal(response, status).startswith(text)

    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            ("operation=x", "query: there is no operation x"),
            ("tenant=x", "query/tenant: "),
            ("since=-1", "query/since: "),
            ("status=ok", "query/status: "),
        ],
    )
    def test_it_is_asked_wrongly(self, control: httpx.Client, query: str, reason: str) -> None:
        assert refusal(control.get(f"{JOURNAL}?{query}"), 400).startswith(reason)


class TestLog:
    def test_one_line_for_each_request(self) -> None:
        lines = io.StringIO()
        emulator = Emulator(log=lines, faults=[Fault("slow", Then(delay=2))])
        with open_client(emulator) as client:
            response = client.post(GPT2, json={"text": "a"})
        [line] = lines.getvalue().splitlines()
        logged = json.loads(line)
        assert isinstance(logged.pop("duration"), float)
        assert logged.pop("time").endswith("Z")
        assert logged == {
            "virtualTime": "2025-01-01T00:00:00.000Z",
            "requestId": response.headers["x-request-id"],
            "method": "POST",
            "path": GPT2,
            "operation": "runModelV2",
            "model": GPT2_ID,
            "tenant": TENANT[:12],
            "status": 200,
            "outcome": "complete",
            "faults": ["slow"],
        }

    def test_a_log_that_is_closed_fails_no_request(self) -> None:
        lines = io.StringIO()
        emulator = Emulator(log=lines)
        lines.close()
        with open_client(emulator) as client:
            assert client.get(TASKS).status_code == 200
