"""What `run` sends, sequences of calls, and the errors of wrong calls: the tables of `cases.yaml`."""

import re
from pathlib import Path
from typing import Any, Final

import pytest

from bytezkit_emulator import Emulator
from scripts.bundle import read_yaml
from tests.overlay.cli.conftest import GPT2, KEY, call

CASES: Final[Any] = read_yaml(Path(__file__).with_name("cases.yaml"))
DEEP: Final = {"call": ["run", GPT2, "--input-json", "[" * 100_000], "error": "JSON: maximum recursion"}

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize("case", CASES["sent"], ids=lambda it: " ".join(it["run"]))
def test_arguments_become_members_of_the_body(emulator: Emulator, case: Any) -> None:
    stdin = case.get("stdin", "").encode("latin-1")
    outcome = call("run", *case["run"], stdin=stdin, environment={"BYTEZ_PROVIDER_KEY": f"{KEY}x"})
    assert KEY not in f"{outcome.text}{outcome.err}"
    assert (outcome.code, outcome.err == "") == ((1, False) if "refused" in case else (0, True))
    [entry] = emulator.journal.entries(operation="runModelV2")
    assert isinstance(entry.body, dict)
    assert {name: it for name, it in entry.body.items() if name not in {"stream", "json"}} == case["body"]


@pytest.mark.parametrize("steps", CASES["sessions"].values(), ids=CASES["sessions"])
def test_session(emulator: Emulator, steps: list[Any]) -> None:
    printed = b""
    for step in steps:
        stdin, terminal = step.get("stdin", "").encode(), step.get("terminal", False)
        outcome = call(*step["call"], stdin=stdin, terminal=terminal)
        assert step.keys() <= {"call", "code", "err", "file", "only", "out", "stdin", "terminal"}, step
        assert outcome.code == step.get("code", 0), outcome.err
        assert KEY.encode() not in outcome.out + outcome.err.encode()
        assert step.get("out", "").encode("latin-1") in outcome.out
        assert step.get("err", "") in outcome.err
        if "only" in step:
            assert outcome.text == step["only"]
        if "file" in step:
            assert Path(step["file"]).read_bytes() == printed
        printed = outcome.out or printed


@pytest.mark.parametrize("case", [*CASES["errors"], DEEP], ids=lambda it: " ".join(it["call"])[:80])
def test_wrong_call_prints_one_line_and_changes_nothing(emulator: Emulator, case: Any) -> None:
    options = {name: case[name] for name in ("terminal", "environment") if name in case}
    outcome = call(*case["call"], stdin=b"\xff\xff\xff\xff\xff", **options)
    assert (outcome.code, outcome.out) == (case.get("code", 2), b"")
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert re.search(rf"(?<!\w){re.escape(case['error'])}(?!\w)", outcome.err)
    assert KEY not in outcome.err
    assert {entry.method for entry in emulator.journal.entries()} <= {"GET"}
