"""Compare two bundles, or the work tree with the last release."""

import argparse
import json
from pathlib import Path

from scripts.compare.differ import breaking
from scripts.compare.release import contract_problems, last_tag, typing_problems
from scripts.paths import ROOT


def main() -> None:
    """Print what breaks users, and fail if something does."""
    parser = argparse.ArgumentParser(prog="python -m scripts.compare", description=__doc__)
    parser.add_argument("documents", nargs="*", type=Path, metavar="JSON", help="the old and the new bundle")
    documents = [json.loads(file.read_text(encoding="utf-8")) for file in parser.parse_args().documents]
    if len(documents) not in (0, 2):
        parser.error("give the old and the new bundle, or nothing")
    problems = [*map(str, breaking(*documents))] if documents else since_last_release(ROOT)
    if problems:
        raise SystemExit("\n".join(problems))


def since_last_release(root: Path) -> list[str]:
    """List what breaks users of the last release unannounced, and say what was compared."""
    tag = last_tag(root)
    if tag is None:
        print("there is no tag, so there is no release to compare with")
        return []
    print(f"compared with {tag}")
    folder = root / "build" / "last_release"
    return [*contract_problems(root, tag), *typing_problems(root, tag, folder)]


if __name__ == "__main__":
    main()
