"""Many inputs through a socket, for both clients, to a service that has too many now and then."""

import threading

import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit.types import TextGenerationParams
from bytezkit_emulator import Emulator, Fault, Then, When
from tests.overlay.scripted_service import fix_jitter

GPT2 = "openai-community/gpt2"
SHORT: TextGenerationParams = {"max_new_tokens": 2}
CROWDED = Fault("crowded", Then(status=429, error="Rate limit exceeded", retry_after=0), when=When(every=10))


def texts(count: int) -> list[str]:
    return [f"This is text {number}." for number in range(count)]


@pytest.mark.parametrize("ordered", [True, False])
def test_threads_get_every_answer(client: Bytez, emulator: Emulator, ordered: bool) -> None:
    emulator.faults.add(CROWDED)
    fix_jitter(client)
    threads = threading.active_count()
    model = client.model(GPT2, task="text-generation")
    found = list(model.map(texts(300), ordered=ordered, params=SHORT))
    assert threading.active_count() == threads
    if ordered:
        assert [it.index for it in found] == [*range(300)]
    assert sorted(it.input for it in found) == sorted(texts(300))
    for it in found:
        assert it.error is None
        assert it.result.output.startswith(it.input)
    assert emulator.faults.fired("crowded") >= 30


@pytest.mark.anyio
@pytest.mark.parametrize("ordered", [True, False])
async def test_tasks_get_every_answer(async_client: AsyncBytez, emulator: Emulator, ordered: bool) -> None:
    emulator.faults.add(CROWDED)
    fix_jitter(async_client)
    model = async_client.model(GPT2, task="text-generation")
    async with model.map(texts(300), ordered=ordered, params=SHORT) as outcomes:
        found = [it async for it in outcomes]
    if ordered:
        assert [it.index for it in found] == [*range(300)]
    assert sorted(it.input for it in found) == sorted(texts(300))
    for it in found:
        assert it.error is None
        assert it.result.output.startswith(it.input)
    assert emulator.faults.fired("crowded") >= 30
