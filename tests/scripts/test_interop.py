"""Trials of the published clients, and the page about them."""

from scripts.interop.page import page
from scripts.interop.rows import CAPABILITIES, ROWS, Cell, Row
from scripts.interop.trial import Seen, Trial

WORKING = {capability: Seen("works", "") for capability in CAPABILITIES}
FAULT = Cell("client fault", "It reads lines.")
ROW = Row(
    client="bytez",
    version="9.9.9",
    runtime="Node",
    probe="bytez",
    host="`dev`",
    options={"--engine canned": "It wants examples."},
    exceptions={"text stream": FAULT},
)
SEEN = {**WORKING, "text stream": Seen("client fault", "two lines")}


def test_expected_outcomes_have_no_difference() -> None:
    assert Trial(ROW, SEEN).differences() == []


def test_unexpected_outcomes_are_named() -> None:
    seen = {**SEEN, "run": Seen("fails", "TypeError: no"), "text stream": Seen("works", "")}
    del seen["stop"]

    assert Trial(ROW, seen).differences() == [
        "bytez 9.9.9: run: fails (TypeError: no), not works",
        "bytez 9.9.9: text stream: works (), not client fault",
        "bytez 9.9.9: stop: fails (the probe did not get there), not works",
    ]


def test_page_explains_options_and_cells() -> None:
    text = page([Trial(ROW, SEEN)])

    cells = "works | works | works | client fault | works | works | works"
    assert f"| `bytez` | 9.9.9 | `--engine canned` | {cells} |\n" in text
    assert "- `--engine canned`: It wants examples.\n" in text
    assert "- **text stream**, client fault: It reads lines. Seen: two lines.\n" in text


def test_page_has_the_reason_of_a_skipped_row() -> None:
    trial = Trial(ROW, not_run="node missing from the PATH")

    assert trial.differences() == []
    assert f"| {' | '.join(['not run'] * len(CAPABILITIES))} |\n" in page([trial])
    assert "- Not run: node missing from the PATH.\n" in page([trial])


def test_every_exception_has_a_reason() -> None:
    for row in ROWS:
        assert set(row.exceptions) <= set(CAPABILITIES)
        assert all(cell.outcome != "works" and cell.why for cell in row.exceptions.values())
