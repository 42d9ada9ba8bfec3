"""Every operation of the low-level client, and the code samples of the documents, against the emulator."""

import asyncio
import json
import logging
import shlex
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Final

import httpx
import pytest

from bytezkit_client import AuthenticatedClient, api, models
from bytezkit_emulator import Emulator
from bytezkit_openapi import read_json, read_sdk_json
from tests.end_to_end.conftest import KEY


def operations_of(document: Any) -> list[Any]:
    return [operation for item in document["paths"].values() for operation in item.values()]


DOCUMENT: Final[Any] = json.loads(read_sdk_json())
WIRE_DOCUMENT: Final[Any] = json.loads(read_json())
OPERATIONS: Final = operations_of(DOCUMENT)
URL: Final = "http://localhost"
HEADERS: Final = {"Authorization": f"Key {KEY}"}
# Requests that create what other operations need.
PREPARATIONS: Final[Mapping[str, tuple[str, str, object]]] = {
    "createClusterV2": ("PUT", "/models/v2/openai-community/gpt2", {}),
    "loadModelV1": ("POST", "/model/load", {"model": "openai-community/gpt2"}),
}


def by_name(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by the name in the document, which the generator spells differently."""
    return {name.replace("_", "").lower(): value for name, value in names.items()}


MODULES: Final = by_name(
    {
        module.name: import_module(f"{api.__name__}.{tag.name}.{module.name}")
        for tag in iter_modules(api.__path__)
        for module in iter_modules([f"{api.__path__[0]}/{tag.name}"])
    }
)
CLASSES: Final = by_name({name: getattr(models, name) for name in models.__all__})


def class_of(reference: Mapping[str, str]) -> Any:
    return CLASSES[reference["$ref"].rpartition("/")[2].lower()]


def prepare(operation: Any, client: httpx.Client) -> None:
    if operation["operationId"] in PREPARATIONS:
        return
    for method, path, body in PREPARATIONS.values():
        client.request(method, f"{URL}{path}", json=body, headers=HEADERS).raise_for_status()


def referenced(reference: Any, kind: str = "schemas") -> Any:
    return DOCUMENT["components"][kind][reference["$ref"].rpartition("/")[2]]


def arguments(operation: Any) -> dict[str, Any]:
    """Return the examples of path and body."""
    given = operation.get("parameters", [])
    parameters = [referenced(it, "parameters") if "$ref" in it else it for it in given]
    found = {it["name"]: it["example"] for it in parameters if it["in"] == "path"}
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]["application/json"]
        [example, *_] = (it["value"] for it in content["examples"].values())
        shapes = referenced(content["schema"]).get("oneOf", [content["schema"]])
        [shape, *_] = (it for it in shapes if {*referenced(it).get("required", [])} <= {*example})
        found["body"] = class_of(shape).from_dict(example)
    return found


def test_each_operation_has_a_module() -> None:
    assert MODULES.keys() == {it["operationId"].lower() for it in OPERATIONS}


@pytest.mark.parametrize("call", ["sync_detailed", "asyncio_detailed"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda it: it["operationId"])
def test_operation_returns_its_documented_type(
    operation: Any, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "httpx")
    emulator = Emulator(keys=[KEY])
    client = AuthenticatedClient(URL, KEY)
    client.set_httpx_client(httpx.Client(transport=emulator.transport, base_url=URL, headers=HEADERS))
    client.set_async_httpx_client(
        httpx.AsyncClient(transport=emulator.async_transport, base_url=URL, headers=HEADERS)
    )
    prepare(operation, client.get_httpx_client())
    response = getattr(MODULES[operation["operationId"].lower()], call)(**arguments(operation), client=client)
    if asyncio.iscoroutine(response):
        response = asyncio.run(response)
    [success] = [it for status, it in operation["responses"].items() if status.startswith("2")]
    [(media_type, content)] = success["content"].items()
    assert response.headers["content-type"].partition(";")[0] == media_type
    match content["schema"]:
        case {"type": "string", "format": "binary"}:
            assert response.parsed == response.content != b""
        case {"type": "string"}:
            assert response.parsed == response.content.decode() != ""
        case schema:
            resolved = referenced(schema)
            is_list = resolved.get("type") == "array"
            results = response.parsed if is_list else [response.parsed]
            expected = class_of(resolved["items"] if is_list else schema)
            assert {type(it) for it in results} == {expected}
            # Times are written in another spelling.
            sent = json.loads(response.content.decode().replace(".000Z", "+00:00"))
            assert [it.to_dict() for it in results] == (sent if is_list else [sent])
    assert "HTTP Request" in caplog.text
    assert "#" not in caplog.text


@pytest.mark.parametrize(
    "operation", operations_of(WIRE_DOCUMENT) + OPERATIONS, ids=lambda it: it["operationId"]
)
def test_samples_send_the_same_successful_request(
    operation: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent: list[httpx.Request] = []
    transport = Emulator(keys=[KEY]).transport
    client = httpx.Client(transport=transport, event_hooks={"request": [sent.append]})
    prepare(operation, client)
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
