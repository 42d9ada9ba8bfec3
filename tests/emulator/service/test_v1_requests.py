"""the v1 API: who may call, in which dialects, what is refused, in which order and form."""

import json
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from bytezkit_emulator._openapi.contract import load_contract
from tests.emulator.clients import (
    DELETE,
    GPT2_ID,
    INSTANCES,
    JOB,
    LOAD,
    STATUS,
    V1_LIST,
    V1_RUN,
    error,
    open_client,
    output,
    v1_error,
    v1_output,
)
from tests.emulator.contract_check import DOCUMENT

LIMIT: Final = 1000
NAMED: Final = {"model": GPT2_ID}
OPERATIONS: Final = [
    ("GET", V1_LIST),
    ("POST", V1_LIST),
    ("GET", INSTANCES),
    ("POST", INSTANCES),
    ("POST", JOB),
    ("POST", LOAD),
    ("POST", STATUS),
    ("POST", V1_RUN),
    ("POST", DELETE),
]
TAKING: Final = [path for method, path in OPERATIONS if method == "POST"]


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(keys=["test-key"], settings=Settings(body_limit=LIMIT))


def call(client: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response:
    """Send a request that fits, and more."""
    lists = path in (V1_LIST, INSTANCES)
    text = {"text": "a"} if path == V1_RUN else {}
    return client.request(method, path, json={**({} if lists else NAMED), **text, **more})


class TestKeys:
    def test_which_operations_take_a_key_in_the_body(self) -> None:
        taking = {
            (method, template)
            for template, operations in load_contract().paths.items()
            for method, operation in operations.items()
            if operation.takes_key_in_body
        }
        assert taking == {("POST", path) for path in TAKING}

    @pytest.mark.parametrize(("method", "path"), OPERATIONS)
    def test_the_header(self, emulator: Emulator, method: str, path: str) -> None:
        with open_client(emulator, None) as client:
            assert v1_error(call(client, method, path), 401) == "Unauthorized"
            for value in ("Key wrong", "Basic test-key", ""):
                client.headers["authorization"] = value
                assert v1_error(call(client, method, path), 401) == "Unauthorized"
            for value in ("Key test-key", "test-key", "Bearer test-key", "kEY  test-key "):
                client.headers["authorization"] = value
                v1_output(client.post(LOAD, json=NAMED))
                v1_output(call(client, method, path) if path != LOAD else client.get(INSTANCES))
                client.post(DELETE, json=NAMED)

    @pytest.mark.parametrize("path", TAKING)
    def test_a_key_in_the_body(self, emulator: Emulator, path: str) -> None:
        with open_client(emulator, None) as client:
            if path in (V1_RUN, DELETE):
                v1_output(call(client, "POST", LOAD, key="test-key"))
            v1_output(call(client, "POST", path, key="test-key"))

    @pytest.mark.parametrize("path", TAKING)
    @pytest.mark.parametrize(
        "key", ["", "wrong", "Key test-key", " test-key", "two words", "x" * 257, "caf\xe9", "line\n"]
    )
    def test_other_keys_are_refused(self, emulator: Emulator, path: str, key: str) -> None:
        with open_client(emulator, None) as client:
            assert v1_error(call(client, "POST", path, key=key), 401) == "Unauthorized"

    @pytest.mark.parametrize("path", TAKING)
    def test_no_key_is_none_even_where_every_key_is_taken(self, path: str) -> None:
        with open_client(Emulator(), None) as client:
            assert v1_error(call(client, "POST", path), 401) == "Unauthorized"

    @pytest.mark.parametrize("key", ["", "two words", "x" * 257])
    def test_malformed_keys_are_refused_even_where_every_key_is_taken(self, key: str) -> None:
        with open_client(Emulator(), None) as client:
            assert v1_error(call(client, "POST", STATUS, key=key), 401) == "Unauthorized"
            assert v1_output(call(client, "POST", STATUS, key="anything"))

    def test_a_header_wins_over_the_body(self, emulator: Emulator) -> None:
        with open_client(emulator) as client:
            assert v1_output(call(client, "POST", STATUS, key="wrong"))
            wrong = {"authorization": "Key wrong"}
            response = client.post(STATUS, json={**NAMED, "key": "test-key"}, headers=wrong)
            assert v1_error(response, 401) == "Unauthorized"

    def test_both_ways_lead_to_the_same_world(self) -> None:
        emulator = Emulator()
        with open_client(emulator, None) as bare, open_client(emulator, "one") as one:
            v1_output(call(bare, "POST", LOAD, key="one"))
            assert v1_output(one.post(STATUS, json=NAMED))["status"] == "RUNNING"
            assert v1_output(call(bare, "POST", INSTANCES, key="two")) == []

    @pytest.mark.parametrize("path", [V1_LIST, INSTANCES])
    def test_a_get_takes_no_key_from_a_body(self, emulator: Emulator, path: str) -> None:
        with open_client(emulator, None) as client:
            response = client.request("GET", path, json={"key": "test-key"})
            assert v1_error(response, 401) == "Unauthorized"

    def test_a_key_of_another_type_is_no_key(self, emulator: Emulator) -> None:
        with open_client(emulator, None) as client:
            for key in (5, None, ["my-secret"]):
                reason = v1_error(call(client, "POST", STATUS, key=key), 400)
                assert reason == "body/key: expected a string"

    def test_no_key_is_repeated(self, emulator: Emulator) -> None:
        with open_client(emulator, None) as client:
            assert "secret" not in call(client, "POST", STATUS, key="my-secret").text


class TestDialects:
    """The requests of the two documents of 2024, as they stand there."""

    @pytest.mark.parametrize("member", ["model", "modelId"])
    def test_the_model_is_echoed_as_it_was_named(self, member: str) -> None:
        named = {member: GPT2_ID}
        with open_client(Emulator()) as client:
            for path in (JOB, LOAD, STATUS, DELETE, STATUS):
                body = v1_output(client.post(path, json=named))
                assert next(iter(body)) == member
                assert body[member] == GPT2_ID
                assert ("model" in body) != ("modelId" in body)

    def test_model_counts_where_both_are_sent(self, client: httpx.Client) -> None:
        both = {"modelId": "no/model", **NAMED}
        assert v1_output(client.post(STATUS, json=both)) == {"model": GPT2_ID, "status": "STOPPED"}

    def test_the_later_document(self) -> None:
        with open_client(Emulator()) as client:
            assert v1_output(client.get(V1_LIST))
            assert v1_output(client.post(JOB, json=NAMED))["success"] is True
            load = {**NAMED, "concurrency": 1, "expirationPeriodSeconds": 300}
            assert v1_output(client.post(LOAD, json=load)) == {
                **NAMED,
                "status": "started",
                "concurrency": 1,
            }
            assert v1_output(client.post(STATUS, json=NAMED))["status"] == "RUNNING"
            prompt = "Once upon a time there was a"
            params = {"min_length": 30, "max_length": 256}
            run = {**NAMED, "prompt": prompt, "params": params, "stream": True}
            text = client.post(V1_RUN, json=run).text
            assert text.startswith(prompt)
            assert len(text.split()) == 256
            assert [item["inferences"] for item in v1_output(client.get(INSTANCES))] == [1]
            assert v1_output(client.post(DELETE, json=NAMED))["status"] != "RUNNING"

    def test_the_earlier_document(self) -> None:
        named = {"key": "API_KEY", "modelId": GPT2_ID}
        with open_client(Emulator(), None) as client:
            assert v1_output(client.post(V1_LIST, json={"key": "API_KEY"}))
            assert v1_output(client.post(LOAD, json={**named, "concurrency": 1})) == {
                "modelId": GPT2_ID,
                "status": "started",
                "concurrency": 1,
            }
            assert list(v1_output(client.post(STATUS, json=named)).items())[:2] == [
                ("modelId", GPT2_ID),
                ("status", "RUNNING"),
            ]
            run = {**named, "app": False, "text": "Once", "params": {}, "stream": True}
            assert client.post(V1_RUN, json=run).text.startswith("Once ")
            assert len(v1_output(client.post(INSTANCES, json={"key": "API_KEY"}))) == 1
            assert v1_output(client.post(DELETE, json=named))["status"] == "STOPPED"


class TestList:
    def test_the_rows_of_the_documents(self, client: httpx.Client) -> None:
        rows = {row["name"]: row for row in v1_output(client.get(V1_LIST))}
        for name, ram in (
            ("EleutherAI/gpt-neo-2.7B", 2.232933128273094),
            ("Gustavosta/MagicPrompt-Stable-Diffusion", 0.9401917929177755),
            ("Gustavosta/MagicPrompt-Stable-Diffusion.onnx.8-bit", None),
            (GPT2_ID, 0.5),
            ("openai-community/gpt2-medium", None),
        ):
            assert list(rows[name].items()) == [
                ("name", name),
                ("requiredRAM", ram),
                ("benchmarked", ram is not None),
                ("modelId", name),
                ("ramRequired", ram),
                ("task", "text-generation"),
            ]

    def test_it_shows_what_can_be_loaded(self, client: httpx.Client) -> None:
        rows = v1_output(client.get(V1_LIST))
        registry = DOCUMENT["x-bytez-tasks"]
        assert {row["task"] for row in rows} == {task for task, row in registry.items() if row.get("v1")}
        assert not [row for row in rows if row["name"].startswith("openai/")]
        for row in rows[::9]:
            assert v1_output(client.post(LOAD, json={"model": row["name"]}))

    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize(
        ("query", "count"),
        [("task=chat", 1), ("task=image-text-to-text", 0), ("task=no-such", 0), ("unknown=1", None)],
    )
    def test_the_filter(self, client: httpx.Client, method: str, query: str, count: int | None) -> None:
        everything = v1_output(client.get(V1_LIST))
        rows = v1_output(client.request(method, f"{V1_LIST}?{query}"))
        assert len(rows) == (len(everything) if count is None else count)
        wrong = client.request(method, f"{V1_LIST}?task=Chat")
        assert v1_error(wrong, 400).startswith('query/task: "Chat" does not match')

    @pytest.mark.parametrize("path", [V1_LIST, INSTANCES])
    def test_a_get_ignores_its_body(self, client: httpx.Client, path: str) -> None:
        headers = {"content-type": "text/csv"}
        response = client.request("GET", path, content=b"{" * 2 * LIMIT, headers=headers)
        assert v1_output(response) == v1_output(client.get(path))


def test_an_encoded_path_leads_to_the_same(client: httpx.Client) -> None:
    assert v1_output(client.get("/model%2Flist")) == v1_output(client.get(V1_LIST))


# Each way to be refused, in the order in which they count; `None` stands for no header.
FAULTS: Final[list[tuple[int, dict[str, Any]]]] = [
    (404, {"path": "/model/nothing"}),
    (405, {"method": "TRACE"}),
    (401, {"header": "Key wrong"}),
    (413, {"size": LIMIT + 1}),
    (415, {"content_type": "text/plain"}),
    (400, {"body": {"stream": 1}}),
    (401, {"header": None}),
    (404, {"body": {"model": "no/model"}}),
    (409, {"is_stopped": True}),
    (422, {"body": {"more": 1}}),
    (402, {"is_broke": True}),
]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        pytest.param(first, second, id=f"{first}-{second}")
        for first in range(len(FAULTS))
        for second in range(first + 1, len(FAULTS))
        if not FAULTS[first][1].keys() & FAULTS[second][1].keys()
    ],
)
def test_the_order_of_refusal(earlier: int, later: int) -> None:
    faults = {**FAULTS[earlier][1], **FAULTS[later][1]}
    is_broke = "is_broke" in faults
    emulator = Emulator(
        keys=["test-key"], settings=Settings(body_limit=LIMIT), credits=1e-6 if is_broke else None
    )
    run = {**NAMED, "text": "a"}
    with open_client(emulator) as client:
        v1_output(client.post(LOAD, json=NAMED))
        if is_broke:
            v1_output(client.post(V1_RUN, json=run))
        if "is_stopped" in faults:
            v1_output(client.post(DELETE, json=NAMED))
        header = faults.get("header", "Key test-key")
        del client.headers["authorization"]
        response = client.request(
            faults.get("method", "POST"),
            faults.get("path", V1_RUN),
            content=json.dumps({**run, **faults.get("body", {})}).encode().ljust(faults.get("size", 0)),
            headers={
                **({} if header is None else {"authorization": header}),
                "content-type": faults.get("content_type", "application/json"),
            },
        )
    assert v1_error(response, FAULTS[earlier][0])


