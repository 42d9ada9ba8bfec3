"""Try all generators, and write the page."""

import json
from typing import Final

from scripts.languages.page import page
from scripts.languages.rows import ROWS
from scripts.languages.trial import take
from scripts.languages.workshop import DOCUMENT
from scripts.paths import ROOT

_PAGE: Final = ROOT / "docs" / "languages.md"


def main() -> None:
    """Try, and write."""
    trials = []
    for row in ROWS:
        print(row.name, flush=True)
        trials.append(take(row))
        if trials[-1].reason:
            print(f"  {trials[-1].reason}", flush=True)
    version = json.loads(DOCUMENT.read_text(encoding="utf-8"))["info"]["version"]
    _PAGE.write_text(page(str(version), trials), encoding="utf-8")


if __name__ == "__main__":
    main()
