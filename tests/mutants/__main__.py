"""Run the mutants, write the kill table, and fail if a number is not good enough.

python -m tests.mutants [--only PREFIX]
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from scripts.paths import ROOT
from tests.mutants.campaign import Campaign
from tests.mutants.judgements import Judgement
from tests.mutants.killed import killed, write_killed
from tests.mutants.layers import LAYERS
from tests.mutants.mutant import CODE, DOCUMENT, FAULT, Mutant, one_in
from tests.mutants.registry import mutants_from
from tests.mutants.survivors import reason_of
from tests.mutants.table import Results, table

_TABLE: Final = ROOT / "docs" / "kill-table.md"
# All hand-made faults are run, and one in so many of each kind of the others.
_EVERY: Final = {FAULT: 1, DOCUMENT: 8, CODE: 8}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mutants and return 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", metavar="PREFIX", default="", help="run only those, and write no table")
    prefix: str = parser.parse_args(arguments).only
    found = {origin: mutants_from(origin) for origin in _EVERY}
    chosen = [it for origin, every in _EVERY.items() for it in one_in(every, found[origin])]
    judgements: list[Judgement] = []
    with Campaign() as campaign:
        run = [it for it in chosen if it.name.startswith(prefix) and not _is_equivalent(it)]
        for judgement in campaign.judge(run):
            judgements.append(judgement)
            killer = judgement.killer
            sys.stdout.write(f"{judgement.name}: {killer.test if killer else 'SURVIVED'}\n")
            sys.stdout.flush()
        before = killed()
        killers = {**before, **{it.name: it.killer for it in judgements if it.killer is not None}}
        write_killed({it.name: killers[it.name] for it in chosen if it.name in killers})
        if prefix:
            return 0
        false_positives = {layer: list(campaign.false_positives(layer)) for layer in LAYERS}
    results = Results(found, chosen, judgements, false_positives)
    _TABLE.write_text(table(results), encoding="utf-8")
    complaints = results.complaints(before)
    sys.stderr.writelines(f"{complaint}\n" for complaint in complaints)
    return 1 if complaints else 0


def _is_equivalent(mutant: Mutant) -> bool:
    reason = reason_of(mutant.name)
    return reason is not None and reason.is_equivalent


if __name__ == "__main__":
    sys.exit(main())
