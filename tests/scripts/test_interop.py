"""Unexpected outcomes of published clients, and the page about them."""

from scripts.interop.clients import CAPABILITIES, CLIENTS, ExpectedOutcome, PublishedClient
from scripts.interop.page import page
from scripts.interop.runner import ClientResult, ObservedOutcome

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
OBSERVED = {
    **dict.fromkeys(CAPABILITIES, ObservedOutcome("works", "")),
    "text stream": ObservedOutcome("client fault", "two lines"),
}


def test_unexpected_outcomes_are_named() -> None:
    observed = {**OBSERVED, "run": ObservedOutcome("fails", "TypeError: no"), "text stream": OBSERVED["stop"]}
    del observed["stop"]

    assert ClientResult(CLIENT, OBSERVED).unexpected_outcomes() == []
    assert ClientResult(CLIENT, observed).unexpected_outcomes() == [
        "bytez 9.9.9: run: fails (TypeError: no), expected works",
        "bytez 9.9.9: text stream: works (), expected client fault",
        "bytez 9.9.9: stop: fails (the probe ended before this capability), expected works",
    ]


def test_page_explains_options_outcomes_and_skipped_clients() -> None:
    skipped = ClientResult(CLIENT, skip_reason="node missing from the PATH")
    text = page([ClientResult(CLIENT, OBSERVED), skipped])

    cells = "works | works | works | client fault | works | works | works"
    assert f"| `bytez` | 9.9.9 | `--engine canned` | {cells} |\n" in text
    assert "- `--engine canned`: It wants examples.\n" in text
    assert "- **text stream**, client fault: It reads lines. Observed: two lines.\n" in text
    assert skipped.unexpected_outcomes() == []
    assert f"| {' | '.join(['not run'] * len(CAPABILITIES))} |\n" in text
    assert "- Not run: node missing from the PATH.\n" in text


def test_each_exception_has_a_capability_and_a_reason() -> None:
    for client in CLIENTS:
        assert set(client.exceptions) <= set(CAPABILITIES)
        assert all(it.outcome != "works" and it.reason for it in client.exceptions.values())
