"""Try all clients, and write the page if each did what is expected of it."""

from typing import Final

from scripts.interop.page import page
from scripts.interop.rows import ROWS
from scripts.interop.trial import run
from scripts.paths import ROOT

_PAGE: Final = ROOT / "docs" / "interop.md"


def main() -> None:
    """Try, compare, write."""
    trials = []
    for row in ROWS:
        print(row.name, flush=True)
        trials.append(run(row))
    differences = [line for trial in trials for line in trial.differences()]
    if differences:
        raise SystemExit("\n".join(differences))
    _PAGE.write_text(page(trials), encoding="utf-8")


if __name__ == "__main__":
    main()
