"""Answers that differ from client to client."""

import base64
from datetime import timedelta
from typing import Any, Final

import pytest

from bytezkit_emulator import Dialect, Emulator
from bytezkit_emulator.__main__ import main
from bytezkit_emulator._common.dialect import DIALECT_CHOICES
from tests.emulator.clients import (
    CHAT,
    CLUSTERS,
    GPT2,
    GPT2_ID,
    INSTANCES,
    LOAD,
    STATUS,
    V1_RUN,
    open_client,
    output,
    v1_error,
    v1_output,
)

NAMED: Final = {"model": GPT2_ID}
PICTURE_ID: Final = "dreamlike-art/dreamlike-photoreal-2.0"
PICTURE: Final = f"/models/v2/{PICTURE_ID}"
CHAT_ID: Final = "Qwen/Qwen3-4B"
MESSAGES: Final = [{"role": "user", "content": "Hi"}]


@pytest.mark.parametrize("name", DIALECT_CHOICES)
def test_a_word_that_is_no_choice(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be one of {getattr(Dialect(), name)}, "):
        Dialect(**{name: "other"})  # type: ignore[arg-type]


def test_a_model_that_is_loaded_can_be_started_again() -> None:
    emulator = Emulator(clock="manual", dialect=Dialect(already_loaded="started"))
    started = {**NAMED, "status": "started", "concurrency": 2}
    with open_client(emulator) as client:
        assert v1_output(client.post(LOAD, json={**NAMED, "concurrency": 2})) == started
        assert client.post(LOAD, json=NAMED).status_code == 429
        emulator.clock.advance(timedelta(seconds=30))
        before = v1_output(client.post(STATUS, json=NAMED))
        emulator.clock.advance(timedelta(seconds=1))
        assert v1_output(client.post(LOAD, json=NAMED)) == started
        assert v1_output(client.post(STATUS, json=NAMED)) == before
    with open_client(Emulator()) as client:
        v1_output(client.post(LOAD, json=NAMED))
        assert v1_error(client.post(LOAD, json=NAMED), 409)


@pytest.mark.parametrize("status", ["DEPLOYING", "STARTING", "INSTANTIATING"])
def test_the_status_of_what_starts(status: Any) -> None:
    emulator = Emulator(clock="manual", dialect=Dialect(starting_status=status))
    with open_client(emulator) as client:
        v1_output(client.post(LOAD, json=NAMED))
        assert v1_output(client.post(STATUS, json=NAMED))["status"] == status
        assert [item["status"] for item in v1_output(client.get(INSTANCES))] == [status]
        emulator.clock.advance(timedelta(seconds=30))
        assert v1_output(client.post(STATUS, json=NAMED))["status"] == "RUNNING"


@pytest.mark.parametrize(
    ("words", "expected"),
    [("quickstart", ["booting instance", "running", "off"]), ("langchain", ["loading", "on", "off"])],
)
def test_the_status_of_a_cluster(words: Any, expected: list[str]) -> None:
    emulator = Emulator(clock="manual", dialect=Dialect(cluster_status=words))
    with open_client(emulator) as client:
        assert client.put(GPT2).status_code == 202
        found = [output(client.get(GPT2))["status"]]
        emulator.clock.advance(timedelta(seconds=30))
        found.append(output(client.get(CLUSTERS))[0]["status"])
        found.append(output(client.patch(GPT2, json={"status": "off"}))["status"])
    assert found == expected


class TestMedia:
    def test_the_emulators_own(self) -> None:
        with open_client(Emulator(dialect=Dialect(media_url="emulator"))) as client:
            url = output(client.post(PICTURE, json={"text": "a"}))
            assert url.startswith("http://emulator/media/")
            assert client.get(url).content.startswith(b"\x89PNG")

    def test_the_vendors(self) -> None:
        with open_client(Emulator()) as client:
            token = output(client.post(PICTURE, json={"text": "a"})).rpartition("/")[2]
        with open_client(Emulator(dialect=Dialect(media_url="vendor"))) as client:
            url = output(client.post(PICTURE, json={"text": "a"}))
            assert url == f"https://cdn.bytez.com/model/output/{PICTURE_ID}/{token}"
            assert client.get(f"/media/{token}").status_code == 404

    def test_data(self) -> None:
        with open_client(Emulator(dialect=Dialect(media_url="data"))) as client:
            prefix, _, data = output(client.post(PICTURE, json={"text": "a"})).partition(",")
            assert prefix == "data:image/png;base64"
            streamed = client.post(PICTURE, json={"text": "a", "json": False})
            assert base64.b64decode(data, validate=True) == streamed.content

    @pytest.mark.parametrize("media_url", ["emulator", "vendor", "data"])
    def test_what_is_canned_stays_as_it_is(self, media_url: Any) -> None:
        with open_client(Emulator(engine="canned", dialect=Dialect(media_url=media_url))) as client:
            url = output(client.post(PICTURE, json={"text": "a"}))
            assert url == f"https://cdn.bytez.com/model/output/{PICTURE_ID}/1234567890.png"

    def test_the_v1_api_answers_with_files(self) -> None:
        with open_client(Emulator(dialect=Dialect(media_url="vendor"))) as client:
            v1_output(client.post(LOAD, json={"model": PICTURE_ID}))
            answer = client.post(V1_RUN, json={"model": PICTURE_ID, "input": "a"})
            assert list(v1_output(answer)) == ["output_png"]


class TestChat:
    @pytest.mark.parametrize("engine", ["canned", "synthetic"])
    def test_content_in_parts(self, engine: Any) -> None:
        plain, parts = Emulator(engine=engine), Emulator(engine=engine, dialect=Dialect(chat_content="parts"))
        body = {"messages": MESSAGES}
        with open_client(plain) as client:
            message = output(client.post(CHAT, json=body))
            assert isinstance(message["content"], str)
        with open_client(parts) as client:
            assert output(client.post(CHAT, json=body)) == {
                "role": "assistant",
                "content": [{"type": "text", "text": message["content"]}],
            }
            assert client.post(CHAT, json={**body, "stream": True}).text == message["content"]
            v1_output(client.post(LOAD, json={"model": CHAT_ID}))
            v1 = v1_output(client.post(V1_RUN, json={"model": CHAT_ID, **body}))
            assert v1 == {"output": [{"generated_text": [*MESSAGES, message]}]}

    def test_other_answers_stay_as_they_are(self) -> None:
        with open_client(Emulator(dialect=Dialect(chat_content="parts"))) as client:
            assert isinstance(output(client.post(GPT2, json={"text": "a"})), str)


class TestCommandLine:
    @pytest.fixture
    def given(self, monkeypatch: pytest.MonkeyPatch) -> list[Dialect]:
        """The dialects that emulators were asked for; none is made."""
        given: list[Dialect] = []

        def refuse(*, dialect: Dialect, **_: object) -> None:
            given.append(dialect)
            raise ValueError("this is enough")

        monkeypatch.setattr("bytezkit_emulator._emulator.Emulator", refuse)
        return given

    @pytest.mark.parametrize(
        ("options", "dialect"),
        [
            ([], Dialect()),
            (["--already-loaded=started"], Dialect(already_loaded="started")),
            (["--starting-status=STARTING"], Dialect(starting_status="STARTING")),
            (["--cluster-status=langchain"], Dialect(cluster_status="langchain")),
            (["--media-url=data"], Dialect(media_url="data")),
            (["--chat-content=parts"], Dialect(chat_content="parts")),
        ],
    )
    def test_every_field_has_an_option(
        self, given: list[Dialect], options: list[str], dialect: Dialect
    ) -> None:
        with pytest.raises(SystemExit, match="this is enough"):
            main(options)
        assert given == [dialect]

    @pytest.mark.parametrize("name", DIALECT_CHOICES)
    def test_a_wrong_word_is_explained(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            main([f"--{name.replace('_', '-')}=other"])
        assert f"invalid choice: 'other' (choose from '{getattr(Dialect(), name)}'" in capsys.readouterr().err
