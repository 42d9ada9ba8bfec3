"""Who may call, and who sees what."""

from datetime import timedelta

import httpx
import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator._model.tenants import Tenants, fingerprints
from tests.emulator.clients import CLUSTERS, GPT2, TASKS, error, open_client, output


@pytest.mark.parametrize(
    "value",
    [
        "Key test-key",
        "key test-key",
        "KEY   test-key ",
        "test-key",
        " test-key",
        "Bearer test-key",
        "bEaReR test-key",
    ],
)
def test_every_form_of_authorization(emulator: Emulator, value: str) -> None:
    with open_client(emulator, None) as client:
        assert output(client.get(TASKS, headers={"authorization": value}))


def test_a_key_is_taken_to_the_letter() -> None:
    with open_client(Emulator(keys=["X-key-X"]), None) as client:
        for value in ("Key X-key-X", "X-key-X"):
            assert output(client.get(TASKS, headers={"authorization": value}))
        assert error(client.get(TASKS, headers={"authorization": "Key -key-"}), 401)


def test_two_keys_are_none(emulator: Emulator) -> None:
    with open_client(emulator, None) as client:
        headers = [("authorization", "Key test-key"), ("authorization", "Key test-key")]
        assert error(client.get(TASKS, headers=headers), 401)


def test_a_key_in_the_query_is_none(emulator: Emulator) -> None:
    with open_client(emulator, None) as client:
        assert error(client.get(f"{CLUSTERS}?key=test-key"), 401) == "Unauthorized"


def test_every_well_formed_key_has_its_own_world() -> None:
    emulator = Emulator()
    with open_client(emulator, "one") as one, open_client(emulator, "two") as two:
        assert one.put(GPT2).status_code == 202
        assert len(output(one.get(CLUSTERS))) == 1
        assert output(two.get(CLUSTERS)) == []
        assert error(two.get(GPT2), 404) == "Cluster does not exist"
        assert two.put(GPT2).status_code == 202
        assert output(two.delete(GPT2)) is None
        assert len(output(one.get(CLUSTERS))) == 1
    with open_client(emulator, "x" * 256) as client:
        assert output(client.get(CLUSTERS)) == []


def test_there_are_as_many_worlds_as_keys() -> None:
    emulator = Emulator()
    for number in range(1, 5):
        with open_client(emulator, f"key-{number}") as client:
            assert client.put(GPT2, json={"timeout": 60 + number}).status_code == 202
    for number in range(1, 5):
        with open_client(emulator, f"key-{number}") as client:
            assert [it["timeout"] for it in output(client.get(CLUSTERS))] == [60 + number]


@pytest.mark.parametrize("key", ["", "two words", "x" * 257, "café", "line\n"])
def test_malformed_keys_cannot_be_set(key: str) -> None:
    with pytest.raises(ValueError, match=r"^a key must be 1 to 256") as caught:
        Emulator(keys=[key])
    assert not key or key not in str(caught.value)


def test_one_string_is_not_a_list_of_keys() -> None:
    with pytest.raises(TypeError, match="not one string"):
        Emulator(keys="test-key")


def test_no_key_is_kept() -> None:
    tenants = Tenants(fingerprints(["test-key"]))
    tenants.find("Key test-key")
    assert "test-key" not in repr(vars(tenants))


def test_a_wrong_provider_key_is_not_repeated(client: httpx.Client) -> None:
    response = client.post(GPT2, json={"text": "a"}, headers={"provider-key": "my secret"})
    assert error(response, 400).startswith("header/provider-key: value does not match")
    assert "secret" not in response.text
    assert output(client.post(GPT2, json={"text": "a"}, headers={"provider-key": "secret"}))


class TestRequestingModels:
    PATH = "/models/v2/request/org/name"
    MODEL = "/models/v2/org/name"

    def test_a_model_that_was_asked_for_appears_after_its_job(self) -> None:
        emulator = Emulator(clock="manual")
        with open_client(emulator, "one") as one, open_client(emulator, "two") as two:
            for _ in range(2):
                assert output(one.post(self.PATH)) == "Job queued"
            emulator.clock.advance(timedelta(seconds=99))
            assert error(one.put(self.MODEL), 404)
            emulator.clock.advance(timedelta(seconds=1))
            assert one.put(self.MODEL).status_code == 202
            assert error(two.put(self.MODEL), 404)
            listed = output(one.get("/models/v2/list/models?modelId=org/name"))
            assert [model["task"] for model in listed] == ["text-generation"]
            assert output(one.post(self.PATH)) == "Job queued"

    def test_auto_time_does_not_wait_for_the_job(self, client: httpx.Client) -> None:
        assert output(client.post(self.PATH)) == "Job queued"
        assert output(client.post(self.MODEL, json={"text": "a"})).startswith("a ")

    def test_a_model_of_the_catalog_stays_as_it_is(self, client: httpx.Client) -> None:
        assert output(client.post("/models/v2/request/openai-community/gpt2")) == "Job queued"
        listed = output(client.get("/models/v2/list/models?modelId=openai-community/gpt2"))
        assert len(listed) == 1

    def test_it_needs_no_key_but_refuses_a_wrong_one(self, emulator: Emulator) -> None:
        with open_client(emulator, None) as client:
            assert output(client.post(self.PATH)) == "Job queued"
            wrong = {"authorization": "Key wrong"}
            assert error(client.post(self.PATH, headers=wrong), 401) == "Unauthorized"
        with open_client(emulator) as client:
            assert error(client.put(self.MODEL), 404)

    def test_a_body_is_ignored(self, client: httpx.Client) -> None:
        response = client.post(self.PATH, content=b"{", headers={"content-type": "text/csv"})
        assert output(response) == "Job queued"
