"""Sections of the changelog: `python -m scripts.changelog TAG` prints the notes of a release."""

import argparse
import re
from typing import Final

from scripts.compare.release import package_version
from scripts.paths import ROOT

_CHANGELOG: Final = ROOT / "CHANGELOG.md"
_HEADING: Final = re.compile(r"^## (\S+).*\n", re.MULTILINE)


def release_notes(changelog: str, version: str) -> str:
    """Return the text of a version's section.

    Args:
        changelog: The changelog.
        version: The version, such as 0.1.0.

    Raises:
        ValueError: The section is missing or empty, or changes above it belong to no version.
    """
    _, *parts = _HEADING.split(changelog)
    sections = dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))
    if sections.get("Unreleased"):
        raise ValueError("the section Unreleased has changes: move them to the section of the version")
    if not sections.get(version):
        raise ValueError(f"the changelog has no section {version}, or it is empty")
    return sections[version]


def main() -> None:
    """Print the notes of the release.

    Raises:
        SystemExit: The tag is not that of the package's version, or the changelog has no notes.
    """
    parser = argparse.ArgumentParser(prog="python -m scripts.changelog", description=__doc__)
    parser.add_argument("tag", metavar="TAG", help="tag of the release, such as v0.1.0")
    tag = parser.parse_args().tag
    version = package_version(ROOT)
    if tag != f"v{version}":
        raise SystemExit(f"the tag is {tag}, but the version of the package is {version}")
    try:
        print(release_notes(_CHANGELOG.read_text(encoding="utf-8"), version))
    except ValueError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
