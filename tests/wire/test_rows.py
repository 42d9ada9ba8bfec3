"""Tests every row of the tables against the contract and the emulator."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.contract_check import check
from tests.wire import clients_v1, clients_v2, seed_000, seed_001, seed_004
from tests.wire.comparison import differences
from tests.wire.contract import OPERATIONS, objections, operation_id
from tests.wire.row import KEY, Json, Media, Row, State, Text

ROWS: Final = (*seed_000.ROWS, *seed_001.ROWS, *seed_004.ROWS, *clients_v1.ROWS, *clients_v2.ROWS)
ONE_TOKEN: Final = [row for row in ROWS if "min_new_tokens" in (row.body or "")]
HOST: Final = "http://emulator"

every_row = pytest.mark.parametrize("row", ROWS, ids=[row.label for row in ROWS])


def make_emulator(row: Row) -> Emulator:
    # A run takes time, which has to pass by itself; everything else is seen at one moment.
    is_run = operation_id(row.method, row.target).startswith("runModel")
    return Emulator(keys=[KEY], clock="auto" if is_run else "manual", credits=row.state.credits)


def enter_state(state: State, emulator: Emulator, client: httpx.Client) -> None:
    for step in state.steps:
        if isinstance(step, timedelta):
            emulator.clock.advance(step)
        else:
            headers = {"authorization": f"Key {KEY}"}
            client.request(step.method, step.path, json=step.body, headers=headers).raise_for_status()


@pytest.fixture
def response(row: Row) -> Iterator[httpx.Response]:
    emulator = make_emulator(row)
    request = httpx.Request(row.method, f"{HOST}{row.target}", headers=row.headers, content=row.body)
    assert request.url.raw_path.decode() == row.target
    with httpx.Client(transport=emulator.transport, base_url=HOST) as client:
        enter_state(row.state, emulator, client)
        yield client.send(request)


@every_row
def test_contract_admits_the_request(row: Row) -> None:
    violations = objections(row.method, row.target, row.headers, row.body, row.query_read_as)
    assert bool(violations) == row.is_refused, violations
    if row.query_read_as is not None:
        assert objections(row.method, row.target, row.headers, row.body)


@every_row
def test_answer_is_the_documented_answer(row: Row, response: httpx.Response) -> None:
    check(response)
    match row.answer:
        case Json():
            assert response.status_code == row.answer.status, response.text
            answer = response.json()
            assert not differences(answer, row.answer)
            if row.target.startswith("/model/") and response.is_success:
                # Clients of that time take any `error` for a failure, also a null.
                assert "error" not in answer
        case Text(begin):
            assert response.status_code == 200, response.text
            assert response.headers["content-type"] == "text/plain; charset=utf-8"
            assert response.text.startswith(begin)
            assert len(response.text) > len(begin)
        case Media(media_type, magic, offset):
            assert response.status_code == 200, response.text
            assert response.headers["content-type"] == media_type
            assert response.content.startswith(magic, offset)


@pytest.mark.parametrize("row", ONE_TOKEN, ids=[row.label for row in ONE_TOKEN])
def test_one_new_token_is_one_more_word(response: httpx.Response) -> None:
    """As the tests of the vendor's clients count words, which send a blank after the third one."""
    made = response.json()["output"]
    text = made if isinstance(made, str) else made[0]["generated_text"]
    assert len(text.split(" ")) == 4, text


def test_rows_are_distinct() -> None:
    assert len({row.label for row in ROWS}) == len(ROWS) >= 60
    assert len({repr(replace(row, asks="")) for row in ROWS}) == len(ROWS)


def test_rows_reach_every_operation() -> None:
    assert {operation_id(row.method, row.target) for row in ROWS} == OPERATIONS
