"""What it costs to import the client and set one up, against bare httpx: `python -m benchmarks.imports`."""

import subprocess
import sys
import time
from statistics import median, quantiles
from typing import Final

ROUNDS: Final = 25
BARE: Final = "import httpx; httpx.Client()"
CLIENT: Final = "from bytezkit import Bytez; Bytez(api_key='key')"


def seconds(code: str) -> float:
    """Run code in an interpreter of its own, isolated from this folder and environment."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
    return time.perf_counter() - began


def main() -> None:
    """Run both in turn and print the ratio of each round's pair."""
    for code in (BARE, CLIENT):
        seconds(code)  # Writes the byte code.
    pairs = [(seconds(BARE), seconds(CLIENT)) for _ in range(ROUNDS)]
    ratios = [client / bare for bare, client in pairs]
    low, _, high = quantiles(ratios, n=4)
    print(f"httpx     {median(bare for bare, _ in pairs) * 1000:6.1f} ms")
    print(f"bytezkit  {median(client for _, client in pairs) * 1000:6.1f} ms")
    print(f"ratio     {median(ratios):6.2f}    (middle half {low:.2f} to {high:.2f}, {ROUNDS} rounds)")


if __name__ == "__main__":
    main()
