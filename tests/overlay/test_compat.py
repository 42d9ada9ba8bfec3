"""The vendor's interface: requests, results and errors."""

import json
from functools import partial
from typing import Any

import httpx
import pytest

from bytezkit import errors
from bytezkit.compat import Bytez, Response
from bytezkit.types import JsonValue
from tests.overlay.replies import MODEL, RUN_PATH, Reply, cluster, error_reply, output, reply, text
from tests.overlay.scripted_service import KEY, PROVIDER_KEY, StubSequence, make_scripted_client

LOADING = reply(202, {"error": None, "output": "Loading"})
TOP_K = {"params": {"top_k": 1}}


def details(task: str) -> Reply:
    return output([{"modelId": MODEL, "task": task}])


def scripted(*replies: Reply) -> tuple[Bytez, StubSequence]:
    it = make_scripted_client("sync", *replies, max_retries=0)
    client = Bytez(KEY)
    client.close()
    client._client = it.client
    return client, it.script


def sent(script: StubSequence) -> list[tuple[str, object]]:
    return [(it.method, json.loads(it.content) if it.content else None) for it in script.requests]


@pytest.mark.parametrize(
    ("arguments", "options", "body"),
    [
        ((), {}, {}),
        (("a",), {}, {"input": "a"}),
        (("a", {"top_k": 1}), {}, {"input": "a", **TOP_K}),
        (("a", None, False), {"model_params": {"top_k": 1}}, {"input": "a", **TOP_K}),
        (("a", False), {}, {"input": "a"}),
        ((), {"input": [{"role": "user", "content": "a"}]}, {"input": [{"role": "user", "content": "a"}]}),
    ],
)
def test_run_sends_one_request(arguments: Any, options: Any, body: object) -> None:
    client, script = scripted(reply(200, {"error": None, "output": "b", "provider": {"id": 1}}))
    result, error, provider = client.model(MODEL).run(*arguments, **options)
    assert (result, error, provider) == ("b", None, {"id": 1})
    assert sent(script) == [("POST", body)]
    assert script.requests[0].url.path == RUN_PATH


@pytest.mark.parametrize(
    ("found", "arguments", "options", "params"),
    [
        (details("text-generation"), ("a", True), {}, {}),
        (output([]), ("a", True), {"model_params": {"top_k": 1}}, TOP_K),
        (details("juggling"), ("a",), {"stream": True, **TOP_K}, TOP_K),
        (output([{}]), ("a", None, True), {}, {}),
    ],
)
def test_text_stream_yields_the_exact_text(
    found: Reply, arguments: Any, options: Any, params: dict[str, object]
) -> None:
    chunks = [b"one\n\n", b"two\r\n", "\u2028\u00e9".encode(), b"\n"]
    client, script = scripted(found, text(*chunks))
    assert "".join(client.model(MODEL).run(*arguments, **options)) == "one\n\ntwo\r\n\u2028\u00e9\n"
    assert sent(script)[1:] == [("POST", {"input": "a", "stream": True, **params})]


def test_first_stream_requests_the_task_once_and_failed_streams_raise() -> None:
    cut = text(b"some", httpx.ReadError("cut"))
    client, script = scripted(
        output("a"), error_reply(500), details("chat"), text(b"b"), error_reply(401), cut
    )
    model = client.model(MODEL)
    model.run("a")
    with pytest.raises(errors.ServerError):
        model.run("a", stream=True)
    assert [*model.run("a", stream=True)] == ["b"]
    with pytest.raises(errors.AuthenticationError):
        model.run("a", stream=True)
    with pytest.raises(errors.StreamInterruptedError):
        list(model.run("a", stream=True))
    assert [request.method for request in script.requests] == ["POST", "GET", "GET", "POST", "POST", "POST"]
    assert script.requests[2].url.params["modelId"] == MODEL
    assert model.details == {"modelId": MODEL, "task": "chat"}


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (error_reply(401, "Unauthorized"), "Unauthorized"),
        (reply(200, {"error": "The model broke", "output": None}), "The model broke"),
        (reply(200, b"no JSON"), "unexpected response"),
        (httpx.ConnectError("refused"), "ConnectError: refused"),
    ],
)
def test_failed_call_returns_the_error(failure: Reply, error: str) -> None:
    client, _ = scripted(*[failure] * 4)
    run = partial(client.model(MODEL).run, "a")
    for call in (run, partial(client.process, MODEL), client.list.models, client.list.tasks):
        response = call()
        assert (response.output, response.provider) == (None, None)
        assert response.error is not None
        assert response.error.startswith(error)


