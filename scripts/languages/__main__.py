"""Run all generators, and write `docs/languages.md`.

    python -m scripts.languages [NAME...]

With names of build folders, such as `hey-api`, only those generators run, and the page is not written.
"""

import json
import sys
from typing import Final

from scripts.languages.generators import GENERATORS
from scripts.languages.page import page
from scripts.languages.runner import Result, run_generator
from scripts.languages.services import services
from scripts.languages.tools import install_tools
from scripts.paths import GENERATED, ROOT

_PAGE: Final = ROOT / "docs" / "languages.md"
_DOCUMENT: Final = ROOT / GENERATED / "bytezkit_openapi" / "openapi.sdk.json"


def main() -> None:
    """Run the generators.

    Raises:
        SystemExit: A generator, compiler or tour fails. The page is then unchanged.
    """
    names = sys.argv[1:]
    install_tools()
    results: list[Result] = []
    with services() as running:
        for generator in GENERATORS:
            if names and generator.probes[-1] not in names:
                continue
            print(f"{generator.language}, {generator.name}", flush=True)
            results.append(run_generator(generator, running))
            if results[-1].reason:
                print(f"  {results[-1].reason}", flush=True)
    if not names:
        version = json.loads(_DOCUMENT.read_text(encoding="utf-8"))["info"]["version"]
        _PAGE.write_text(page(str(version), results), encoding="utf-8")


if __name__ == "__main__":
    main()
