"""Measure everything, and write the page."""

from typing import Final

from benchmarks.emulator import beside_prism, crowd, prism, state
from benchmarks.emulator.page import page
from scripts.paths import ROOT

_PAGE: Final = ROOT / "docs" / "benchmarks.md"
_STREAMS: Final = 2000
_REQUESTS: Final = 100_000


def main() -> None:
    """Measure, write.

    Raises:
        SystemExit: A crowd leaves something behind, or a request failed.
    """
    crowded = crowd.measure(streams=_STREAMS, requests=_REQUESTS)
    print(crowded, flush=True)
    if crowded.after != crowded.before:
        raise SystemExit("the crowd left something behind")
    why_alone = ""
    try:
        prism.install()
    except prism.UnavailableError as error:
        why_alone = str(error)
        print(f"without Prism: {why_alone}", flush=True)
    beside = beside_prism.measure(with_prism=not why_alone)
    print(*beside, sep="\n", flush=True)
    _PAGE.write_text(page(beside, why_alone, state.measure(), crowded), encoding="utf-8")


if __name__ == "__main__":
    main()
