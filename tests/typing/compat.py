"""Correct and wrong uses of the vendor-compatible interface."""

from typing import Literal, assert_type

from bytezkit import MediaStream, TextStream
from bytezkit.compat import Bytez, Lists, Model, ModelStatus, Response
from bytezkit.types import Cluster, JsonInput, JsonValue


def construction() -> None:
    Bytez()
    Bytez("key", True)
    with Bytez("key", base_url="http://localhost:8080") as client:
        assert_type(client, Bytez)
    client.close()
    Bytez("key", "dev")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Bytez("key", False, "https://a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def client(client: Bytez) -> None:
    assert_type(client.model("a/b", "key at the provider"), Model)
    assert_type(client.process("a/b"), Response)
    assert_type(client.list, Lists)
    assert_type(client.list.models({"task": "chat", "modelId": "a/b"}), Response)
    assert_type(client.list.tasks(), Response)
    assert_type(client.list.instances(), list[Cluster])
    client.list.models({"task": 5})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    client.model("a/b", task="chat")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def responses(model: Model, given: JsonInput, params: dict[str, float]) -> None:
    response = model.run(given, params)
    assert_type(response, Response)
    assert_type(model.run(), Response)
    assert_type(model.run("a", None, False), Response)
    output, error, provider = response
    assert_type(output, JsonValue)
    assert_type(error, str | None)
    assert_type(provider, JsonValue)
    response.error = "b"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    model.run({1})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    model.run("a", {"b": object()})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType, reportCallIssue]


def streams(model: Model, params: dict[str, float], asked: bool) -> None:
    assert_type(model.run("a", True), TextStream | MediaStream)
    assert_type(model.run("a", stream=True, model_params=params), TextStream | MediaStream)
    assert_type(model.run("a", params, asked), Response | TextStream | MediaStream)
    for chunk in model.run("a", stream=True):
        assert_type(chunk, str | bytes)
    stream = model.run("a", stream=True)
    if isinstance(stream, TextStream):
        assert_type(stream.read(), str)


def lifecycle(model: Model, status: ModelStatus) -> None:
    assert_type(model.id, str)
    assert_type(model.details, dict[str, JsonValue])
    assert_type(model.status(), ModelStatus)
    assert_type(status.status, Literal["deploying", "running", "stopped"])
    assert_type(status.cluster, Cluster | None)
    model.load()
    model.load({"concurrency": 1, "timeout": 300})
    model.start(concurrency=1, timeout=300)
    model.stop()
    model.load(1, 300)  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
    model.load(timeout="300")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
