"""The client while a library freezes the time, and afterwards in the same process."""

import subprocess
import sys
from typing import Final

import pytest

# A new process, because msgspec resolves the annotations of a type once, at the first use.
SCRIPT: Final = """
import asyncio, sys

from bytezkit import AsyncBytez, Bytez
from bytezkit_emulator import Emulator

model_id = "openai-community/gpt2"

async def created(url, **options):
    async with AsyncBytez("k" * 20, base_url=url, **options) as client:
        return (await client.model(model_id).cluster.get()).created

def read(url):
    with Bytez("k" * 20, base_url=url) as client:
        times = [client.model(model_id).cluster.get().created]
    times += [asyncio.run(created(url)), asyncio.run(created(url, http_client="aiohttp"))]
    return times

if sys.argv[1] == "freezegun":
    from freezegun import freeze_time
    frozen = freeze_time("2025-01-01")
else:
    import time_machine
    frozen = time_machine.travel("2025-01-01", tick=False)
with Emulator() as emulator:
    with Bytez("k" * 20, base_url=emulator.url) as client:
        client.model(model_id).cluster.create()
    with frozen:
        first = read(emulator.url)
    assert None not in first and read(emulator.url) == first
"""


@pytest.mark.parametrize("library", ["freezegun", "time_machine"])
def test_times_are_decoded_while_the_time_is_frozen_and_afterwards(library: str) -> None:
    pytest.importorskip(library)
    subprocess.run([sys.executable, "-c", SCRIPT, library], check=True)
