"""What goes over the wire: headers, keys, paths and bodies."""

import json
from datetime import timedelta
from importlib.metadata import version
from typing import Any

import httpx
import pytest

from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import (
    KEY,
    MODEL,
    PROVIDER_KEY,
    RUN_PATH,
    Reply,
    cluster,
    output,
    reply,
    text,
)

pytestmark = pytest.mark.anyio

HELLO = {"role": "user", "content": "grüße\u2028"}
CLUSTER = reply(200, {"error": None, "output": cluster()})
DONE = reply(200, {"error": None, "output": "Done"})
MODELS = reply(200, {"output": []})

# Each operation, the reply that it takes, and the request that it makes.
OPERATIONS: list[tuple[str, Any, Reply, tuple[str, str, object]]] = [
    ("tasks", lambda c: c.tasks.list(), reply(200, {"output": []}), ("GET", "/models/v2/list/tasks", None)),
    ("models", lambda c: c.models.list(), MODELS, ("GET", "/models/v2/list/models", None)),
    (
        "models of a task",
        lambda c: c.models.list(task="text/speech&", model_id="a/b"),
        MODELS,
        ("GET", "/models/v2/list/models?task=text%2Fspeech%26&modelId=a%2Fb", None),
    ),
    ("clusters", lambda c: c.clusters.list(), MODELS, ("GET", "/models/v2/list/clusters", None)),
    ("request", lambda c: c.model(MODEL).request(), DONE, ("POST", f"/models/v2/request/{MODEL}", None)),
    ("create", lambda c: c.model(MODEL).cluster.create(), DONE, ("PUT", RUN_PATH, {})),
    (
        "create in full",
        lambda c: c.model(MODEL).cluster.create(
            min=0, desired=1, max=3, idle_timeout=timedelta(hours=1), config={"device": "cpu"}
        ),
        DONE,
        (
            "PUT",
            RUN_PATH,
            {"capacity": {"min": 0, "desired": 1, "max": 3}, "timeout": 60, "config": {"device": "cpu"}},
        ),
    ),
    ("read", lambda c: c.model(MODEL).cluster.get(), CLUSTER, ("GET", RUN_PATH, None)),
    ("update", lambda c: c.model(MODEL).cluster.update(), CLUSTER, ("PATCH", RUN_PATH, {})),
    (
        "update in full",
        lambda c: c.model(MODEL).cluster.update(max=2, idle_timeout=timedelta(minutes=1), on=True),
        CLUSTER,
        ("PATCH", RUN_PATH, {"capacity": {"max": 2}, "timeout": 1, "status": "on"}),
    ),
    (
        "switch off",
        lambda c: c.model(MODEL).cluster.update(on=False),
        CLUSTER,
        ("PATCH", RUN_PATH, {"status": "off"}),
    ),
    (
        "delete",
        lambda c: c.model(MODEL).cluster.delete(),
        reply(200, {"error": None}),
        ("DELETE", RUN_PATH, None),
    ),
]

RUNS: list[tuple[str, Any, Reply, object]] = [
    (
        "text",
        lambda c: c.model(MODEL, task="text-generation").run("grüße\u2028"),
        output("a"),
        {"text": "grüße\u2028"},
    ),
    (
        "text in full",
        lambda c: c.model(MODEL, task="text-generation").run(
            "a", params={"max_new_tokens": 3}, extra_params={"seed": 1}, auto_scale=True
        ),
        output("a"),
        {"text": "a", "params": {"max_new_tokens": 3, "seed": 1}, "autoScale": True},
    ),
    (
        "text stream",
        lambda c: (
            c.model(MODEL, task="text-generation").stream("a", params={"top_k": 1}, auto_scale=False).read()
        ),
        text(b"b"),
        {"text": "a", "params": {"top_k": 1}, "stream": True, "autoScale": False},
    ),
    (
        "embedding",
        lambda c: c.model(MODEL, task="feature-extraction").run("a"),
        output([0.5]),
        {"text": "a"},
    ),
    (
        "messages",
        lambda c: c.model(MODEL, task="chat").run([HELLO], extra_params={"tools": [{"a": None}]}),
        output({"role": "assistant", "content": "a"}),
        {"messages": [HELLO], "params": {"tools": [{"a": None}]}},
    ),
    (
        "messages stream",
        lambda c: c.model(MODEL, task="chat").stream((HELLO,)).read(),
        text(b"a"),
        {"messages": [HELLO], "stream": True},
    ),
    (
        "members as they are",
        lambda c: c.model(MODEL).run({"text": "a", "input": None, "new": [1], "json": True, "stream": False}),
        output(1),
        {"text": "a", "input": None, "new": [1], "json": True, "stream": False},
    ),
    (
        "shorthand",
        lambda c: c.model(MODEL).run("a", params={"b": 1}),
        output(1),
        {"input": "a", "params": {"b": 1}},
    ),
    (
        "shorthand list",
        lambda c: c.model(MODEL).run([HELLO], auto_scale=True),
        output(1),
        {"input": [HELLO], "autoScale": True},
    ),
    (
        "shorthand stream",
        lambda c: c.model(MODEL).stream("a").read(),
        text(b"b"),
        {"input": "a", "stream": True},
    ),
]


