"""Faults and changes are unique and valid; a fault without effect appears in the kill table as a survivor."""

from pathlib import Path
from typing import Any, Final

import httpx
import jsonschema_rs
import pytest

import bytezkit_emulator
from bytezkit_emulator import Emulator
from tests.mutants import behaviour, documents
from tests.mutants.edits import Memory, edit

FAULTS: Final = behaviour.read_table()
CHANGES: Final = documents.read_changes()
STREAM: Final[Any] = {
    "url": "http://emulator/models/v2/openai-community/gpt2",
    "headers": {"authorization": "Key a"},
    "json": {"text": "a", "params": {"max_new_tokens": 1}, "stream": True},
}


def transport(name: str) -> behaviour.FaultyTransport:
    [fault] = [it for it in FAULTS if it.name == name]
    return behaviour.FaultyTransport(fault, Emulator().transport, Memory())


def test_faults_are_unique_and_have_known_operators() -> None:
    assert len({it.name for it in FAULTS}) == len(FAULTS) >= 118
    assert len({str({**vars(it), "name": "", "says": ""}) for it in FAULTS}) == len(FAULTS)
    for body in ({}, {"output": [1]}):
        view = {"body": body, "headers": {}, "query": {}, "request": {"path": "", "headers": {}}}
        for fault in FAULTS:
            for edits in [*fault.again, *fault.after, fault.send, fault.answer, fault.made]:
                edit(view, edits, Memory())
    for fault in FAULTS:
        assert any([fault.send, fault.again, fault.after, fault.answer, fault.made, fault.pieces, fault.code])


def test_faulty_code_occurs_once_and_its_replacement_compiles() -> None:
    for fault in [it for it in FAULTS if it.code]:
        [(file, text)] = behaviour.changed_modules(fault, Path(bytezkit_emulator.__path__[0])).items()
        assert file.read_text(encoding="utf-8").count(fault.code[0]) == 1
        compile(text, file, "exec")


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
