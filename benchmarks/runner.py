"""Interleaved rounds: each round measures every subject of a comparison once, in random order.

The speed of a machine changes within seconds. Only measurements of the same round are put in relation.
"""

import os
import platform
import random
from datetime import UTC, datetime
from typing import Final

from benchmarks.results import ComparisonResult, StageResult, code_digest
from benchmarks.stage import Comparison, MeasurementError, Stage

_SEED: Final = 20251121


def measure(stage: Stage) -> StageResult:
    """Measure all comparisons of a stage."""
    print(f"{stage.name}: {stage.title}", flush=True)
    return StageResult(
        date=datetime.now(UTC).date().isoformat(),
        code=code_digest(),
        python=platform.python_version(),
        cores=os.cpu_count() or 1,
        rounds=stage.rounds,
        packages=stage.packages,
        comparisons={it.title: _measure(it, stage.rounds) for it in stage.comparisons},
    )


def _measure(comparison: Comparison, rounds: int) -> ComparisonResult:
    """Measure the subjects in each round; drop a subject at its first failure."""
    result = ComparisonResult()
    order = random.Random(_SEED)  # noqa: S311  # The order of measurements is no secret.
    with comparison.server() as url:
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
    return result
