"""Unexpected outcomes of published clients, and the page about them."""

import json

from scripts.interop.client import ClientGroup, ExpectedOutcome, PublishedClient
from scripts.interop.clients import GROUPS
from scripts.interop.page import page
from scripts.interop.runner import ClientResult, ObservedOutcome, read_outcomes

CLIENT = PublishedClient(
    name="bytez",
    version="9.9.9",
    runtime="Node",
    probe="bytez",
    host="`dev`",
    options={"--engine canned": "It wants examples."},
    exceptions={"text stream": ExpectedOutcome("client fault", "It reads lines.")},
)
GROUP = ClientGroup(
    title="Clients",
    capabilities={"run": "It runs.", "text stream": "It streams.", "stop": "It stops."},
    clients=[CLIENT],
)
OBSERVED = {
    "run": ObservedOutcome("works", ""),
    "text stream": ObservedOutcome("client fault", "two lines"),
    "stop": ObservedOutcome("works", ""),
}


def test_unexpected_outcomes_are_named() -> None:
    printed = [
        {"capability": "run", "outcome": "fails", "detail": "TypeError: no"},
        {"capability": "text stream", "outcome": "works", "detail": ""},
    ]
    text = "Loading...\n" + "\n".join(map(json.dumps, printed))

    assert ClientResult(CLIENT, OBSERVED).unexpected_outcomes() == []
    assert ClientResult(CLIENT, read_outcomes(text, GROUP.capabilities)).unexpected_outcomes() == [
        "bytez 9.9.9: run: fails (TypeError: no), expected works",
        "bytez 9.9.9: text stream: works (), expected client fault",
        "bytez 9.9.9: stop: fails (the probe ended before this capability), expected works",
    ]


def test_page_explains_options_outcomes_and_skipped_clients() -> None:
    skipped = ClientResult(CLIENT, skip_reason="node missing from the PATH")
    text = page([(GROUP, [ClientResult(CLIENT, OBSERVED), skipped])])

    assert "\n## Clients\n" in text
    assert "| `bytez` | 9.9.9 | `--engine canned` | works | client fault | works |\n" in text
    assert "- `--engine canned`: It wants examples.\n" in text
    assert "- **text stream**, client fault: It reads lines. Observed: two lines.\n" in text
    assert skipped.unexpected_outcomes() == []
    assert "| not run | not run | not run |\n" in text
    assert "- Not run: node missing from the PATH.\n" in text


def test_each_exception_has_a_capability_and_a_reason() -> None:
    for group in GROUPS:
        for client in group.clients:
            assert set(client.exceptions) <= set(group.capabilities)
            assert all(it.outcome != "works" and it.reason for it in client.exceptions.values())
