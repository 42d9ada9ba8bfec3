"""Tests every row of the tables against the contract and the emulator."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.contract_check import DOCUMENT, check, operation_of, resolved
from tests.wire.row import KEY, MAGIC, Row, read_rows

TABLES: Final = ("seed_000", "seed_001", "seed_004", "clients_v1", "clients_v2", "openai")
ROWS: Final = [row for name in TABLES for row in read_rows(name)]
ONE_TOKEN: Final = [row for row in ROWS if "min_new_tokens" in (row.body or "")]


_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def operation(row: Row) -> Mapping[str, Any]:
    found = operation_of(*row.request.split(" "))
    assert found is not None
    return found


def differences(response: Any, row: Row) -> list[str]:
    """List the differences between a response and its documented form.

    The response contains every member of the form, with the same JSON type, and may contain more. Null and
    timestamps match only their kind. Items of a list match the item of the form with the same `name`, or else
    its first item.
    """
    match row.response:
        case {"json": sample}:
            constant = row.response.get("constant", ())
        case {"output": output}:
            sample, constant = {"error": None, "output": output}, row.response.get("constant", ())
        case {"error": text}:
            rest = {} if "/model/" in row.request else {"output": None}
            sample, constant = {"error": text, **rest}, ("error",)
    return list(_differences(response, sample, constant, ""))


def _differences(value: Any, sample: Any, constant: tuple[str, ...], where: str) -> Iterator[str]:
    if _kind(value) != _kind(sample):
        yield f"{where}: {value!r} is not {_kind(sample)}"
    elif isinstance(sample, dict):
        for name, expected in sample.items():
            if name not in value:
                yield f"{where}/{name}: is missing"
            elif name in constant and value[name] != expected:
                yield f"{where}/{name}: {value[name]!r} is not {expected!r}"
            else:
                yield from _differences(value[name], expected, constant, f"{where}/{name}")
    elif isinstance(sample, list) and sample:
        for item, expected in _pairs(value, sample):
            yield from _differences(item, expected, constant, f"{where}/-")


def _pairs(value: list[Any], sample: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Pair each named item of the sample with its namesake; in other lists, all items with the first."""
    if not (isinstance(sample[0], dict) and "name" in sample[0]):
        yield from ((item, sample[0]) for item in value or [None])
        return
    for expected in sample:
        yield next((item for item in value if item["name"] == expected["name"]), None), expected


def _kind(value: Any) -> str:
    if isinstance(value, str) and _TIMESTAMP.fullmatch(value):
        return "timestamp"
    return {int: "number", float: "number"}.get(type(value), type(value).__name__)


every_row = pytest.mark.parametrize("row", ROWS, ids=[row.label for row in ROWS])


def send(row: Row) -> httpx.Response:
    """Send a request to a new emulator in the state of its row."""
    # The clock must advance by itself only during a run.
    declared = operation(row)
    is_run = declared["operationId"].startswith("runModel") or declared["tags"] == ["openai"]
    emulator = Emulator(keys=[KEY], clock="auto" if is_run else "manual", credits=row.credits)
    with httpx.Client(transport=emulator.transport, base_url="http://emulator") as client:
        for step in row.state:
            if isinstance(step, timedelta):
                emulator.clock.advance(step)
            else:
                method, target = step[0].split(" ")
                headers = {"authorization": f"Key {KEY}"}
                client.request(method, target, json=step[1], headers=headers).raise_for_status()
        method, target = row.request.split(" ")
        request = client.build_request(method, target, headers=row.headers, content=row.body)
        assert request.url.raw_path.decode() == target
        return client.send(request)


@every_row
def test_emulator_sends_the_documented_response(row: Row) -> None:
    response = send(row)
    check(response)
    content_type = response.headers["content-type"]
    assert response.status_code == row.response.get("status", 200), response.text
    match row.response:
        case {"text": prefix}:
            assert content_type == f"{row.response.get('media_type', 'text/plain')}; charset=utf-8"
            assert response.text.startswith(prefix)
            assert len(response.text) > len(prefix)
        case {"media": media_type}:
            assert content_type == media_type
            assert response.content.startswith(*MAGIC[media_type])
        case _:
            body = response.json()
            assert not differences(body, row)
            if "/model/" in row.request and response.is_success:
                # Clients of the v1 API take any `error` for a failure, also null.
                assert "error" not in body


@pytest.mark.parametrize("row", ONE_TOKEN, ids=[row.label for row in ONE_TOKEN])
def test_one_new_token_adds_one_word_as_split_by_vendor_tests(row: Row) -> None:
    """The tests of the vendor's clients split at blanks, and send a prompt that ends with a blank."""
    generated = send(row).json()["output"]
    text = generated if isinstance(generated, str) else generated[0]["generated_text"]
    assert len(text.split(" ")) == 4, text


def test_rows_are_distinct() -> None:
    assert len({row.label for row in ROWS}) == len(ROWS) >= 60
    assert len({repr(replace(row, call="")) for row in ROWS}) == len(ROWS)


def test_rows_reach_every_operation() -> None:
    operations = {
        operation["operationId"]
        for item in DOCUMENT["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    }
    assert {operation(row)["operationId"] for row in ROWS} == operations


@every_row
def test_contract_describes_query_and_body_of_the_request(row: Row) -> None:
    """The emulator ignores undescribed queries and bodies, and validates all other parts of requests."""
    declared = operation(row)
    query = httpx.URL(f"http://emulator{row.request.split(' ')[1]}").params
    parameters = {
        resolved(it)["name"]
        for item in DOCUMENT["paths"].values()
        if declared in item.values()
        for it in (*item.get("parameters", ()), *declared.get("parameters", ()))
    }
    assert set(query) <= parameters
    assert not row.body or "requestBody" in declared or "body is ignored" in declared["description"]
