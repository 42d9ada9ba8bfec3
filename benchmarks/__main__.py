"""Measure, and write the page: `python -m benchmarks [client|imports|emulator|page]...`.

Without a name, all are done. The results of each part are kept, so that the page can be written from parts
that were measured one by one.
"""

import argparse

from benchmarks import imports, page, parts
from benchmarks.client import conductor, environments
from benchmarks.emulator import results as emulator

_PARTS = ("client", "imports", "emulator", "page")


def main() -> None:
    """Do what is named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and write the page.")
    parser.add_argument("parts", nargs="*", metavar="|".join(_PARTS), help="what to do; all, if not given")
    named = parser.parse_args().parts or list(_PARTS)
    if unknown := set(named).difference(_PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    absent = environments.install_all() if {"client", "imports"}.intersection(named) else {}
    for environment, why in absent.items():
        print(f"without {environment}: {why}", flush=True)
    if "client" in named:
        parts.keep("client", conductor.measure(absent))
    if "imports" in named:
        parts.keep("imports", imports.measure(absent))
    if "emulator" in named:
        parts.keep("emulator", emulator.measure())
    if "page" in named:
        page.write()


if __name__ == "__main__":
    main()
