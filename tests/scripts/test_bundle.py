"""Bundler: invalid sources are named, a task needs one file, and YAML and JSON hold the same document."""

import json
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from scripts import generate
from scripts.bundle import RUN_PATH, BundleError, bundle
from scripts.copied.bytezkit_openapi.document import to_json, to_yaml
from scripts.lint.contract import DocumentNode, read_contract
from scripts.lint.registry import lint
from scripts.paths import CONTRACT
from scripts.synchronous import synchronous
from scripts.task_table import overload_table, task_table, tasks_of

DEPTH: Final = "results.yaml#/DepthMap"
TASK: Final = """\
title: Echo words
description: Say a text again.
inputs: [TextInput]
stream: text
kind: continuation
model: org/echo
params: { description: How to say it., type: object, properties: { times: { type: integer, minimum: 1 } } }
result: { type: string }
examples:
  hello:
    request: { text: Hello, params: { times: 2 } }
    response: { error: null, output: Hello Hello }
x-source: [inferred]
x-evidence: inferred
"""
# Strings that a YAML reader may take for another type or for syntax.
AMBIGUOUS: Final = (
    *("on", "off", "yes", "No", "y", "true", "null", "~", "=", "<<", "-", "?", "!", "&a", "*a", "[a]", "{a}"),
    *("1", "-1.5", "017", "0o17", "0x1f", "1_000", "1e3", "1:30", ".5", ".inf", "2025-01-01", "+1"),
    *("", "a: b", "a #b", "# a", " a ", "two\nlines", "ends\n", "tab\t"),
    *("ü\u2028", "it's", 'say "a"'),
)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """A copy of the contract to change."""
    return Path(shutil.copytree(CONTRACT, tmp_path / "openapi"))


def edit(file: Path, old: str | None, new: str | None) -> None:
    """Replace a text, or write (without `old`) or delete (without `new`) the file."""
    if new is None:
        file.unlink()
        return
    text = new if old is None else file.read_text(encoding="utf-8").replace(old, new)
    assert not file.exists() or text != file.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("openapi.yaml", None, None, r"openapi\.yaml: no such file"),
        ("components/headers.yaml", None, None, r"headers\.yaml: no such file"),
        ("tasks/echo.yaml", None, "a: [\n", r"(?s)echo\.yaml: .*line 2"),
        ("tasks/echo.yaml", None, "[]\n", r"echo\.yaml: expected an object, found list"),
        (
            *("openapi.yaml", f"    DepthMap: {{ $ref: components/{DEPTH} }}\n", ""),
            r"depth-estimation\.yaml: .*#/DepthMap is not listed in the components of openapi\.yaml",
        ),
        *(
            (file, DEPTH, f"{DEPTH}s", rf"/{file}: {pointer}: \$ref '.*{DEPTH}s': .* has no 'DepthMaps'$")
            for file, pointer in (
                ("openapi.yaml", "/components/schemas/DepthMap"),
                ("tasks/depth-estimation.yaml", "/result"),
            )
        ),
    ],
)
def test_invalid_source_is_named_with_place_and_reason(
    contract: Path, file: str, old: str | None, new: str | None, message: str
) -> None:
    edit(contract / file, old, new)

    with pytest.raises(BundleError, match=message):
        bundle(contract)


def test_generator_reports_invalid_contract_in_one_line(
    contract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(contract / "openapi.yaml", DEPTH, f"{DEPTH}s")
    monkeypatch.setattr(generate, "bundle", lambda: bundle(contract))
    monkeypatch.setattr(sys, "argv", ["generate", "--check"])

    with pytest.raises(SystemExit, match=r"\Athe contract is invalid: .*\Z"):
        generate.main()


def test_bundle_refers_only_to_its_own_components() -> None:
    references = [line for line in to_json(bundle()).splitlines() if '"$ref"' in line]

    assert references
    assert all('"$ref": "#/components/' in line for line in references)


def test_task_needs_only_its_file(contract: Path) -> None:
    edit(contract / "tasks/echo-words.yaml", None, TASK)

    checked = read_contract(contract)

    document = checked.document
    root = DocumentNode(document, "#", document)
    run = root.at("paths", RUN_PATH, "post")
    schemas = root.at("components", "schemas")
    examples = ("content", "application/json", "examples", "echo-words.hello")
    assert lint(checked) == []
    written: dict[str, Any] = YAML(typ="safe").load(TASK)
    assert root.at("x-bytez-tasks", "echo-words").value == {
        **written,
        "params": "EchoWordsParams",
        "result": "EchoWordsResult",
        "examples": ["echo-words.hello"],
    }
    assert schemas.at("EchoWordsResult").value == written["result"]
    assert schemas.at("EchoWordsParams").value == written["params"]
    assert run.at("requestBody", *examples).value == {"value": written["examples"]["hello"]["request"]}
    assert run.at("responses", "200", *examples).value == {"value": written["examples"]["hello"]["response"]}
    overloads = overload_table(tasks_of(document))
    handle = "StreamingTextModel[EchoWordsParams, EchoWordsResult]"
    assert f'task: Literal["echo-words"]) -> "Async{handle}": ...' in overloads
    assert f'task: Literal["echo-words"]) -> "{handle}": ...' in synchronous(overloads, "async_overloads.py")
    assert '"echo-words"' in task_table(tasks_of(document))


@pytest.mark.parametrize(
    "document",
    [bundle(), *({"value": it, "list": [it], it: {it: None}} for it in AMBIGUOUS)],
    ids=lambda it: ascii(it)[:60],
)
@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
def test_yaml_and_json_readers_return_the_document(document: Any, version: tuple[int, int]) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert yaml.load(to_yaml(document)) == document
    assert json.loads(to_json(document)) == document
