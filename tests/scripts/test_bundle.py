"""Bundler: invalid sources are named, and YAML and JSON contain the same document."""

import json
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from scripts import generate
from scripts.bundle import BundleError, Json, bundle
from scripts.copied.bytezkit_openapi.document import to_json, to_yaml
from scripts.paths import CONTRACT
from scripts.task_table import tasks_of

DEPTH: Final = "results.yaml#/DepthMap"
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


@pytest.mark.parametrize("inputs", [[], "TextInput"])
def test_task_without_input_is_rejected(inputs: Json) -> None:
    with pytest.raises(ValueError, match="some-task: inputs must contain at least one input shape"):
        tasks_of({"x-bytez-tasks": {"some-task": {"inputs": inputs}}})


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
