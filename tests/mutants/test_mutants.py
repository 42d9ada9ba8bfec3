"""Faults and changes are unique and valid; a fault without effect appears in the kill table as a survivor."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import httpx
import jsonschema_rs
import pytest

from bytezkit_emulator import Emulator
from scripts.paths import ROOT
from tests.mutants import behaviour, documents
from tests.mutants.edits import Memory, edit

FAULTS: Final = behaviour.read_table()
CHANGES: Final = documents.read_changes()
STREAM: Final[Any] = {
    "url": "http://emulator/models/v2/openai-community/gpt2",
    "headers": {"authorization": "Key a"},
    "json": {"text": "a", "params": {"max_new_tokens": 1}, "stream": True},
}
# Imports every published module, and prints imported test packages.
IMPORT_ALL: Final = """
import importlib, importlib.util, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
reached = sorted(name for name in sys.modules if name.partition(".")[0] in ("tests", "mutmut"))
print(reached, importlib.util.find_spec("tests"))
"""


def transport(name: str) -> behaviour.FaultyTransport:
    [fault] = [it for it in FAULTS if it.name == name]
    return behaviour.FaultyTransport(fault, Emulator().transport, Memory())


def test_faults_are_unique_and_have_known_operators() -> None:
    assert len({it.name for it in FAULTS}) == len(FAULTS) >= 118
    assert len({str({**vars(it), "name": "", "says": ""}) for it in FAULTS}) == len(FAULTS)
    view = {"body": {}, "headers": {}, "query": {}, "request": {"path": "", "headers": {}}}
    for fault in FAULTS:
        for edits in [*fault.again, *fault.after, fault.send, fault.answer, fault.made]:
            edit(view, edits, Memory())
        assert any([fault.send, fault.again, fault.after, fault.answer, fault.made, fault.pieces])


def test_fault_changes_stream() -> None:
    with httpx.Client(transport=transport("sentinel-at-the-end")) as client:
        assert client.post(**STREAM).text.endswith("[DONE]")


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_fault_changes_async_stream(anyio_backend: str) -> None:
    async with httpx.AsyncClient(transport=transport("first-piece-twice")) as client:
        assert (await client.post(**STREAM)).text.startswith("aa")


def test_changes_are_unique() -> None:
    assert len({it.name for it in CHANGES}) == len(CHANGES) >= 981


@pytest.mark.parametrize("kind", sorted({it.kind for it in CHANGES}))
def test_changed_document_differs_and_has_valid_schemas(kind: str) -> None:
    changed = documents.changed(next(it for it in CHANGES if it.kind == kind))
    assert changed != documents.changed(documents.Change("nothing", ("openapi",), "3.1.0"))
    for schema in changed["components"]["schemas"].values():
        assert jsonschema_rs.meta.is_valid(schema)


def test_published_packages_do_not_import_tests(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    command = [sys.executable, "-I", "-c", IMPORT_ALL, *(Path(folder).name for folder in folders)]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[] None"
