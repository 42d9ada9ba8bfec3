"""Unexpected outcomes of published clients, and the page about them."""

from scripts.interop.clients import CAPABILITIES, CLIENTS, ExpectedOutcome, PublishedClient
from scripts.interop.page import page
from scripts.interop.runner import ClientResult, ObservedOutcome

WORKING = {capability: ObservedOutcome("works", "") for capability in CAPABILITIES}
FAULT = ExpectedOutcome("client fault", "It reads lines.")
CLIENT = PublishedClient(
    name="bytez",
    version="9.9.9",
    runtime="Node",
    probe="bytez",
    host="`dev`",
    options={"--engine canned": "It wants examples."},
    exceptions={"text stream": FAULT},
)
OBSERVED = {**WORKING, "text stream": ObservedOutcome("client fault", "two lines")}


def test_expected_outcomes_are_not_reported() -> None:
    assert ClientResult(CLIENT, OBSERVED).unexpected_outcomes() == []


def test_each_unexpected_outcome_is_reported() -> None:
    observed = {
        **OBSERVED,
        "run": ObservedOutcome("fails", "TypeError: no"),
        "text stream": ObservedOutcome("works", ""),
    }
    del observed["stop"]

    assert ClientResult(CLIENT, observed).unexpected_outcomes() == [
        "bytez 9.9.9: run: fails (TypeError: no), expected works",
        "bytez 9.9.9: text stream: works (), expected client fault",
        "bytez 9.9.9: stop: fails (the probe ended before this capability), expected works",
    ]


def test_page_explains_options_and_outcomes() -> None:
    text = page([ClientResult(CLIENT, OBSERVED)])

    cells = "works | works | works | client fault | works | works | works"
    assert f"| `bytez` | 9.9.9 | `--engine canned` | {cells} |\n" in text
    assert "- `--engine canned`: It wants examples.\n" in text
    assert "- **text stream**, client fault: It reads lines. Observed: two lines.\n" in text


def test_page_gives_the_reason_of_a_skipped_client() -> None:
    result = ClientResult(CLIENT, skip_reason="node missing from the PATH")

    assert result.unexpected_outcomes() == []
    assert f"| {' | '.join(['not run'] * len(CAPABILITIES))} |\n" in page([result])
    assert "- Not run: node missing from the PATH.\n" in page([result])


def test_each_capability_that_does_not_work_has_a_reason() -> None:
    for client in CLIENTS:
        assert set(client.exceptions) <= set(CAPABILITIES)
        assert all(it.outcome != "works" and it.reason for it in client.exceptions.values())
