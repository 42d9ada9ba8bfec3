"""Clusters on a manual clock, beside the random histories of `tests/emulator/oracle`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from bytezkit_emulator import Emulator
from tests.emulator.clients import GPT2, error, open_client, output
from tests.emulator.session import Session

LONG: Final = {"text": "a", "params": {"max_new_tokens": 500}}


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(Emulator(clock="manual")) as session:
        yield session


HISTORIES: Final = YAML(typ="safe").load(Path(__file__).with_name("histories.yaml"))


@pytest.mark.parametrize("steps", HISTORIES.values(), ids=HISTORIES)
def test_state_after_each_step(session: Session, steps: list[Any]) -> None:
    for method, body, seconds, expected in steps:
        session.send(method, GPT2, body)
        session.advance(seconds)
        response = session.request("GET", GPT2)
        if expected is None:
            assert error(response, 404) == "Cluster does not exist"
        else:
            assert [output(response)["status"], output(response)["instances"]] == expected, body
    assert {*session.statuses} <= {200, 202}


def test_unread_stream_does_not_block_its_instance(session: Session) -> None:
    session.request("PUT", GPT2)
    session.advance(30)
    with (
        open_client(session.emulator) as client,
        client.stream("POST", GPT2, json={**LONG, "stream": True}) as response,
    ):
        session.send("POST", GPT2, {"text": "a"})
        session.advance(60)
        assert session.statuses == [200]
        assert len(response.read().split()) == 501