def sent(request: httpx.Request) -> tuple[str, str, object]:
    body = json.loads(request.content) if request.content else None
    return request.method, request.url.raw_path.decode(), body


@pytest.mark.parametrize(
    ("action", "answer", "expected"), [row[1:] for row in OPERATIONS], ids=[row[0] for row in OPERATIONS]
)
async def test_an_operation_makes_its_request(
    make_client: MakeClient, action: Any, answer: Reply, expected: tuple[str, str, object]
) -> None:
    it = make_client(answer, provider_key=PROVIDER_KEY)
    await it.do(action)
    assert sent(it.request()) == expected
    headers = it.request().headers
    assert "provider-key" not in headers
    assert headers.get("content-type") == (None if expected[2] is None else "application/json")


@pytest.mark.parametrize(
    ("action", "answer", "body"), [row[1:] for row in RUNS], ids=[row[0] for row in RUNS]
)
async def test_a_run_sends_exactly_what_is_asked_for(
    make_client: MakeClient, action: Any, answer: Reply, body: object
) -> None:
    it = make_client(answer, provider_key=PROVIDER_KEY)
    await it.do(action)
    assert sent(it.request()) == ("POST", RUN_PATH, body)
    assert it.request().headers["provider-key"] == PROVIDER_KEY


async def test_headers_are_those_of_the_client_and_keys_stand_nowhere_else(make_client: MakeClient) -> None:
    it = make_client(output("a"), provider_key=PROVIDER_KEY, base_url="https://api.example/gateway/")
    await it.run("a")
    request = it.request()
    assert str(request.url) == f"https://api.example/gateway{RUN_PATH}"
    assert request.headers["authorization"] == f"Key {KEY}"
    assert request.headers["user-agent"] == f"bytezkit/{version('bytezkit')}"
    elsewhere = (
        str(request.url)
        + request.content.decode()
        + str(
            {
                name: value
                for name, value in request.headers.items()
                if name not in ("authorization", "provider-key")
            }
        )
    )
    assert KEY not in elsewhere
    assert PROVIDER_KEY not in elsewhere


async def test_without_a_provider_key_none_is_sent(make_client: MakeClient) -> None:
    it = make_client(output("a"))
    await it.run("a")
    assert "provider-key" not in it.request().headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(make_client: MakeClient, status: int) -> None:
    it = make_client(reply(status, b"moved", location="https://elsewhere.example/"))
    with pytest.raises(Exception, match="moved") as caught:
        await it.run("a")
    assert getattr(caught.value, "status", None) == status
    assert len(it.script.requests) == 1


async def test_settings_of_a_given_http_client_do_not_replace_ours(make_client: MakeClient) -> None:
    it = make_client(reply(302, b"moved", location="https://elsewhere.example/"))
    http = it.http_client
    http.auth = ("user", "word")
    http.headers["authorization"] = "Basic abc"
    http.follow_redirects = True
    with pytest.raises(Exception, match="moved"):
        await it.run("a")
    assert it.request().headers["authorization"] == f"Key {KEY}"
