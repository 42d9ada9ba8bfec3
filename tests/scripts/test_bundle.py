"""The bundler names broken references, and a task needs no other file than its own."""

import json
import shutil
import warnings
from pathlib import Path
from typing import Final

import pytest
from ruamel.yaml import YAML

from bytezkit._document import to_json, to_yaml
from scripts.bundle import RUN_PATH, BundleError, Json, JsonObject, as_object, bundle
from scripts.lint.contract import Part, read_contract
from scripts.lint.registry import lint
from scripts.paths import CONTRACT
from scripts.task_table import overload_table, task_table, tasks_of

TASK: Final = """\
title: Echo words
description: Say a text again.
inputs: [TextInput]
stream: text
kind: continuation
model: org/echo
params:
  description: How to say it.
  type: object
  properties:
    times: { type: integer, minimum: 1 }
result: { type: string }
examples:
  hello:
    request: { text: Hello, params: { times: 2 } }
    response: { error: null, output: Hello Hello }
x-source: [inferred]
x-evidence: inferred
"""
# Strings that some YAML reader takes for another type.
AMBIGUOUS: Final = (
    *("on", "off", "yes", "No", "y", "true", "null", "~", "", "=", "<<", "-", "?", "!", "&a", "*a"),
    *("1", "-1.5", "017", "0o17", "0x1f", "1_000", "1e3", "1:30", ".5", ".inf", "2025-01-01", "+1"),
    *(
        "a: b",
        "a #b",
        "# a",
        " a ",
        "[a]",
        "{a}",
        "two\nlines",
        "ends\n",
        "tab\t",
        "ü\u2028",
        "it's",
        'say "a"',
    ),
)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """A copy of the contract to change."""
    return Path(shutil.copytree(CONTRACT, tmp_path / "openapi"))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "openapi.yaml",
            "    DepthMap: { $ref: components/results.yaml#/DepthMap }\n",
            "",
            r"depth-estimation\.yaml: .*#/DepthMap is not listed in the components of openapi\.yaml",
        ),
        ("openapi.yaml", "results.yaml#/DepthMap", "results.yaml#/No", r"results\.yaml: has no /No"),
        (
            "tasks/depth-estimation.yaml",
            "results.yaml#/DepthMap",
            "results.yaml#/No",
            r"results\.yaml: has no /No",
        ),
        ("components/responses.yaml", "{ $ref: headers.yaml#", "{ $ref: no.yaml#", r"no\.yaml: no such file"),
    ],
)
def test_broken_reference_is_named(contract: Path, file: str, old: str, new: str, message: str) -> None:
    text = (contract / file).read_text(encoding="utf-8")
    assert old in text
    (contract / file).write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(BundleError, match=message):
        bundle(contract)


def test_missing_root_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"openapi\.yaml: no such file"):
        bundle(tmp_path)


def test_file_without_an_object_is_named(contract: Path) -> None:
    (contract / "tasks/echo.yaml").write_text("[]\n", encoding="utf-8")

    with pytest.raises(BundleError, match=r"echo\.yaml: expected an object, found list"):
        bundle(contract)


def test_bundle_refers_only_to_its_own_components() -> None:
    document = bundle()

    references = [line for line in to_json(document).splitlines() if '"$ref"' in line]
    assert references
    assert all('"$ref": "#/components/' in line for line in references)


def test_task_needs_one_file(contract: Path) -> None:
    (contract / "tasks/echo-words.yaml").write_text(TASK, encoding="utf-8")

    checked = read_contract(contract)

    document = checked.document
    root = Part(document, "#", document)
    run = root.at("paths", RUN_PATH, "post")
    examples = ("content", "application/json", "examples", "echo-words.hello")
    assert lint(checked) == []
    assert root.at("x-bytez-tasks", "echo-words").value == {
        "title": "Echo words",
        "description": "Say a text again.",
        "inputs": ["TextInput"],
        "stream": "text",
        "kind": "continuation",
        "model": "org/echo",
        "params": "EchoWordsParams",
        "result": "EchoWordsResult",
        "examples": ["echo-words.hello"],
        "x-source": ["inferred"],
        "x-evidence": "inferred",
    }
    assert root.at("components", "schemas", "EchoWordsResult").value == {"type": "string"}
    assert list(root.at("components", "schemas", "EchoWordsParams", "properties").value) == ["times"]
    assert run.at("requestBody", *examples).value == {"value": {"text": "Hello", "params": {"times": 2}}}
    assert run.at("responses", "200", *examples).value == {"value": {"error": None, "output": "Hello Hello"}}
    overloads = overload_table(tasks_of(document))
    handle = "StreamingTextModel[EchoWordsParams, EchoWordsResult]"
    assert f'task: Literal["echo-words"]) -> "{handle}": ...' in overloads
    assert f'task: Literal["echo-words"]) -> "Async{handle}": ...' in overloads
    assert '"echo-words": Task("echo-words", ' in task_table(tasks_of(document))


def test_yaml_and_json_are_equal() -> None:
    assert_yaml_equals_json(bundle())


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_strings_stay_strings(text: str) -> None:
    assert_yaml_equals_json({"value": text, "list": [text], text: {text: None}})


def assert_yaml_equals_json(document: JsonObject) -> None:
    assert json.loads(to_json(document)) == document
    for version in ((1, 1), (1, 2)):
        assert _read(to_yaml(document), version) == document


def _read(text: str, version: tuple[int, int]) -> Json:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return as_object(yaml.load(text), "document")
