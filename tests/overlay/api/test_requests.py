"""Keys and other headers of requests, and messages of conversations."""

import base64
import json
from importlib.metadata import version
from pathlib import Path

import pytest

from bytezkit import errors
from bytezkit.messages import assistant, audio, image, system, user, video
from bytezkit.messages import text as text_part
from bytezkit.types import AssistantMessage, ChatMessage
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, RUN_PATH, output, reply, text
from tests.overlay.scripted_service import KEY, PROVIDER_KEY, resolve

pytestmark = pytest.mark.anyio


async def test_stream_keeps_messages_of_its_call(make_client: MakeClient) -> None:
    it = make_client(text(b"a"))
    messages = [user("Hello")]
    stream = it.client.model(MODEL, task="chat").stream(messages)
    messages.append(user("Bye"))
    await resolve(stream.read())
    assert json.loads(it.request().content)["messages"] == [user("Hello")]


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


def test_constructors_return_messages_of_the_contract(tmp_path: Path) -> None:
    assert user("Hi") == {"role": "user", "content": "Hi"}
    assert user("Hi", name="Ann") == {"role": "user", "content": "Hi", "name": "Ann"}
    assert system("Be brief.") == {"role": "system", "content": "Be brief."}
    assert assistant("Yes.") == {"role": "assistant", "content": "Yes."}
    with pytest.raises(ValueError, match=r"^a message needs content$"):
        user()
    (tmp_path / "cat.png").write_bytes(PNG)
    images = [image("https://a.example/cat.png"), image(PNG), image(tmp_path / "cat.png")]
    media = [*images, audio(b"x", mime="audio/wav"), video(b"x", mime="video/mp4")]
    assert user("What is this?", *media, text_part("Hi"))["content"] == [
        {"type": "text", "text": "What is this?"},
        {"type": "image", "url": "https://a.example/cat.png"},
        {"type": "image", "base64": PNG_URL},
        {"type": "image", "base64": PNG_URL},
        {"type": "audio", "base64": "data:audio/wav;base64,eA=="},
        {"type": "video", "base64": "data:video/mp4;base64,eA=="},
        {"type": "text", "text": "Hi"},
    ]
    assert user(text_part("Hi"))["content"] == [{"type": "text", "text": "Hi"}]


async def test_answer_with_tool_calls_is_sent_as_received(make_client: MakeClient) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    calling = {"role": "assistant", "content": None, "tool_calls": [call]}
    scripted = make_client(output(calling), output({"role": "assistant", "content": "4 degrees"}))
    model = scripted.client.model(MODEL, task="chat")
    answer = (await resolve(model.run("Weather?"))).output
    result: ChatMessage = {"role": "tool", "content": "4", "tool_call_id": answer.tool_calls[0].id}
    question = (user("Hello"), AssistantMessage(role="assistant", content="Hi"), user("Weather?"))
    await resolve(model.run((*question, answer, result)))
    sent = json.loads(scripted.script.requests[-1].content)["messages"]
    assert sent == [user("Hello"), {"role": "assistant", "content": "Hi"}, user("Weather?"), calling, result]
