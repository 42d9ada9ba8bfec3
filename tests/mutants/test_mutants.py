"""The machinery of the mutation tests: faults change what they say, and results are told as they are."""

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
from tests.mutants.behaviour import FaultyTransport
from tests.mutants.edits import Memory, edit, matches
from tests.mutants.page import page, rate

FAULTS: Final = {fault.name: fault for fault in behaviour.read_table()}
CHANGES: Final = documents.read_changes()
CLUSTER: Final = "/models/v2/openai-community/gpt2"
# Every module of what is published, by the way in which it gets there.
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


def client_of(fault: str, key: str = "a") -> httpx.Client:
    transport = FaultyTransport(FAULTS[fault], Emulator().transport, Memory())
    return httpx.Client(
        transport=transport, base_url="http://emulator", headers={"authorization": f"Key {key}"}
    )


class TestBehaviour:
    def test_the_table_has_no_fault_twice(self) -> None:
        assert len(FAULTS) == len(behaviour.read_table())
        assert len({str({**vars(it), "name": "", "says": ""}) for it in FAULTS.values()}) == len(FAULTS)

    def test_a_request_is_edited(self) -> None:
        with client_of("patch-resets-timeout") as client:
            client.put(CLUSTER, json={"timeout": 7})
            assert client.patch(CLUSTER, json={"capacity": {"max": 3}}).json()["output"]["timeout"] == 5

    def test_an_answer_is_edited_if_it_fits(self) -> None:
        with client_of("put-is-200") as client:
            assert client.put(CLUSTER).status_code == 200
            assert client.put(CLUSTER).status_code == 409

    def test_an_effect_is_lost(self) -> None:
        with client_of("delete-lost") as client:
            client.put(CLUSTER)
            assert client.delete(CLUSTER).json() == {"error": None, "output": None}
            assert client.get(CLUSTER).is_success

    def test_a_request_is_sent_again(self) -> None:
        with client_of("put-replaces") as client:
            client.put(CLUSTER, json={"timeout": 7})
            assert client.put(CLUSTER).status_code == 202

    def test_keys_are_confused_once_they_are_known(self) -> None:
        with client_of("one-world") as client:
            client.put(CLUSTER)
            other = {"authorization": "Key b"}
            client.get("/models/v2/list/tasks", headers=other)
            assert client.get(CLUSTER, headers=other).is_success

    def test_a_stream_is_edited(self) -> None:
        with client_of("sentinel-at-the-end") as client:
            assert client.post(CLUSTER, json={"text": "a", "stream": True}).text.endswith("[DONE]")

    @pytest.mark.anyio
    @pytest.mark.parametrize("anyio_backend", ["asyncio"])
    async def test_asynchronous_clients_meet_it_too(self, anyio_backend: str) -> None:
        transport = FaultyTransport(FAULTS["first-piece-twice"], Emulator().async_transport, Memory())
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as client:
            headers = {"authorization": "Key a"}
            body = {"text": "a", "params": {"max_new_tokens": 1}, "stream": True}
            text = (await client.post(CLUSTER, headers=headers, json=body)).text
        assert text.startswith("aa")

    @pytest.mark.parametrize("name", FAULTS)
    def test_its_operators_are_there(self, name: str) -> None:
        fault = FAULTS[name]
        view = {"body": {}, "headers": {}, "query": {}, "request": {"path": "", "headers": {}}}
        for edits in [*fault.again, *fault.after, fault.send, fault.answer, fault.made]:
            edit(view, edits, Memory())
        assert any([fault.send, fault.again, fault.after, fault.answer, fault.made, fault.pieces])

    def test_patterns(self) -> None:
        view = {"status": 404, "body": {"items": [{"id": "a"}, {"id": "b"}]}}
        assert matches(view, {"/status": "4??", "/body/items/*/id": ["b", "c"], "/body/name": None})
        assert not matches(view, {"/status": [200, 202]})
        assert not matches(view, {"/body/items": None})


class TestDocument:
    def test_names_are_unique(self) -> None:
        assert len({it.name for it in CHANGES}) == len(CHANGES) > 500

    @pytest.mark.parametrize("kind", sorted({it.kind for it in CHANGES}))
    def test_one_place_differs(self, kind: str) -> None:
        change = next(it for it in CHANGES if it.kind == kind)
        before: Any = documents.changed(documents.Change("nothing", ("openapi",), "3.1.0"))
        assert documents.changed(change) != before
        for schema in documents.changed(change)["components"]["schemas"].values():
            assert jsonschema_rs.meta.is_valid(schema)


class TestPage:
    RESULTS: Final[dict[str, Any]] = {
        "behaviour": {
            "total": 9,
            "rows": [
                {"name": "a", "group": "v1", "says": "It is wrong.", "killer": "wire", "test": "t"},
                {"name": "b", "group": "v1", "says": "It is so.", "killer": None, "test": None},
            ],
        },
        "seeds": {"total": 1, "rows": [{"name": "1", "group": "seeds", "killer": "contract", "test": "t"}]},
    }

    def test_rates(self) -> None:
        assert rate(self.RESULTS["behaviour"]["rows"]) == 50
        assert rate(self.RESULTS["seeds"]["rows"]) == 0

    def test_survivors_false_alarms_and_parts_that_were_not_run_are_told(self) -> None:
        text = page(self.RESULTS.get)
        assert "| faults in behaviour | 9 | 2 | 50.0 % | 95 % | 0 | 1 | 0 |" in text
        assert "| v1 | b | It is so. | **nothing** |" in text
        assert "with 1 seeds: t." in text
        assert "| mutants of the code |  | not run |" in text


def test_what_is_published_cannot_reach_them(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    packages = [Path(folder).name for folder in folders]
    command = [sys.executable, "-I", "-c", IMPORT_ALL, *packages]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[] None"
