"""Request log: entries, queries, near misses, control API and log lines."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import jsonschema_rs
import pytest
from httpx import Client

from bytezkit_emulator import Emulator, Fault, Interrupt, JournalError, Then
from bytezkit_openapi import read_emulator_json
from tests.emulator.clients import DETR, GPT2, GPT2_ID, KEY, TASKS, TENANT, V1_RUN, open_client

JOURNAL: Final = "/_emulator/journal"
FINGERPRINT: Final = TENANT[:12]
STREAM: Final = {"text": "a", "stream": True, "params": {"max_new_tokens": 4}}
RUN: Final = {"text": "a"}


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


def check_last(emulator: Emulator, **expected: object) -> None:
    """Assert that the last entry has these attributes."""
    entry = emulator.journal.entries()[-1]
    assert {name: getattr(entry, name) for name in expected} == expected


def describe_last(emulator: Emulator) -> str:
    return str(emulator.journal.entries()[-1])


class TestEntries:
    def test_entry_has_headers_and_times(self, emulator: Emulator, client: Client) -> None:
        before = datetime.now(UTC)
        client.post(GPT2, json=RUN)
        [entry] = emulator.journal.entries()
        assert entry.headers["content-type"] == "application/json"
        assert before <= entry.time <= datetime.now(UTC)
        assert entry.duration is not None
        assert entry.duration >= 0

    def test_stream_has_sizes_of_first_1000_chunks(self, emulator: Emulator, client: Client) -> None:
        response = client.post(GPT2, json={**STREAM, "params": {"max_new_tokens": 1200}})
        [entry] = emulator.journal.entries()
        assert entry.pieces is not None
        assert (entry.outcome, entry.sent, len(entry.pieces)) == ("complete", len(response.content), 1000)
        assert sum(entry.pieces) < entry.sent

    def test_large_body_that_is_not_json_is_omitted(self, emulator: Emulator, client: Client) -> None:
        client.post(GPT2, content=b"{" * 70_000)
        check_last(emulator, body=None, body_size=70_000)

    @pytest.mark.parametrize(
        ("prompt", "shown"),
        [
            ("A" * 9, "A" * 9),
            ("data:image/png;base64," + "A" * 400, "data:image/png;base64,... (422 characters)"),
            ("A" * 70_000, "... (70000 characters)"),
            ("a b " * 20_000, None),
        ],
    )
    def test_large_body_is_kept_without_files_or_omitted(
        self, emulator: Emulator, prompt: str, shown: str | None
    ) -> None:
        body = {"model": GPT2_ID, "key": KEY, "prompt": prompt}
        with open_client(emulator, None) as client:
            sent = client.post(V1_RUN, json=body).request
        expected = shown and {**body, "key": f"sha256:{FINGERPRINT}", "prompt": shown}
        check_last(emulator, body=expected, model=GPT2_ID, tenant=FINGERPRINT, body_size=len(sent.content))


class TestOutcomes:
    def test_closed_stream_is_abandoned(self) -> None:
        emulator = Emulator(clock="manual")
        with open_client(emulator) as client:
            client.put(GPT2)
            emulator.clock.advance(timedelta(seconds=60))
            with client.stream("POST", GPT2, json=STREAM):
                assert emulator.journal.under_way == 1
        check_last(emulator, outcome="abandoned", status=200)
        assert emulator.journal.under_way == 0

    @pytest.mark.parametrize(
        ("interrupt", "status", "sent"),
        [(Interrupt(how="reset"), None, 0), (Interrupt(how="close", after_bytes=3), 200, 3)],
    )
    def test_interrupted_response_is_cut(self, interrupt: Interrupt, status: int | None, sent: int) -> None:
        emulator = Emulator(faults=[Fault("broken", Then(interrupt=interrupt))])
        with open_client(emulator) as client, pytest.raises(httpx.TransportError):
            client.post(GPT2, json=RUN)
        check_last(emulator, outcome="cut", status=status, sent=sent, faults=("broken",))
        assert " cut " in describe_last(emulator)
        assert "faults=broken" in describe_last(emulator)


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
        ("query", "reason"),
        [
            ({"operation": "runModel"}, "no operation runModel; similar operations: runModelV2, runModelV1"),
            ({"key": "two words"}, "a key must be 1 to 256"),
            ({"key": "a", "tenant": TENANT}, "key and tenant must not be given together"),
            ({"tenant": "ABC"}, "tenant must be 12 to 64 lower-case hexadecimal digits"),
            ({"modle": "a"}, "unknown conditions: modle; allowed are operation, model, key, tenant"),
        ],
    )
    def test_invalid_query_raises_journal_error(self, emulator: Emulator, query: Any, reason: str) -> None:
        for call in (
            lambda: emulator.journal.entries(**query),
            lambda: emulator.journal.assert_count(0, **query),
            lambda: emulator.journal.assert_order([query]),
        ):
            with pytest.raises(JournalError, match=reason) as caught:
                call()
            assert "two words" not in str(caught.value)

    def test_assert_count_lists_recorded_requests(self, emulator: Emulator) -> None:
        assert [entry.number for entry in emulator.journal.entries(key="other-key")] == [3]
        emulator.journal.assert_count(3, operation="runModelV2")
        with pytest.raises(AssertionError) as caught:
            emulator.journal.assert_count(2, operation="listTasksV2", status=200, since=1)
        first, *rest = str(caught.value).splitlines()
        assert first == "expected 2 requests with operation=listTasksV2, status=200, since=1, found 1"
        assert rest[:2] == [
            "recorded requests:",
            f"#1 PUT {GPT2} 202 createClusterV2 model={GPT2_ID} tenant={FINGERPRINT}",
        ]
        assert "    body/text: 1 is not of type" in str(caught.value)

    def test_assert_order(self, emulator: Emulator) -> None:
        queries: list[Any] = [{"operation": "createClusterV2"}, {"key": "other-key"}, {"status": 400}, {}]
        emulator.journal.assert_order(queries)
        assert queries[1] == {"key": "other-key"}
        missing = r"^step 2 of 2: found no requests with status=202 after #5\nrecorded requests:\n#1"
        with pytest.raises(AssertionError, match=missing):
            emulator.journal.assert_order([{"path": TASKS}, {"status": 202}])
        with pytest.raises(AssertionError, match=r"^step 1 of 1: found no requests with status=500\n"):
            emulator.journal.assert_order([{"status": 500}])

    def test_assertion_lists_at_most_50_requests(self) -> None:
        emulator = Emulator()
        with pytest.raises(AssertionError, match="expected 1 requests, found 0\nno recorded requests"):
            emulator.journal.assert_count(1)
        with open_client(emulator) as client:
            for _ in range(60):
                client.get(TASKS)
        with pytest.raises(AssertionError, match=r"\(10 earlier requests omitted\)\n#11 GET"):
            emulator.journal.assert_count(1)


class TestControlApi:
    def test_entries_satisfy_the_document(self, emulator: Emulator, client: Client, control: Client) -> None:
        components = json.loads(read_emulator_json())["components"]
        schema = jsonschema_rs.validator_for({"$ref": "#/components/schemas/Entry", "components": components})
        client.post(GPT2, json=STREAM)
        client.patch(TASKS)
        client.post(DETR, json=RUN)
        entries = control.get(JOURNAL).json()["entries"]
        assert len(entries) == 3
        for entry in entries:
            schema.validate(entry)
            assert {*entry} == {*components["schemas"]["Entry"]["properties"]}
        near_misses = control.get(f"{JOURNAL}/near-misses").json()["entries"]
        assert near_misses == [it.as_json() for it in emulator.journal.near_misses()] == entries[1:]


class TestLog:
    def test_log_has_one_line_per_request(self) -> None:
        lines = io.StringIO()
        emulator = Emulator(log=lines, faults=[Fault("slow", Then(delay=2))])
        with open_client(emulator) as client:
            response = client.post(GPT2, json=RUN)
            [line] = lines.getvalue().splitlines()
            lines.close()
            assert client.get(TASKS).status_code == 200
        logged = json.loads(line)
        assert isinstance(logged.pop("duration"), float)
        assert logged.pop("time").endswith("Z")
        assert logged == {
            "virtualTime": "2025-01-01T00:00:00.000Z",
            "requestId": response.headers["x-request-id"],
            "method": "POST",
            "path": GPT2,
            "operation": "runModelV2",
            "engine": "synthetic",
            "model": GPT2_ID,
            "tenant": FINGERPRINT,
            "status": 200,
            "outcome": "complete",
            "faults": ["slow"],
        }
