"""Requests of both APIs: headers, keys, paths, bodies and messages."""

import base64
import json
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from bytezkit import errors
from bytezkit.messages import assistant, audio, image, system, user, video
from bytezkit.messages import text as text_part
from bytezkit.types import AssistantMessage, ChatMessage, Conversation
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, RUN_PATH, Reply, cluster, output, reply, text
from tests.overlay.scripted_service import KEY, PROVIDER_KEY, resolve

pytestmark = pytest.mark.anyio

HELLO = {"role": "user", "content": "grüße\u2028"}
MEMBERS = {"text": "a", "input": None, "new": [1], "json": True, "stream": False}
FULL_CAPACITY = {"min": 0, "desired": 1, "max": 3}
CLUSTER, DONE, EMPTY, NUMBER = output(cluster()), output("Done"), reply(200, {"output": []}), output(1)
MESSAGE = output({"role": "assistant", "content": "a"})
V1_EMPTY, V1_MODEL, STOPPED = reply(200, []), {"model": MODEL}, reply(200, {"status": "STOPPED"})
QUEUED = reply(200, {"success": True, "modified": "2024-06-07T22:28:40.122Z"})


def model(client: Any, task: str | None = None) -> Any:
    return client.model(MODEL, task=task)


# Operation, reply, expected method, path and body.
OPERATIONS: list[tuple[Any, Reply, str, str, object]] = [
    (
        lambda c: c.models.list_raw(task="text/speech&", model_id="a/b"),
        *(EMPTY, "GET", "/models/v2/list/models?task=text%2Fspeech%26&modelId=a%2Fb", None),
    ),
    (lambda c: model(c).request(), DONE, "POST", f"/models/v2/request/{MODEL}", None),
    (lambda c: model(c).cluster.create(), DONE, "PUT", RUN_PATH, {}),
    (
        lambda c: model(c).cluster.create(
            **FULL_CAPACITY, idle_timeout=timedelta(days=1), config={"device": "cpu"}
        ),
        *(DONE, "PUT", RUN_PATH),
        {"capacity": FULL_CAPACITY, "timeout": 1440, "config": {"device": "cpu"}},
    ),
    (lambda c: model(c).cluster.get(), CLUSTER, "GET", RUN_PATH, None),
    (lambda c: model(c).cluster.update(), CLUSTER, "PATCH", RUN_PATH, {}),
    (
        lambda c: model(c).cluster.update(max=2, idle_timeout=timedelta(minutes=1), on=True),
        *(CLUSTER, "PATCH", RUN_PATH, {"capacity": {"max": 2}, "timeout": 1, "status": "on"}),
    ),
    (lambda c: model(c).cluster.update(on=False), CLUSTER, "PATCH", RUN_PATH, {"status": "off"}),
    (lambda c: model(c).cluster.delete(), reply(200, {"error": None}), "DELETE", RUN_PATH, None),
    (lambda c: c.v1.list_models("a&b"), V1_EMPTY, "GET", "/model/list?task=a%26b", None),
    (lambda c: c.v1.request(MODEL), QUEUED, "POST", "/model/job", V1_MODEL),
    (
        lambda c: c.v1.start(MODEL, concurrency=1000, idle_timeout=timedelta(days=1)),
        *(STOPPED, "POST", "/model/load"),
        {**V1_MODEL, "concurrency": 1000, "expirationPeriodSeconds": 86400},
    ),
    (lambda c: c.v1.instances(), V1_EMPTY, "GET", "/model/instances", None),
    (lambda c: c.v1.shut_down(MODEL), STOPPED, "POST", "/model/delete", V1_MODEL),
    (lambda c: c.v1.run(MODEL, "grüße"), NUMBER, "POST", "/model/run", {**V1_MODEL, "input": "grüße"}),
    (lambda c: c.v1.run(MODEL, None), NUMBER, "POST", "/model/run", V1_MODEL),
    (
        lambda c: c.v1.run(MODEL, {"question": "a"}, params={"b": 1}),
        *(NUMBER, "POST", "/model/run", {**V1_MODEL, "question": "a", "params": {"b": 1}}),
    ),
    (
        lambda c: c.v1.stream(MODEL, {"prompt": "a"}, params={"b": 1}).read(),
        *(text(b"a"), "POST", "/model/run"),
        {**V1_MODEL, "prompt": "a", "params": {"b": 1}, "stream": True},
    ),
]

