"""Measure stages, and write the page: `python -m benchmarks [STAGE]...`."""

import argparse
import os
import platform
import random
from datetime import UTC, datetime
from typing import Final

from benchmarks import client_stages, emulator_stages, page, results
from benchmarks.environments import packages
from benchmarks.results import ComparisonResult, StageResult
from benchmarks.stage import Comparison, MeasurementError, Stage

STAGES: Final[tuple[Stage, ...]] = (*client_stages.STAGES, *emulator_stages.STAGES)
_SEED: Final = 20251121


def measure(stage: Stage) -> StageResult:
    """Measure all comparisons of a stage."""
    print(f"{stage.name}: {stage.title}", flush=True)
    return StageResult(
        date=datetime.now(UTC).date().isoformat(),
        code=results.code_digest(),
        python=platform.python_version(),
        cores=os.cpu_count() or 1,
        rounds=stage.rounds,
        packages=stage.packages or packages(name for it in stage.comparisons for name in it.subjects),
        comparisons={it.title: _measure(it, stage.rounds) for it in stage.comparisons},
    )


def _measure(comparison: Comparison, rounds: int) -> ComparisonResult:
    """Measure all subjects, unless their server does not start."""
    result = ComparisonResult()
    try:
        with comparison.server() as url:
            _measure_rounds(comparison, rounds, url, result)
    except MeasurementError as error:
        print(f"{comparison.title}: {error}", flush=True)
        result.failures.update(dict.fromkeys(comparison.subjects, str(error)))
    return result


def _measure_rounds(comparison: Comparison, rounds: int, url: str, result: ComparisonResult) -> None:
    """Measure each subject once per round, in random order; drop a subject at its first failure.

    The speed of a machine changes within seconds. Only measurements of the same round are put in relation.
    """
    order = random.Random(_SEED)  # noqa: S311  # The order of measurements is no secret.
    for number in range(rounds + 1):
        for subject in order.sample(comparison.subjects, len(comparison.subjects)):
            if subject in result.failures:
                continue
            try:
                sample = comparison.measure(subject, url)
            except MeasurementError as error:
                print(f"{comparison.title}: {subject}: {error}", flush=True)
                result.failures[subject] = str(error)
                result.values.pop(subject, None)
                continue
            # The first round fills caches: byte code, files, the just-in-time compiler of Node.
            if number:
                result.add(subject, sample)


def main() -> None:
    """Measure the named stages, and write the page from all stored results."""
    names = [stage.name for stage in STAGES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", epilog=f"Stages: {', '.join(names)}.")
    parser.description = "Measure stages, and write docs/benchmarks.md from all stored results."
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="stage to measure (default: all)")
    selected = parser.parse_args().stages or names
    if unknown := sorted(set(selected).difference(names)):
        parser.error(f"unknown stage: {', '.join(unknown)}")
    for stage in STAGES:
        if stage.name in selected:
            results.store({**results.load(), stage.name: measure(stage)})
            page.PAGE.write_text(page.page(STAGES, results.load()), encoding="utf-8")


if __name__ == "__main__":
    main()