def test_the_order_of_refusal_of_a_load() -> None:
    with open_client(Emulator(credits=0)) as client:
        assert v1_error(client.post(LOAD, json={"model": "no/model"}), 404)
        assert v1_error(client.post(LOAD, json={"model": "openai/gpt-4o"}), 422)
        assert "credits" in v1_error(client.post(LOAD, json=NAMED), 402)
        assert v1_output(client.get(INSTANCES)) == []


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        (V1_RUN, b'{"model": 1, "stream": true}', "application/json; charset=utf-8"),
        (V1_RUN, b'{"model": 1}', "application/json"),
        (LOAD, b'{"model": 1, "stream": true}', "application/json"),
    ],
)
def test_the_content_type_of_errors(client: httpx.Client, path: str, body: bytes, content_type: str) -> None:
    response = client.post(path, content=body)
    assert v1_error(response, 400)
    assert response.headers["content-type"] == content_type


def test_a_mistake_of_the_emulator_has_the_form_of_its_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator()

    def fail(_: object, __: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(emulator._runtime._service._world), "model", fail)
    with open_client(emulator) as client:
        assert v1_error(client.post(STATUS, json=NAMED), 500) == "Internal server error"


def test_the_end_has_the_form_of_its_prefix() -> None:
    emulator = Emulator()
    emulator.close()
    with open_client(emulator) as client:
        assert v1_error(client.get(V1_LIST), 503) == "The emulator is shutting down"
        assert error(client.get("/models/v2/list/tasks"), 503) == "The emulator is shutting down"


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_the_profile_serverless_has_none_of_it(method: str, path: str) -> None:
    for key in ("test-key", None):
        with open_client(Emulator(profile="serverless"), key) as client:
            assert v1_error(call(client, method, path), 404) == "path: there is nothing here"
    with open_client(Emulator(profile="serverless")) as client:
        assert output(client.get("/models/v2/list/tasks"))
