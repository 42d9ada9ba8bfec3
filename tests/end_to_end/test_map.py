"""`map` over a socket while the service rate-limits every tenth request."""

import threading
from typing import Any

import pytest

from bytezkit import Bytez
from bytezkit_emulator import Emulator, Fault, Then, When
from tests.overlay.scripted_service import fix_jitter

TEXTS = [f"This is text {number}." for number in range(300)]


@pytest.mark.anyio
async def test_map_returns_every_outcome_despite_429(any_client: Any, emulator: Emulator) -> None:
    limit = Then(status=429, error="Rate limit exceeded", retry_after=0)
    emulator.faults.add(Fault("limit", limit, when=When(every=10)))
    fix_jitter(any_client)
    threads = threading.active_count()
    model = any_client.model("openai-community/gpt2", task="text-generation")

    outcomes = model.map(TEXTS, params={"max_new_tokens": 2})
    if isinstance(any_client, Bytez):
        found = list(outcomes)
        assert threading.active_count() == threads
    else:
        async with outcomes:
            found = [it async for it in outcomes]

    assert [it.input for it in found] == TEXTS
    for it in found:
        assert it.error is None
        assert it.result.output.startswith(it.input)
    assert emulator.faults.fired("limit") >= 30