# Task, method, input, options, reply and expected body.
RUNS: list[tuple[str | None, str, Any, dict[str, Any], Reply, object]] = [
    ("text-generation", "run", "grüße\u2028", {}, output("a"), {"text": "grüße\u2028"}),
    ("text-generation", "run", "", {"params": {}, "extra_params": {}}, output("a"), {"text": ""}),
    (
        *("text-generation", "run", "a"),
        {"params": {"max_new_tokens": 3}, "extra_params": {"seed": 1}, "auto_scale": True},
        output("a"),
        {"text": "a", "params": {"max_new_tokens": 3, "seed": 1}, "autoScale": True},
    ),
    (
        *("text-generation", "stream", "a", {"params": {"top_k": 1}, "auto_scale": False}, text(b"b")),
        {"text": "a", "params": {"top_k": 1}, "stream": True, "autoScale": False},
    ),
    (
        *("chat", "run", [HELLO], {"extra_params": {"tools": [{"a": None}]}}, MESSAGE),
        {"messages": [HELLO], "params": {"tools": [{"a": None}]}},
    ),
    ("chat", "stream", (HELLO,), {}, text(b"a"), {"messages": [HELLO], "stream": True}),
    (None, "run", MEMBERS, {}, NUMBER, MEMBERS),
    (None, "run", "a", {"params": {"b": 1}}, NUMBER, {"input": "a", "params": {"b": 1}}),
    (None, "run", [HELLO, "b"], {"auto_scale": True}, NUMBER, {"input": [HELLO, "b"], "autoScale": True}),
    (None, "stream", "a", {}, text(b"b"), {"input": "a", "stream": True}),
]


@pytest.mark.parametrize(("action", "answer", "method", "path", "body"), OPERATIONS)
async def test_operation_sends_documented_request(
    make_client: MakeClient, action: Any, answer: Reply, *, method: str, path: str, body: object
) -> None:
    it = make_client(answer, provider_key=PROVIDER_KEY)
    await it.do(action)
    request = it.request()
    assert (request.method, request.url.raw_path.decode()) == (method, path)
    assert json.loads(request.content or "null") == body
    assert request.headers["authorization"] == f"Key {KEY}"
    assert "provider-key" not in request.headers
    assert request.headers.get("content-type") == (None if body is None else "application/json")


@pytest.mark.parametrize(("task", "method", "given", "options", "answer", "body"), RUNS)
async def test_run_sends_only_given_members(
    make_client: MakeClient,
    task: str | None,
    method: str,
    *,
    given: Any,
    options: dict[str, Any],
    answer: Reply,
    body: object,
) -> None:
    it = make_client(answer, provider_key=PROVIDER_KEY)
    if method == "run":
        await it.do(lambda client: model(client, task).run(given, **options))
    else:
        await it.do(lambda client: model(client, task).stream(given, **options).read())
    request = it.request()
    assert (request.method, request.url.raw_path.decode()) == ("POST", RUN_PATH)
    assert json.loads(request.content) == body
    assert request.headers["provider-key"] == PROVIDER_KEY


async def test_stream_keeps_messages_of_its_call(make_client: MakeClient) -> None:
    it = make_client(text(b"a"))
    messages: list[object] = [HELLO]
    stream = model(it.client, "chat").stream(messages)
    messages.append(HELLO)
    await resolve(stream.read())
    assert json.loads(it.request().content)["messages"] == [HELLO]


