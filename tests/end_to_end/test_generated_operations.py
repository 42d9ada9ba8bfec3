"""Every operation of the low-level client against the emulator, with the example of the document."""

import asyncio
import json
import logging
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

import httpx
import pytest

from bytezkit_client import AuthenticatedClient, api, models
from bytezkit_emulator import Emulator
from bytezkit_openapi import read_sdk_json
from tests.end_to_end.conftest import KEY

DOCUMENT: Final[Any] = json.loads(read_sdk_json())
SCHEMAS: Final[Any] = DOCUMENT["components"]["schemas"]
OPERATIONS: Final = [operation for item in DOCUMENT["paths"].values() for operation in item.values()]
URL: Final = "http://localhost"
HEADERS: Final = {"Authorization": f"Key {KEY}"}
GPT2: Final = "/models/v2/openai-community/gpt2"
# Requests that create what an operation needs.
PREPARATIONS: Final[Mapping[str, tuple[str, str, object]]] = {
    **dict.fromkeys(
        ("readClusterV2", "listClustersV2", "updateClusterV2", "deleteClusterV2"), ("PUT", GPT2, {})
    ),
    **dict.fromkeys(
        (
            *("readInstanceV1", "runModelV1", "runModelStreamV1", "deleteInstanceV1"),
            *("listInstancesV1", "listInstancesByPostV1"),
        ),
        ("POST", "/model/load", {"model": "openai-community/gpt2"}),
    ),
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


def arguments(operation: Any) -> dict[str, Any]:
    """Return the examples of path and body."""
    found = {}
    for it in operation.get("parameters", []):
        parameter = (
            DOCUMENT["components"]["parameters"][it["$ref"].rpartition("/")[2]] if "$ref" in it else it
        )
        if parameter["in"] == "path":
            found[parameter["name"]] = parameter["example"]
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]["application/json"]
        [example, *_] = content["examples"].values()
        schema = SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]]
        shapes = schema.get("oneOf", [content["schema"]])
        [shape, *_] = [
            it
            for it in shapes
            if {*SCHEMAS[it["$ref"].rpartition("/")[2]].get("required", [])} <= {*example["value"]}
        ]
        found["body"] = class_of(shape).from_dict(example["value"])
    return found


def as_json(value: Any) -> Any:
    return [as_json(it) for it in value] if isinstance(value, list) else value.to_dict()


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
    if preparation := PREPARATIONS.get(operation["operationId"]):
        method, path, body = preparation
        client.get_httpx_client().request(method, path, json=body).raise_for_status()

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
            resolved = SCHEMAS[schema["$ref"].rpartition("/")[2]]
            is_list = resolved.get("type") == "array"
            results = response.parsed if is_list else [response.parsed]
            expected = class_of(resolved["items"] if is_list else schema)
            assert {type(it) for it in results} == {expected}
            # Times are written in another spelling.
            sent = response.content.decode().replace(".000Z", "+00:00")
            assert as_json(response.parsed) == json.loads(sent)
    assert "HTTP Request" in caplog.text
    assert "#" not in caplog.text
