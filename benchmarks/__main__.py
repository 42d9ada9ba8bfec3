"""Measure stages, and write the page: `python -m benchmarks [STAGE]...`."""

import argparse
from typing import Final

from benchmarks import client_stages as client
from benchmarks import emulator_stages as emulator
from benchmarks import page, results, runner
from benchmarks.stage import Stage

STAGES: Final[tuple[Stage, ...]] = (
    client.SYNC_RUN,
    client.ASYNC_RUN,
    client.TEXT_STREAM,
    client.FIRST_CHUNK,
    client.MEDIA,
    client.MAP,
    client.IMPORT,
    emulator.BESIDE_PRISM,
    emulator.GROWTH,
    emulator.IN_PROCESS,
)


def main() -> None:
    """Measure the named stages, and write the page from all stored results."""
    names = [stage.name for stage in STAGES]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure stages, and write docs/benchmarks.md from all stored results.",
        epilog=f"Stages: {', '.join(names)}.",
    )
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="stage to measure (default: all)")
    selected = parser.parse_args().stages or names
    if unknown := sorted(set(selected).difference(names)):
        parser.error(f"unknown stage: {', '.join(unknown)}")
    for stage in STAGES:
        if stage.name in selected:
            measured = runner.measure(stage)
            results.store({**results.load(), stage.name: measured})
            page.write(STAGES, results.load())


if __name__ == "__main__":
    main()
