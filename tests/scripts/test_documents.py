"""The published documents, also filtered, and their npm package."""

import json
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

import jsonschema_rs
import pytest
from openapi_spec_validator import validate
from ruamel.yaml import YAML

from bytezkit._cli.document_filter import filter_document
from bytezkit_openapi import read_emulator_json, read_json, read_llm_json, read_sdk_json
from scripts.bundle import RUN_PATH
from scripts.paths import GENERATED, ROOT

WIRE: Final[Any] = json.loads(read_json())
SDK: Final[Any] = json.loads(read_sdk_json())
LLM: Final[Any] = json.loads(read_llm_json())
TASKS: Final[Any] = WIRE["x-bytez-tasks"]
# By kind of stream: the end of the fragment, the member that selects the kind, and its value.
STREAMED: Final = {"text": ("stream", "stream", True), "media": ("bytes", "json", False)}
# Tasks with inputs that require other members than the first input, and such a member.
SECOND: Final = {
    "text-generation": "messages",
    **dict.fromkeys(("chat", "audio-text-to-text", "image-text-to-text", "video-text-to-text"), "text"),
    **dict.fromkeys(("document-question-answering", "visual-question-answering"), "text"),
    **dict.fromkeys(("zero-shot-image-classification", "zero-shot-object-detection"), "text"),
}
INPUTS: Final = {**TASKS, **{f"{task}-{member}": TASKS[task] for task, member in SECOND.items()}}
CASES: Final = [
    *((name, "", "", None) for name in INPUTS),
    *((name, *STREAMED[row["stream"]]) for name, row in INPUTS.items() if row["stream"] in STREAMED),
]
ROWS: Final = {
    cells[0]: cells[1:]
    for cells in (line.strip("| ").split(" | ") for line in WIRE["info"]["description"].splitlines())
    if cells[0] in WIRE["x-bytez-tasks"]
}
# URLs that the projection for fuzzing rejects.
URLS: Final = [
    "http://127.0.0.1:65535/a.png",
    "http://[::1]:8080/a.png",
    "https://some_host/a.png",
    "https://user:password@example.com/a.png",
    "https://example.com?a=b",
    "https://example.com/gatto-è.png",
    "HTTPS://example.com/a.png",
    "data:image/png;base64,iVBORw==",
]


def operation(task: str, kind: str) -> Any:
    return SDK["paths"][f"{RUN_PATH}#{task}-{kind}".rstrip("-")]["post"]


@cache
def validator(task: str, kind: str) -> jsonschema_rs.Validator:
    schema = operation(task, kind)["requestBody"]["content"]["application/json"]["schema"]
    return jsonschema_rs.validator_for({**schema, "components": SDK["components"]}, validate_formats=True)


def examples(task: str, kind: str) -> list[Any]:
    content = operation(task, kind)["requestBody"]["content"]["application/json"]
    return [example["value"] for example in content["examples"].values()]


def keys(value: Any) -> set[str]:
    if isinstance(value, list):
        return set[str]().union(*map(keys, value))
    return {*value}.union(*map(keys, value.values())) if isinstance(value, dict) else set()


@pytest.mark.parametrize("document", [WIRE, SDK, LLM, json.loads(read_emulator_json())])
def test_published_document_is_valid(document: Any) -> None:
    validate(document)
    for item in document["paths"].values():
        assert "parameters" not in item
        for declared in item.values():
            assert not {"5XX", "default"} & declared["responses"].keys()


def test_each_other_operation_is_that_of_the_wire_document() -> None:
    runs = {RUN_PATH, *(path.removesuffix("#stream") for path in SDK["paths"] if path.endswith("#stream"))}
    others = {path: item for path, item in SDK["paths"].items() if path not in runs and "#" not in path}
    copies = {path for path, item in WIRE["paths"].items() if "x-alias-of" in next(iter(item.values()))}

    assert copies == {path for path in WIRE["paths"] if path.startswith("/v1/")}
    assert others == {path: item for path, item in WIRE["paths"].items() if path not in runs | copies}
    assert {f"{RUN_PATH}#{task}-{kind}".rstrip("-") for task, kind, *_ in CASES} == {
        path for path in SDK["paths"] if path.startswith(f"{RUN_PATH}#")
    }
    ids = [declared["operationId"] for item in SDK["paths"].values() for declared in item.values()]
    assert len({*ids}) == len(ids)


def test_each_response_has_one_media_type() -> None:
    for item in SDK["paths"].values():
        for declared in item.values():
            for response in declared["responses"].values():
                assert "$ref" in response or len(response["content"]) == 1


def test_untyped_run_accepts_every_object() -> None:
    run = SDK["paths"][RUN_PATH]["post"]
    schema = run["requestBody"]["content"]["application/json"]["schema"]
    accepts = jsonschema_rs.validator_for({**schema, "components": SDK["components"]}).is_valid
    requests: list[object] = [{}, {"anything": [1]}, [], "text"]

    assert [accepts(it) for it in requests] == [True, True, False, False]
    assert [*run["responses"]["200"]["content"]] == ["application/json"]


