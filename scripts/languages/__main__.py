"""Run all generators, and write `docs/languages.md`."""

import json
from typing import Final

from scripts.languages.generators import GENERATORS
from scripts.languages.page import page
from scripts.languages.runner import run_generator
from scripts.languages.tools import DOCUMENT
from scripts.paths import ROOT

_PAGE: Final = ROOT / "docs" / "languages.md"


def main() -> None:
    """Run all generators and write the page.

    Raises:
        SystemExit: A generator, compiler or tour fails. The page is then unchanged.
    """
    results = []
    for generator in GENERATORS:
        print(generator.title, flush=True)
        results.append(run_generator(generator))
        if results[-1].reason:
            print(f"  {results[-1].reason}", flush=True)
    version = json.loads(DOCUMENT.read_text(encoding="utf-8"))["info"]["version"]
    _PAGE.write_text(page(str(version), results), encoding="utf-8")


if __name__ == "__main__":
    main()
