"""The code samples of the published documents against the emulator."""

import json
import shlex
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator
from bytezkit_openapi import read_json, read_sdk_json
from tests.end_to_end.conftest import KEY
from tests.end_to_end.test_generated_operations import HEADERS, PREPARATIONS, URL

OPERATIONS: Final = [
    operation
    for read in (read_json, read_sdk_json)
    for item in json.loads(read())["paths"].values()
    for operation in item.values()
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda it: it["operationId"])
def test_samples_send_the_same_successful_request(
    operation: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent: list[httpx.Request] = []
    transport = Emulator(keys=[KEY]).transport
    client = httpx.Client(transport=transport, event_hooks={"request": [sent.append]})
    if preparation := PREPARATIONS.get(operation["operationId"]):
        method, path, body = preparation
        client.request(method, f"{URL}{path}", json=body, headers=HEADERS)
    monkeypatch.setattr(httpx, "request", client.request)
    monkeypatch.setattr(httpx, "stream", client.stream)
    monkeypatch.setenv("BYTEZ_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    curl, python, typescript = [it["source"] for it in operation["x-codeSamples"]]

    exec(compile(python, "sample", "exec"), {})  # it raises an error unless the response is 2xx

    _, _, method, url, *options = shlex.split(curl)
    data = options[options.index("--data") + 1] if "--data" in options else "null"
    request = sent[-1]
    assert (method, url) == (request.method, str(request.url))
    assert json.loads(data) == json.loads(request.content or "null")
    assert f'fetch("{url}", {{\n  method: "{method}"' in typescript
    assert [it.stat().st_size > 0 for it in tmp_path.iterdir()] in ([], [True])
