"""What it costs to import a client and set it up, beside others."""

import random
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from benchmarks.client import environments
from benchmarks.client.results import ratios
from benchmarks.client.stages import BARE, OURS, OURS_FAST
from benchmarks.emulator.spread import Spread
from scripts.markdown import markdown_table

ROUNDS: Final = 7
_SEED: Final = 20251121
_EMPTY: Final = "an empty program"

# Where each runs, and what.
CODES: Final[Mapping[str, tuple[str, str]]] = {
    OURS: ("plain", "from bytezkit import Bytez; Bytez(api_key='key')"),
    OURS_FAST: ("fast", "from bytezkit import AsyncBytez; AsyncBytez(api_key='key')"),
    BARE: ("plain", "import httpx; httpx.Client()"),
    "bytez": ("bytez", "from bytez import Bytez; Bytez('key')"),
    "openai": ("openai", "from openai import OpenAI; OpenAI(api_key='key')"),
    "huggingface_hub": (
        "huggingface_hub",
        "from huggingface_hub import InferenceClient; InferenceClient(api_key='key')",
    ),
    "requests": ("requests", "import requests; requests.Session()"),
    "urllib3": ("urllib3", "import urllib3; urllib3.PoolManager()"),
    "aiohttp": ("aiohttp", "import aiohttp"),
    "pyqwest": ("pyqwest", "import pyqwest; pyqwest.SyncClient()"),
    _EMPTY: ("plain", "pass"),
}


@dataclass(frozen=True, slots=True)
class Results:
    """The seconds of each round, by what was run."""

    seconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])


def measure(absent: Mapping[str, str]) -> Results:
    """Run each in turn, in an order that is drawn, but what is in environments that are absent."""
    available = [name for name, (environment, _) in CODES.items() if environment not in absent]
    for name in available:
        _seconds(name)  # Writes the byte code.
    results = Results({name: [] for name in available})
    drawn = random.Random(_SEED)  # noqa: S311  # an order, no secret
    for _ in range(ROUNDS):
        for name in drawn.sample(available, len(available)):
            results.seconds[name].append(_seconds(name))
    return results


def _seconds(name: str) -> float:
    """Run code in an interpreter of its own, isolated from this folder and environment."""
    environment, code = CODES[name]
    began = time.perf_counter()
    subprocess.run([environments.python(environment), "-I", "-c", code], check=True)
    return time.perf_counter() - began


def sections(results: Results) -> str:
    """Write what was measured."""
    rows = [
        (
            f"`{name}`" if name != _EMPTY else name,
            Spread.of([1000 * it for it in seconds]).text(0),
            Spread.of(ratios(results.seconds[OURS], seconds)).text(2),
        )
        for name, seconds in results.seconds.items()
    ]
    table = markdown_table(("", "ms", f"`{OURS}` to it"), rows)
    return f"""\
## Import

An interpreter that imports the package and sets one client up (of `{OURS_FAST}` the awaited one, of `aiohttp`
none: it needs a loop), from start to end. {ROUNDS} rounds.

{table}"""
