"""The vendor's interface: what it sends, what it returns, and what it refuses."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bytezkit import compat
from bytezkit.compat import Bytez, Model, ModelStatus, Response
from bytezkit.errors import (
    AuthenticationError,
    BytezError,
    ConfigurationError,
    ConnectionFailedError,
    DecodeError,
    LifecycleUnavailableError,
    ServerError,
    StreamInterruptedError,
)
from bytezkit.types import JsonValue
from tests.overlay.scripted_service import (
    KEY,
    MODEL,
    PROVIDER_KEY,
    RUN_PATH,
    Chunks,
    Reply,
    ScriptedClient,
    StubSequence,
    cluster,
    error_reply,
    make_scripted_client,
    output,
    reply,
    text,
)

Lifecycle = Callable[[Bytez], object]

RUNNING = output(cluster())
BOOTING = output(cluster("booting instance"))
NO_CLUSTER = error_reply(404, "Cluster does not exist")


def in_catalog(task: str) -> Reply:
    return output([{"modelId": MODEL, "task": task}])


def over(make_client: ScriptedClient) -> Bytez:
    client = Bytez(KEY)
    client.close()
    client._client = make_client.client
    return client


def scripted(*replies: Reply) -> tuple[Bytez, StubSequence]:
    make_client = make_scripted_client("sync", *replies, max_retries=0)
    return over(make_client), make_client.script


def sent(request: httpx.Request) -> tuple[str, str, object]:
    return request.method, request.url.path, json.loads(request.content) if request.content else None


def bodies(script: StubSequence) -> list[object]:
    return [json.loads(request.content) for request in script.requests if request.content]


def test_a_response_is_a_named_tuple_that_can_be_unpacked() -> None:
    client, _ = scripted(reply(200, {"error": None, "output": "a", "provider": {"id": 1}}))

    result, error, provider = client.model(MODEL).run("a")

    assert (result, error, provider) == ("a", None, {"id": 1})
    assert Response() == (None, None, None)


@pytest.mark.parametrize(
    ("arguments", "options", "body"),
    [
        ((), {}, {}),
        (("a",), {}, {"input": "a"}),
        (("a", {"top_k": 1}), {}, {"input": "a", "params": {"top_k": 1}}),
        (("a", None, False), {"model_params": {"top_k": 1}}, {"input": "a", "params": {"top_k": 1}}),
        (("a", {"top_k": 1}), {"model_params": {"top_k": 1}}, {"input": "a", "params": {"top_k": 1}}),
        (("a", False), {}, {"input": "a"}),
        (({"url": "https://a"},), {"params": {}}, {"input": {"url": "https://a"}}),
        ((), {"input": [{"role": "user", "content": "a"}]}, {"input": [{"role": "user", "content": "a"}]}),
    ],
)
def test_a_run_is_one_request(arguments: Any, options: Any, body: object) -> None:
    client, script = scripted(output("b"))

    assert client.model(MODEL).run(*arguments, **options) == Response("b", None, None)

    (request,) = script.requests
    assert sent(request) == ("POST", RUN_PATH, body)


@pytest.mark.parametrize(
    ("arguments", "options", "params"),
    [
        (("a", True), {}, {}),
        (("a", True), {"model_params": {"top_k": 1}}, {"params": {"top_k": 1}}),
        (("a", {"top_k": 1}, True), {}, {"params": {"top_k": 1}}),
        (("a",), {"stream": True, "params": {"top_k": 1}}, {"params": {"top_k": 1}}),
    ],
)
def test_a_stream_is_asked_for_in_each_way(arguments: Any, options: Any, params: dict[str, object]) -> None:
    client, script = scripted(in_catalog("text-generation"), text(b"b"))

    assert [*client.model(MODEL).run(*arguments, **options)] == ["b"]
    assert bodies(script) == [{"input": "a", "stream": True, **params}]


def test_a_text_stream_keeps_newlines_and_empty_lines() -> None:
    client, _ = scripted(in_catalog("chat"), text(b"one\n\n", b"two\r\n", "\u2028\u00e9".encode(), b"\n"))

    assert "".join(map(str, client.model(MODEL).run("a", stream=True))) == "one\n\ntwo\r\n\u2028\u00e9\n"


@pytest.mark.parametrize("task", ["text-to-image", "text-to-speech", "unconditional-image-generation"])
def test_a_media_stream_gives_the_bytes(task: str) -> None:
    chunks = [b"\x89PNG\r\n\x1a\n", b"\xff\n\n\x00"]
    client, script = scripted(in_catalog(task), reply(200, Chunks(chunks), content_type="image/png"))

    assert [*client.model(MODEL).run("a", stream=True)] == chunks
    assert bodies(script) == [{"input": "a", "stream": True, "json": False}]


def test_the_task_is_looked_up_once_and_for_streams_alone() -> None:
    client, script = scripted(output("a"), in_catalog("chat"), text(b"b"), text(b"c"))
    model = client.model(MODEL)

    model.run("a")
    for _ in range(2):
        assert [*model.run("a", stream=True)]

    assert [request.method for request in script.requests] == ["POST", "GET", "POST", "POST"]
    assert script.requests[1].url.params["modelId"] == MODEL
    assert model.details == {"modelId": MODEL, "task": "chat"}


@pytest.mark.parametrize("found", [output([]), in_catalog("juggling"), output([{}])])
def test_a_model_without_a_known_task_streams_text(found: Reply) -> None:
    client, _ = scripted(found, text(b"b"))

    assert [*client.model(MODEL).run("a", stream=True)] == ["b"]


def test_a_look_up_that_failed_raises_and_is_not_remembered() -> None:
    client, _ = scripted(error_reply(500), in_catalog("chat"), text(b"b"))
    model = client.model(MODEL)

    with pytest.raises(ServerError):
        model.run("a", stream=True)
    assert [*model.run("a", stream=True)] == ["b"]


FAILURES = [
    (error_reply(401, "Unauthorized"), "Unauthorized"),
    (
        reply(402, {"status": 402, "error": "Payment Required", "message": "No credits."}),
        "Payment Required: No credits.",
    ),
    (reply(200, {"error": "The model broke", "output": None}), "The model broke"),
    (reply(502, b"<html>"), "<html>"),
    (reply(200, b"no JSON"), "unexpected response"),
    (httpx.ConnectError("refused"), "ConnectError: refused"),
    (httpx.ReadTimeout("silence"), "ReadTimeout: silence"),
]
RESPONDING: list[Callable[[Bytez], Response]] = [
    lambda client: client.model(MODEL).run("a"),
    lambda client: client.process(MODEL),
    lambda client: client.list.models(),
    lambda client: client.list.tasks(),
]


@pytest.mark.parametrize(("failure", "error"), FAILURES)
@pytest.mark.parametrize("ask", RESPONDING)
def test_a_response_says_what_went_wrong(
    ask: Callable[[Bytez], Response], failure: Reply, error: str
) -> None:
    client, _ = scripted(failure)

    response = ask(client)

    assert (response.output, response.provider) == (None, None)
    assert response.error is not None
    assert response.error.startswith(error)


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (error_reply(401), AuthenticationError),
        (httpx.ConnectError("refused"), ConnectionFailedError),
        (text(b"some", httpx.ReadError("cut")), StreamInterruptedError),
        (output("whole"), DecodeError),
    ],
)
def test_a_stream_raises_what_went_wrong(failure: Reply, error: type[BytezError]) -> None:
    client, _ = scripted(in_catalog("chat"), failure)

    with pytest.raises(error):
        list(client.model(MODEL).run("a", stream=True))


def test_lists_and_requests() -> None:
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
def test_starting_makes_a_cluster_of_as_many_instances(
    arguments: Any, options: Any, instances: int, minutes: int
) -> None:
    client, script = scripted(reply(202, {"error": None, "output": "Loading"}))

    client.model(MODEL).start(*arguments, **options)

    (request,) = script.requests
    capacity = {"desired": instances, "max": instances}
    assert sent(request) == ("PUT", RUN_PATH, {"capacity": capacity, "timeout": minutes})


def test_loading_prints_its_progress_until_the_model_is_up(capsys: pytest.CaptureFixture[str]) -> None:
    client, script = scripted(reply(202, {"error": None, "output": "Loading"}), BOOTING, BOOTING, RUNNING)

    client.model(MODEL).load(concurrency=2)

    assert bodies(script) == [{"capacity": {"desired": 2, "max": 2}, "timeout": 5}]
    assert [line.partition(" (")[0] for line in capsys.readouterr().out.splitlines()] == [
        f"{MODEL}: booting instance, 1 instance",
        f"{MODEL}: booting instance, 1 instance",
        f"{MODEL}: running, 1 instance",
    ]


def test_what_is_started_already_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    exists = error_reply(409, "Cluster already exists")
    client, _ = scripted(exists, RUNNING, exists)

    client.model(MODEL).load()
    client.model(MODEL).start()

    assert "running" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wire", "status"),
    [
        ("booting instance", "deploying"),
        ("Loading", "deploying"),
        ("running", "running"),
        ("ON", "running"),
        ("off", "stopped"),
        ("FAILED", "stopped"),
    ],
)
def test_the_status_is_one_of_three_words(wire: str, status: str) -> None:
    client, _ = scripted(output(cluster(wire)))

    said = client.model(MODEL).status()

    assert said.status == status
    assert said.cluster is not None
    assert said.cluster.status == wire


def test_without_a_cluster_the_model_is_stopped() -> None:
    client, script = scripted(NO_CLUSTER, NO_CLUSTER, output(None))
    model = client.model(MODEL)

    assert model.status() == ModelStatus("stopped", None)
    model.stop()
    model.stop()
    assert [request.method for request in script.requests] == ["GET", "DELETE", "DELETE"]


def test_instances_are_the_clusters() -> None:
    client, _ = scripted(output([cluster(instances=2)]))

    (instance,) = client.list.instances()

    assert (instance.model_id, instance.instances) == (MODEL, 2)


@pytest.mark.parametrize(
    "act",
    [
        lambda client: client.model(MODEL).load(),
        lambda client: client.model(MODEL).start(),
        lambda client: client.model(MODEL).status(),
        lambda client: client.model(MODEL).stop(),
        lambda client: client.list.instances(),
    ],
)
@pytest.mark.parametrize(
    ("failure", "error"),
    [(error_reply(405), LifecycleUnavailableError), (error_reply(401), AuthenticationError)],
)
def test_the_lifecycle_raises(act: Lifecycle, failure: Reply, error: type[BytezError]) -> None:
    client, _ = scripted(failure)

    with pytest.raises(error):
        act(client)


def test_the_key_of_a_provider_goes_with_the_runs_of_its_model() -> None:
    client, script = scripted(
        in_catalog("chat"), text(b"a"), output("a"), output("a"), reply(202, {"output": "Loading"})
    )
    keyed = client.model(MODEL, PROVIDER_KEY)

    list(keyed.run("a", stream=True))
    keyed.run("a")
    client.model(MODEL).run("a")
    keyed.start()

    keys = [request.headers.get("provider-key") for request in script.requests]
    assert keys == [None, PROVIDER_KEY, PROVIDER_KEY, None, None]
    assert {request.headers["authorization"] for request in script.requests} == {f"Key {KEY}"}


def test_where_the_service_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "https://api.bytez.com" in repr(Bytez(KEY))
    assert "http://localhost:8080" in repr(Bytez(KEY, True))
    assert "https://example.com" in repr(Bytez(KEY, base_url="https://example.com"))
    with pytest.raises(ConfigurationError, match="BYTEZ_KEY"):
        Bytez()

    monkeypatch.setenv("BYTEZ_KEY", KEY)
    monkeypatch.setenv("BYTEZ_BASE_URL", "https://example.com")
    assert "https://example.com" in repr(Bytez())
    assert "http://localhost:8080" in repr(Bytez(dev=True))


def test_a_closed_client_says_so() -> None:
    with Bytez(KEY) as client:
        model: Model = client.model(MODEL)

    with pytest.raises(RuntimeError, match="the client is closed"):
        model.run("a")


def test_what_is_listed_is_there() -> None:
    assert compat.__all__ == sorted(compat.__all__)
    assert all(hasattr(compat, name) for name in compat.__all__)
