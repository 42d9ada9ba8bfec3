"""Compare two bundled documents, or the working tree with the last release."""

import argparse
import json
from pathlib import Path

from scripts.compare.differ import breaking_changes
from scripts.compare.release import api_problems, contract_problems, last_tag, typing_problems
from scripts.paths import ROOT


def main() -> None:
    """Print breaking changes.

    Raises:
        SystemExit: There are breaking changes, or the arguments are invalid.
    """
    parser = argparse.ArgumentParser(prog="python -m scripts.compare", description=__doc__)
    parser.add_argument("documents", nargs="*", type=Path, metavar="JSON", help="old and new document")
    documents = [json.loads(file.read_text(encoding="utf-8")) for file in parser.parse_args().documents]
    if len(documents) not in (0, 2):
        parser.error("pass the old and the new document, or no document")
    problems = [*map(str, breaking_changes(*documents))] if documents else since_last_release(ROOT)
    if problems:
        raise SystemExit("\n".join(problems))


def since_last_release(root: Path) -> list[str]:
    """Print the compared release and return unannounced breaking changes since then."""
    tag = last_tag(root)
    if tag is None:
        print("there is no tag, so there is no release to compare with")
        return []
    print(f"compared with {tag}")
    folder = root / "build" / "last_release"
    return [*contract_problems(root, tag), *typing_problems(root, tag, folder), *api_problems(root, tag)]


if __name__ == "__main__":
    main()
