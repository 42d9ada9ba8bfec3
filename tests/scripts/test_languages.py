"""Stages of a client generator, and the page about them."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from bytezkit_emulator import Emulator
from bytezkit_openapi import read_json
from scripts.languages import runner
from scripts.languages.generators import GENERATORS, Generator
from scripts.languages.page import page
from scripts.languages.runner import run_generator
from scripts.languages.services import CATALOG, Services
from scripts.languages.tools import UnavailableError, fetch
from scripts.paths import ROOT

# Sends the requests of a tour, and prints the results.
TOUR: Final = """
import sys
import httpx

def send(method, model, body):
    url = f"{sys.argv[-1]}/models/v2/acme/{model}"
    return httpx.request(method, url, json=body, headers={"Authorization": "Key tour"})

send("PUT", "writer", {"capacity": {"min": 0, "max": 2}})
print("cluster", send("GET", "writer", None).json()["output"]["capacity"]["max"])
send("DELETE", "writer", None)
text = "Once upon a time at the café"
print("run", send("POST", "writer", {"text": text}).json()["output"])
print("stream", PIECES, send("POST", "writer", {"text": text, "stream": True}).text)
print("bytes", len(send("POST", "speaker", {"text": text, "json": False}).content))
error = send("POST", "nobody", {"text": text})
print("error", error.status_code, error.json()["error"])
"""
PASS: Final = (sys.executable, "-c", "")
MISSING: Final = ("no-such-program",)
Z: Final = Generator(
    language="Z",
    name="zgen",
    version="9.9",
    probes=("zgen",),
    generate=PASS,
    compile=(PASS,),
    tour=(sys.executable, "-c", TOUR.replace("PIECES", "2")),
    compiled="`zc`",
    notes=("Mind the gap.",),
)


def run_z(generator: Generator, folder: Path, monkeypatch: pytest.MonkeyPatch) -> runner.Result:
    monkeypatch.setattr(runner, "BUILD_FOLDER", folder)
    catalog = folder / "catalog.json"
    catalog.write_text(CATALOG, encoding="utf-8")
    with Emulator(catalog=catalog) as emulator:
        return run_generator(generator, Services(emulator, emulator.url))


@pytest.mark.parametrize(
    ("generator", "reason", "cells"),
    [
        (replace(Z, generate=MISSING), "`no-such-program` is missing from the PATH", "no | no | no |  |"),
        (replace(Z, compile=(MISSING,)), "`no-such-program` is missing from the PATH", "yes | no | no |  |"),
        (replace(Z, missing="no zc"), "no zc", "yes | no | no |  |"),
        (
            replace(Z, compile=(("sh", "-c", "no-such-program"),), tour=MISSING),
            "`no-such-program` is missing from the PATH",
            "yes | no | no |  |",
        ),
        (Z, "", "yes | yes | yes | in pieces |"),
    ],
)
def test_missing_tool_ends_the_run_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, generator: Generator, reason: str, cells: str
) -> None:
    text = page("1.2.3", [run_z(generator, tmp_path, monkeypatch)])

    assert "contract 1.2.3" in text
    assert f"| Z | zgen | 9.9 | {cells}\n" in text
    assert text.endswith("- Mind the gap.\n")
    assert (f": {reason}.\n" in text) == bool(reason)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("PIECES", "1", "zgen: received the stream in 1 pieces"),
        (".content", ".content[1:]", "zgen: received .* bytes of "),
        ('"nobody"', '"nobody%23a"', "zgen: sent the fragment"),
        ('"cluster"', '"clusters"', "zgen: unexpected output or requests\nclusters 2"),
        ('send("DELETE"', '("DELETE"', "zgen: unexpected output or requests"),
    ],
)
def test_wrong_tour_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, new: str, message: str
) -> None:
    code = TOUR.replace(old, new).replace("PIECES", "2")

    with pytest.raises(SystemExit, match=message):
        run_z(replace(Z, tour=(sys.executable, "-c", code)), tmp_path, monkeypatch)


def test_failed_download_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UnavailableError, match=r"^the jar cannot be downloaded$"):
        fetch("the jar", [sys.executable, "-c", "raise SystemExit('no route')"], tmp_path)
    assert capsys.readouterr().out == "no route\n\n"


def test_page_has_current_contract_and_generators() -> None:
    """A change of either requires `make languages`."""
    text: Final = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")

    assert f"contract {json.loads(read_json())['info']['version']}." in text
    for it in GENERATORS:
        stages = "yes | no | no" if it.missing else "yes | yes | yes"
        assert f"| {it.language} | {it.name} | {it.version} | {stages} |" in text