@pytest.mark.parametrize(("task", "kind", "selector", "value"), CASES)
def test_operation_of_a_task(task: str, kind: str, selector: str, value: bool | None) -> None:
    accepts = validator(task, kind).is_valid
    parameters = [it for it in operation(task, kind)["parameters"] if "$ref" not in it]
    other = {"stream", "json"} - {selector}

    assert "/".join(it["example"] for it in parameters) == INPUTS[task]["model"]
    for request in examples(task, kind):
        assert accepts(request)
        assert request.get(selector) is value
        assert not any(accepts({**request, name: True}) for name in other)
        # Each kind of response has its own request.
        assert not selector or not accepts({it: request[it] for it in request if it != selector})


@pytest.mark.parametrize(("task", "member"), SECOND.items())
def test_inputs_that_require_other_members_have_separate_operations(task: str, member: str) -> None:
    names = (task, f"{task}-{member}")

    for name, other in (names, names[::-1]):
        assert not any(map(validator(name, "").is_valid, examples(other, "")))


def test_schemathesis_runs_each_task_with_its_model() -> None:
    settings = tomllib.loads((files("bytezkit_openapi") / "schemathesis.toml").read_text(encoding="utf-8"))
    models = {
        it["include-path"]: "/".join(it["parameters"].values())
        for it in settings["operations"]
        if "include-path" in it
    }

    assert models == {
        f"{RUN_PATH}#{task}-{kind}".rstrip("-"): INPUTS[task]["model"] for task, kind, *_ in CASES
    }


@pytest.mark.parametrize("url", URLS)
def test_urls_are_accepted(url: str) -> None:
    assert all(validator("image-to-text", "").is_valid({name: url}) for name in ("url", "image"))


def test_document_for_language_models_has_json_operations_that_tools_support() -> None:
    json_paths = {path for path in SDK["paths"] if not path.endswith(("-stream", "-bytes", "#stream"))}
    annotations = {name for name in keys(LLM) if name in ("example", "examples") or name.startswith("x-")}

    assert LLM["paths"].keys() == json_paths
    assert annotations == set()
    assert '"type": [' not in json.dumps(LLM)
    assert [*LLM["components"]["securitySchemes"]] == ["Key"]
    for item in LLM["paths"].values():
        for declared in item.values():
            assert all("$ref" not in it for it in declared["parameters"])
            assert declared["security"] == [{"Key": []}]


@pytest.mark.parametrize(
    ("task", "row"),
    [
        (
            "chat",
            [
                "`messages: ChatMessage[]`, or `text: string`; `params?: GenerationParams`",
                (
                    "`{role: string, content: string or null, tool_calls?: {id?: string, type?: string,"
                    " function?: {name: string, arguments: string}}[] or null}`; stream: `text/plain`"
                ),
            ],
        ),
        (
            "visual-question-answering",
            [
                "`question: string`, *media*, or `text: string`, *media*; `params?: {top_k?: integer}`",
                "`{answer: string, score?: number or null}[]`",
            ],
        ),
        (
            "token-classification",
            [
                "`text: string`; `params?: {ignore_labels?: string[]}`",
                (
                    "`{entity: string, score: number, index: integer, word: string, start: integer or null,"
                    " end: integer or null}[]`, or with `aggregation_strategy` `{entity_group: string,"
                    " score: number, word: string, start: integer or null, end: integer or null}[]`"
                ),
            ],
        ),
        (
            "unconditional-image-generation",
            ["`params?: {num_inference_steps?: integer}`", "`URL`; stream: `image/png`"],
        ),
    ],
)
def test_row_of_a_task(task: str, row: list[str]) -> None:
    assert ROWS[task] == row


def test_each_task_has_a_row_whose_output_its_operation_repeats() -> None:
    assert ROWS.keys() == WIRE["x-bytez-tasks"].keys()
    for task, (_, output) in ROWS.items():
        description = SDK["paths"][f"{RUN_PATH}#{task}"]["post"]["description"]
        ordinary, *_ = re.split(";|, or", output)
        assert f"- Output: {ordinary}\n" in description
        assert ("stream: " in output) is (WIRE["x-bytez-tasks"][task]["stream"] != "none")


@pytest.mark.parametrize("document", [WIRE, SDK])
def test_contract_states_no_limit_of_the_emulator(document: Any) -> None:
    assert "emulator" not in json.dumps({**document, "servers": []}).lower()


@pytest.mark.parametrize("tag", ["inference", "clusters", "catalog", "v1", "v2"])
def test_filtered_document_is_valid(tag: str) -> None:
    validate(json.loads(filter_document("json", tag=tag)))


def test_filtered_yaml_equals_json() -> None:
    text, expected = (filter_document(form, tag="clusters") for form in ("yaml", "json"))
    assert YAML(typ="safe", pure=True).load(text) == json.loads(expected)


def test_npm_package_exports_each_document_with_a_type_and_a_checksum() -> None:
    folder = ROOT / GENERATED / "bytezkit_openapi"
    manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    exported = {it["default"] for it in manifest["exports"].values() if isinstance(it, dict)}
    packed = {file.name for pattern in manifest["files"] for file in folder.glob(pattern)}
    documents = {it for it in packed if it.endswith((".json", ".yaml"))} - {"package.json"}

    assert exported == {f"./{it}" for it in documents if it.endswith(".json")}
    assert {f"{it}.sha256" for it in documents} == {it for it in packed if it.endswith(".sha256")}
    assert {"schemathesis.toml", "document.d.ts"} < packed
