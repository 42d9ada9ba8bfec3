"""Constructors of messages, and conversations that are built from them."""

import base64
import json
from pathlib import Path

import pytest

from bytezkit.messages import assistant, audio, image, system, text, user, video
from bytezkit.types import AssistantMessage, ChatMessage, Conversation
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, output, resolve

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 8
PNG_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (user("Hi"), {"role": "user", "content": "Hi"}),
        (user("Hi", name="Ann"), {"role": "user", "content": "Hi", "name": "Ann"}),
        (system("Be brief."), {"role": "system", "content": "Be brief."}),
        (assistant("Yes."), {"role": "assistant", "content": "Yes."}),
        (user(text("Hi")), {"role": "user", "content": [{"type": "text", "text": "Hi"}]}),
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