def test_catalog_calls_return_the_outputs() -> None:
    entry: JsonValue = {"modelId": MODEL, "task": "chat", "new": [1]}
    client, script = scripted(output([entry]), output([entry]), output(["chat"]), output("Job queued"))
    assert client.list.models() == Response([entry])
    assert client.list.models({"task": "chat", "modelId": MODEL}).output == [entry]
    assert client.list.tasks().output == ["chat"]
    assert client.process(MODEL).output == "Job queued"
    assert [request.url.raw_path.decode() for request in script.requests] == [
        "/models/v2/list/models",
        "/models/v2/list/models?task=chat&modelId=openai-community%2Fgpt2",
        "/models/v2/list/tasks",
        f"/models/v2/request/{MODEL}",
    ]


@pytest.mark.parametrize(
    ("arguments", "options", "instances", "minutes"),
    [
        ((), {}, 1, 5),
        (({"concurrency": 3, "timeout": 60},), {}, 3, 1),
        ((), {"concurrency": 10, "timeout": 86400}, 10, 1440),
        (({"timeout": 120},), {"concurrency": 2}, 2, 2),
    ],
)
def test_start_creates_a_cluster(arguments: Any, options: Any, instances: int, minutes: int) -> None:
    client, script = scripted(LOADING)
    client.model(MODEL).start(*arguments, **options)
    capacity = {"desired": instances, "max": instances}
    assert sent(script) == [("PUT", {"capacity": capacity, "timeout": minutes})]


def test_load_prints_progress_until_the_cluster_is_running(capsys: pytest.CaptureFixture[str]) -> None:
    booting = output(cluster("booting instance"))
    client, script = scripted(LOADING, booting, booting, output(cluster()))
    client.model(MODEL).load(concurrency=2)
    assert sent(script)[0] == ("PUT", {"capacity": {"desired": 2, "max": 2}, "timeout": 5})
    shown = [line.partition(" (")[0] for line in capsys.readouterr().out.splitlines()]
    assert shown == [f"{MODEL}: {it}, 1 instance" for it in (*["booting instance"] * 2, "running")]


@pytest.mark.parametrize(
    ("wire", "status"),
    [
        *(("booting instance", "deploying"), ("Loading", "deploying"), ("running", "running")),
        *(("ON", "running"), ("off", "stopped"), ("FAILED", "stopped")),
    ],
)
def test_status_maps_the_cluster_status_to_three_values(wire: str, status: str) -> None:
    client, _ = scripted(output(cluster(wire)))
    result = client.model(MODEL).status()
    assert result.status == status
    assert result.cluster is not None
    assert result.cluster.status == wire


def test_failed_lifecycle_call_raises() -> None:
    client, _ = scripted(*[error_reply(401)] * 5)
    model = client.model(MODEL)
    for act in (model.load, model.start, model.status, model.stop, client.list.instances):
        with pytest.raises(errors.AuthenticationError):
            act()


def test_provider_key_is_sent_only_with_the_runs_of_its_model() -> None:
    client, script = scripted(details("chat"), text(b"a"), output("a"), output("a"), LOADING)
    model = client.model(MODEL, PROVIDER_KEY)
    list(model.run("a", stream=True))
    model.run("a")
    client.model(MODEL).run("a")
    model.start()
    keys = [request.headers.get("provider-key") for request in script.requests]
    assert keys == [None, PROVIDER_KEY, PROVIDER_KEY, None, None]
    assert {request.headers["authorization"] for request in script.requests} == {f"Key {KEY}"}


def test_settings_come_from_arguments_dev_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(errors.ConfigurationError, match="BYTEZ_KEY"):
        Bytez()
    monkeypatch.setenv("BYTEZ_KEY", KEY)
    assert "https://api.bytez.com" in repr(Bytez())
    assert "http://localhost:8080" in repr(Bytez(KEY, True))
    monkeypatch.setenv("BYTEZ_BASE_URL", "https://example.com")
    assert "https://example.com" in repr(Bytez())
    assert "https://given.example" in repr(Bytez(KEY, base_url="https://given.example"))
    assert "http://localhost:8080" in repr(Bytez(dev=True))