@pytest.mark.parametrize("provider_key", [PROVIDER_KEY, None])
async def test_keys_are_only_in_their_headers(make_client: MakeClient, provider_key: str | None) -> None:
    it = make_client(output("a"), provider_key=provider_key, base_url="https://api.example/gateway/")
    await it.run("a")
    request = it.request()
    headers = dict(request.headers)
    assert str(request.url) == f"https://api.example/gateway{RUN_PATH}"
    assert headers.pop("authorization") == f"Key {KEY}"
    assert headers.pop("provider-key", None) == provider_key
    assert headers["user-agent"] == f"bytezkit/{version('bytezkit')}"
    rest = f"{request.url}{request.content.decode()}{headers}"
    assert KEY not in rest
    assert PROVIDER_KEY not in rest


@pytest.mark.parametrize("status", [301, 307])
async def test_redirect_is_not_followed_by_given_http_client(make_client: MakeClient, status: int) -> None:
    it = make_client(reply(status, b"moved", location="https://elsewhere.example/"))
    it.http_client.auth = ("user", "word")
    it.http_client.headers["authorization"] = "Basic abc"
    it.http_client.follow_redirects = True
    with pytest.raises(errors.StatusError, match="moved") as caught:
        await it.run("a")
    assert caught.value.status == status
    assert it.request().headers["authorization"] == f"Key {KEY}"


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 8
PNG_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (user("Hi"), {"role": "user", "content": "Hi"}),
        (user("Hi", name="Ann"), {"role": "user", "content": "Hi", "name": "Ann"}),
        (system("Be brief."), {"role": "system", "content": "Be brief."}),
        (assistant("Yes."), {"role": "assistant", "content": "Yes."}),
        (user(text_part("Hi")), {"role": "user", "content": [{"type": "text", "text": "Hi"}]}),
        (
            user("What is this?", image("https://a.example/cat.png"), audio(b"x", mime="audio/wav")),
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image", "url": "https://a.example/cat.png"},
                    {"type": "audio", "base64": "data:audio/wav;base64,eA=="},
                ],
            },
        ),
        (
            user(image(PNG), video(b"x", mime="video/mp4")),
            {
                "role": "user",
                "content": [
                    {"type": "image", "base64": PNG_URL},
                    {"type": "video", "base64": "data:video/mp4;base64,eA=="},
                ],
            },
        ),
    ],
)
def test_constructors_return_messages_of_the_contract(message: ChatMessage, expected: object) -> None:
    assert message == expected


def test_message_without_content_raises_value_error() -> None:
    with pytest.raises(ValueError, match="a message needs content"):
        user()


def test_image_reads_a_local_file(tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(PNG)
    assert image(path) == {"type": "image", "base64": PNG_URL}


@pytest.mark.parametrize("conversation", ["Hello", (user("Hello"),), [{"role": "user", "content": "Hello"}]])
async def test_conversation_is_sent_as_messages(make_client: MakeClient, conversation: Conversation) -> None:
    answer = AssistantMessage(role="assistant", content="Hi")
    scripted = make_client(*[output({"role": "assistant", "content": "Hi"})] * 2)
    model = scripted.client.model(MODEL, task="chat")
    sent = [{"role": "user", "content": "Hello"}]
    await resolve(model.run(conversation))
    if not isinstance(conversation, str):
        await resolve(model.run([*conversation, answer]))
        sent = [*sent, {"role": "assistant", "content": "Hi"}]
    assert json.loads(scripted.script.requests[-1].content)["messages"] == sent


async def test_answer_with_tool_calls_is_sent_as_received(make_client: MakeClient) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    calling = {"role": "assistant", "content": None, "tool_calls": [call]}
    scripted = make_client(output(calling), output({"role": "assistant", "content": "4 degrees"}))
    model = scripted.client.model(MODEL, task="chat")
    answer = (await resolve(model.run("Weather?"))).output
    result: ChatMessage = {"role": "tool", "content": "4", "tool_call_id": answer.tool_calls[0].id}
    await resolve(model.run([user("Weather?"), answer, result]))
    sent = json.loads(scripted.script.requests[-1].content)["messages"]
    assert sent == [user("Weather?"), calling, result]
