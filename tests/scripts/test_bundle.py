"""The bundler refuses what does not make one document, and a task file is all that a task needs."""

import json
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Final

import pytest
from ruamel.yaml import YAML

from scripts.bundle import RUN_PATH, BundleError, Json, JsonObject, as_object, bundle
from scripts.copied.bytezkit_openapi.document import to_json, to_yaml
from scripts.lint.contract import DocumentNode, read_contract
from scripts.lint.registry import lint
from scripts.paths import CONTRACT, ROOT
from scripts.synchronous import synchronous
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
# Strings that some reader takes for something else, keys among them.
TREACHEROUS: Final = (
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


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_missing_root_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"openapi\.yaml: no such file"):
        bundle(tmp_path)


def test_missing_file_is_named(contract: Path) -> None:
    (contract / "components/headers.yaml").unlink()

    with pytest.raises(BundleError, match=r"headers\.yaml: no such file"):
        bundle(contract)


def test_unlisted_component_is_named(contract: Path) -> None:
    replace(contract / "openapi.yaml", "    DepthMap: { $ref: components/results.yaml#/DepthMap }\n", "")

    message = r"depth-estimation\.yaml: .*#/DepthMap is not listed in the components of openapi\.yaml"
    with pytest.raises(BundleError, match=message):
        bundle(contract)


@pytest.mark.parametrize(
    ("file", "pointer"),
    [("openapi.yaml", "/components/schemas/DepthMap"), ("tasks/depth-estimation.yaml", "/result")],
)
def test_a_wrong_reference_is_named_by_file_pointer_and_reason(
    contract: Path, file: str, pointer: str
) -> None:
    replace(contract / file, "results.yaml#/DepthMap", "results.yaml#/DepthMaps")

    with pytest.raises(BundleError) as caught:
        bundle(contract)
    place, _, reason = str(caught.value).partition(": $ref ")
    assert place == f"{contract / file}: {pointer}"
    assert reason.endswith("results.yaml#/DepthMaps': results.yaml has no 'DepthMaps'")


def test_a_wrong_contract_ends_the_generator_with_one_line(contract: Path) -> None:
    replace(contract / "openapi.yaml", "results.yaml#/DepthMap", "results.yaml#/DepthMaps")
    script = "import pathlib, sys, scripts.generate as it; contract = pathlib.Path(sys.argv.pop()); "
    script += "bundle = it.bundle; it.bundle = lambda: bundle(contract); it.main()"
    done = subprocess.run(
        [sys.executable, "-c", script, str(contract)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("the contract is invalid: ")


def test_malformed_yaml_is_named(contract: Path) -> None:
    (contract / "tasks/echo.yaml").write_text("a: [\n", encoding="utf-8")

    with pytest.raises(BundleError, match=r"(?s)echo\.yaml: .*line 2"):
        bundle(contract)


def test_file_that_holds_no_object_is_named(contract: Path) -> None:
    (contract / "tasks/echo.yaml").write_text("[]\n", encoding="utf-8")

    with pytest.raises(BundleError, match=r"echo\.yaml: expected an object, found list"):
        bundle(contract)


def test_bundle_refers_only_to_its_own_components() -> None:
    document = bundle()

    references = [line for line in to_json(document).splitlines() if '"$ref"' in line]
    assert references
    assert all('"$ref": "#/components/' in line for line in references)


def test_task_file_is_all_that_a_task_needs(contract: Path) -> None:
    (contract / "tasks/echo-words.yaml").write_text(TASK, encoding="utf-8")

    checked = read_contract(contract)

    document = checked.document
    root = DocumentNode(document, "#", document)
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
    assert f'task: Literal["echo-words"]) -> "Async{handle}": ...' in overloads
    assert f'task: Literal["echo-words"]) -> "{handle}": ...' in synchronous(overloads, "async_overloads.py")
    assert '"echo-words"' in task_table(tasks_of(document))


def test_bundling_again_gives_the_same_text() -> None:
    assert to_yaml(bundle()) == to_yaml(bundle())


def test_every_yaml_reader_sees_what_json_says() -> None:
    document = bundle()

    assert_same_everywhere(document)


@pytest.mark.parametrize("text", TREACHEROUS)
def test_strings_stay_strings(text: str) -> None:
    assert_same_everywhere({"value": text, "list": [text], text: {text: None}})


def assert_same_everywhere(document: JsonObject) -> None:
    assert json.loads(to_json(document)) == document
    for version in ((1, 1), (1, 2)):
        assert _read(to_yaml(document), version) == document


def _read(text: str, version: tuple[int, int]) -> Json:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return as_object(yaml.load(text), "document")
