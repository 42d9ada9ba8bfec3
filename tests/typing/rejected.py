"""Wrong uses of the client, one per line."""
# ruff: noqa: B018 - statements without effect are under test

from datetime import timedelta
from pathlib import Path

import bytezkit
from bytezkit import Bytez, Failure, Result
from bytezkit.bulk import RunBatch
from bytezkit.handles import ChatModel, TextGenerationModel
from bytezkit.messages import image, user
from bytezkit.types import ChatMessage, ChatParams

MESSAGE: ChatMessage = {"role": "user", "content": "Hello"}


def construction(client: Bytez) -> None:
    Bytez(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Bytez("key", "https://api.example")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    bytezkit.Nope  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    Bytez(deadline="30")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Bytez(headers={"a": 5})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    Bytez(http_client=object())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.with_options(api_key="other")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def models(client: Bytez, task: str) -> None:
    client.model("a/b", task="juggling")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    client.model("a/b", task=task)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    client.model("a/b", "chat")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.model(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.model("a/b", task="chat", variant="groups")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    names = client.model("a/b", task="token-classification")
    names.run("Ron", params={"aggregation_strategy": "simple"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def text_generation(client: Bytez) -> None:
    model = client.model("openai-community/gpt2", task="text-generation")
    model.run(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    model.run(b"Once")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    model.run("Once", {"top_k": 1})  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    model.run("Once", extra_params={"a": object()})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
    model.run("Once", auto_scale="yes")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    model.run("Once", max_new_tokens=5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    model.run([{"content": "Once"}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
    model.run(messages=[{"role": "user", "content": "Once"}])  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    model.run("Once", b"picture")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    model.run([user("Once")]).output.content  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    model.run("Once").output.content  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def many(client: Bytez) -> None:
    model = client.model("openai-community/gpt2", task="text-generation")
    model.map([5])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
    model.map(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    model.map(["a"], concurrency="8")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    model.map(["a"], params={"max_new_token": 1})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    [it.result.output for it in model.map(["a"])]  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    client.model("a/b", task="question-answering").map([("Who?",)])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


def chat(client: Bytez) -> None:
    model = client.model("microsoft/Phi-3-mini-4k-instruct", task="chat")
    model.run(MESSAGE)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run([{"content": "Hello"}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    model.run(message for message in [MESSAGE])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run([{"role": "user", "content": "Hello"}, "?"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    model.run(user(5))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    image(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    image(open("a.txt"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # noqa: SIM115, PTH123


def mixed(client: Bytez) -> None:
    model = client.model("google/gemma-3-4b-it", task="image-text-to-text")
    model.run([MESSAGE], Path("a.png"))  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    model.run("Why?", 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    model.run("Why?", mime="image/png")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.model("a/b", task="chat").run("Why?", Path("a.png"))  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
    labels = client.model("a/b", task="zero-shot-image-classification")
    labels.run(Path("a.png"), ["cat"], 5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


def untyped(client: Bytez) -> None:
    model = client.model("openai/gpt-4o")
    model.run({1})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run("a", extra_params={})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    model.run("a").output.strip()  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess, reportUnknownMemberType]


def params_of_both_kinds(client: Bytez) -> None:
    model = client.model("openai/gpt-4o", task="chat")
    model.run("Hello", params={"max_tokens": 5, "max_new_tokens": 5})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.run("Hello", params={"max_tokens": "5"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def closed_params() -> ChatParams:
    return {"temperature": 1.0, "seed": 1}  # type: ignore[typeddict-unknown-key]  # pyright: ignore[reportReturnType]


def clusters(client: Bytez) -> None:
    model = client.model("openai-community/gpt2", task="text-generation")
    model.load(timeout="30")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.load(on_progress=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.cluster.create(min=0.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.cluster.update(on="off")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model.cluster.get().status = "off"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    client.model("a/b").cluster.delete().status  # type: ignore[attr-defined, func-returns-value]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    client.models.list(task="chats")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.clusters.create()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def v1_api(client: Bytez) -> None:
    client.v1.load(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.v1.load("a/b", idle_timeout="300")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.v1.start("a/b", timeout=timedelta(1))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.v1.run("a/b", "c", stream=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.v1.run("a/b", "c").media.decode()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]


def names(client: Bytez, result: Result[object], failure: Failure[object]) -> object:
    model: TextGenerationModel = client.model("a/b", task="chat")  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    chat_model: ChatModel = client.model("a/b")  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    text: Result[str] = result  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    failed: Failure[str] = failure  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    return model, chat_model, text, failed


def bulk(task: str) -> None:
    RunBatch("a/b", task="text-generation", input="text", params={"temprature": 1})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    RunBatch("a/b", task="question-answering", input="text")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    RunBatch("a/b", task="question-answering", input={"question": "q"})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    RunBatch("a/b", task="token-classification", input="t", params={"stride": 8})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    RunBatch("a/b", task="text-generation")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    RunBatch("a/b", task=task, input="text")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    RunBatch("a/b", task="chat", input="m", api_key="key")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
    RunBatch("a/b", task="chat", input="m", temperature=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    RunBatch("a/b", task="chat", input="m")(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
