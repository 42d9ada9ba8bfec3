"""Dialects of the emulated API."""

import base64
from datetime import timedelta
from typing import Any, Final

import pytest
from httpx import Client

from bytezkit_emulator import Dialect, Emulator
from bytezkit_emulator.__main__ import main
from bytezkit_emulator._common.dialect import DIALECT_CHOICES
from tests.emulator import clients
from tests.emulator.clients import GPT2, GPT2_ID, IMAGE, LOAD, V1_RUN, open_client, output, v1_output

MODEL: Final = {"model": GPT2_ID}
MESSAGES: Final = [{"role": "user", "content": "Hi"}]


def connect(engine: Any = "synthetic", **dialect: Any) -> Client:
    return open_client(Emulator(engine=engine, dialect=Dialect(**dialect)))


def test_load_of_loaded_model_returns_409_or_started() -> None:
    emulator = Emulator(clock="manual", dialect=Dialect(already_loaded="started", starting_status="STARTING"))
    client = open_client(emulator)
    started = {**MODEL, "status": "started", "concurrency": 2}
    assert v1_output(client.post(LOAD, json={**MODEL, "concurrency": 2})) == started
    assert client.post(LOAD, json=MODEL).status_code == 429
    assert v1_output(client.post(clients.STATUS, json=MODEL))["status"] == "STARTING"
    emulator.clock.advance(timedelta(seconds=30))
    before = v1_output(client.post(clients.STATUS, json=MODEL))
    emulator.clock.advance(timedelta(seconds=1))
    assert v1_output(client.post(LOAD, json=MODEL)) == started
    assert v1_output(client.post(clients.STATUS, json=MODEL)) == before
    default = connect()
    v1_output(default.post(LOAD, json=MODEL))
    assert clients.v1_error(default.post(LOAD, json=MODEL), 409)


class TestMediaUrl:
    def test_emulator_url_can_be_fetched_and_vendor_url_cannot(self) -> None:
        client = connect(media_url="emulator")
        url = output(client.post(IMAGE, json={"text": "a"}))
        assert url.startswith("http://emulator/media/")
        assert client.get(url).content.startswith(b"\x89PNG")
        token, client = url.rpartition("/")[2], connect(media_url="vendor")
        url = output(client.post(IMAGE, json={"text": "a"}))
        assert url == f"https://cdn.bytez.com/model/output/{clients.IMAGE_ID}/{token}"
        assert client.get(f"/media/{token}").status_code == 404

    def test_data_url_has_the_content(self) -> None:
        client = connect(media_url="data")
        prefix, _, data = output(client.post(IMAGE, json={"text": "a"})).partition(",")
        assert prefix == "data:image/png;base64"
        streamed = client.post(IMAGE, json={"text": "a", "json": False})
        assert base64.b64decode(data, validate=True) == streamed.content

    @pytest.mark.parametrize("media_url", ["emulator", "vendor", "data"])
    def test_canned_url_is_unchanged(self, media_url: Any) -> None:
        url = output(connect("canned", media_url=media_url).post(IMAGE, json={"text": "a"}))
        assert url == f"https://cdn.bytez.com/model/output/{clients.IMAGE_ID}/1234567890.png"


@pytest.mark.parametrize("engine", ["canned", "synthetic"])
def test_chat_content_in_parts_except_in_streams_v1_and_other_tasks(engine: Any) -> None:
    body, model_id = {"messages": MESSAGES}, clients.CHAT_ID
    message = output(connect(engine).post(clients.CHAT, json=body))
    assert isinstance(message["content"], str)
    client = connect(engine, chat_content="parts")
    parts = [{"type": "text", "text": message["content"]}]
    assert output(client.post(clients.CHAT, json=body)) == {"role": "assistant", "content": parts}
    assert client.post(clients.CHAT, json={**body, "stream": True}).text == message["content"]
    assert isinstance(output(client.post(GPT2, json={"text": "a"})), str)
    v1_output(client.post(LOAD, json={"model": model_id}))
    v1 = v1_output(client.post(V1_RUN, json={"model": model_id, **body}))
    assert v1 == {"output": [{"generated_text": [*MESSAGES, message]}]}


def test_mirrored_chat_content_has_the_form_of_the_request() -> None:
    client = connect(chat_content="mirror")
    parts = [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    (part,) = output(client.post(clients.CHAT, json={"messages": [*MESSAGES, *parts]}))["content"]
    assert part["type"] == "text"
    for body in ({"messages": [*parts, *MESSAGES]}, {"text": "Hi"}):
        assert isinstance(output(client.post(clients.CHAT, json=body))["content"], str)


@pytest.mark.parametrize("chat_content", ["parts", "mirror"])
def test_tool_call_has_no_content_in_any_form(chat_content: Any) -> None:
    tool = {"type": "function", "function": {"name": "weather"}}
    body = {"messages": [{"role": "user", "content": []}], "tools": [tool]}
    response = connect(chat_content=chat_content).post("/models/v2/openai/gpt-4o", json=body)
    assert output(response)["content"] is None


@pytest.mark.parametrize(
    ("name", "words"),
    [("quickstart", ["booting instance", "running", "off"]), ("langchain", ["loading", "on", "off"])],
)
def test_cluster_statuses(name: Any, words: list[str]) -> None:
    emulator = Emulator(clock="manual", dialect=Dialect(cluster_status=name))
    client = open_client(emulator)
    client.put(GPT2)
    statuses = [output(client.get(GPT2))["status"]]
    emulator.clock.advance(timedelta(seconds=30))
    statuses.append(output(client.get(GPT2))["status"])
    assert [*statuses, output(client.patch(GPT2, json={"status": "off"}))["status"]] == words


@pytest.mark.parametrize("name", DIALECT_CHOICES)
def test_invalid_choice_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    default = getattr(Dialect(), name)
    invalid: Any = {name: "other"}
    with pytest.raises(ValueError, match=f"^{name} must be one of {default}, "):
        Dialect(**invalid)
    with pytest.raises(SystemExit):
        main([f"--{name.replace('_', '-')}=other"])
    assert f"invalid choice: 'other' (choose from '{default}'" in capsys.readouterr().err
