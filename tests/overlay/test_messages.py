"""Constructors of messages, and conversations that are built from them."""

import base64
import json
from pathlib import Path

import pytest

from bytezkit.messages import assistant, audio, image, system, text, user, video
from bytezkit.types import AssistantMessage, ChatMessage, Conversation
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, output

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
            user("What is this?", image("https://example.com/cat.png"), image(PNG)),
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image", "url": "https://example.com/cat.png"},
                    {"type": "image", "base64": PNG_URL},
                ],
            },
        ),
        (
            user(audio(b"x", mime="audio/wav"), video(b"x", mime="video/mp4")),
            {
                "role": "user",
                "content": [
                    {"type": "audio", "base64": "data:audio/wav;base64,eA=="},
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


@pytest.mark.parametrize(
    ("conversation", "sent"),
    [
        ("Hello", [{"role": "user", "content": "Hello"}]),
        (
            [
                user("Hi"),
                AssistantMessage(role="assistant", content="Hello"),
                {"role": "user", "content": "?"},
            ],
            [
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Hello"},
                {"role": "user", "content": "?"},
            ],
        ),
        ((user("Hi"),), [{"role": "user", "content": "Hi"}]),
    ],
)
async def test_conversation_is_sent_as_messages(
    make_client: MakeClient, conversation: Conversation, sent: object
) -> None:
    scripted = make_client(output({"role": "assistant", "content": "x"}))
    await scripted.do(lambda client: client.model(MODEL, task="chat").run(conversation))
    assert json.loads(scripted.request().content)["messages"] == sent
