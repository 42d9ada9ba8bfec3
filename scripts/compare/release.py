"""Compare with the last release, which is the last tag."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, cast

from scripts.bundle import JsonObject, as_object
from scripts.compare.differ import breaking

_BUNDLE: Final = "generated/bytezkit_openapi/openapi.json"
_PACKAGE: Final = "overlay/bytezkit/__init__.py"
_TYPING: Final = "tests/typing"
_CHANGELOG: Final = "CHANGELOG.md"
_VERSION: Final = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)


def last_tag(root: Path) -> str | None:
    """Return the last tag before the work tree, if there is one."""
    done = _git(root, "describe", "--tags", "--abbrev=0")
    return done.stdout.strip() if done.returncode == 0 else None


def contract_problems(root: Path, tag: str) -> list[str]:
    """List what breaks users of the contract of a release without a version and a line that say so."""
    old, new = _bundle(_at(root, tag, _BUNDLE)), _bundle((root / _BUNDLE).read_text(encoding="utf-8"))
    findings = [str(finding) for finding in breaking(old, new)]
    before, after = (str(as_object(document["info"], "info")["version"]) for document in (old, new))
    if not findings:
        return []
    if not announces_a_break(before, after):
        return [*findings, f"contract {after}: a version that announces a break after {before} is missing"]
    if f"(Contract {after})" not in (root / _CHANGELOG).read_text(encoding="utf-8"):
        return [*findings, f"{_CHANGELOG}: a line that ends with (Contract {after}) is missing"]
    return []


def typing_problems(root: Path, tag: str, folder: Path) -> list[str]:
    """List what the type checkers say of the typing tests of a release.

    Args:
        root: The repository.
        tag: The release.
        folder: Where its tests are written, below `root`.
    """
    before, after = (
        _version(text) for text in (_at(root, tag, _PACKAGE), (root / _PACKAGE).read_text(encoding="utf-8"))
    )
    if announces_a_break(before, after):
        return []
    shutil.rmtree(folder, ignore_errors=True)
    for name in _git(root, "ls-tree", "--name-only", tag, f"{_TYPING}/").stdout.split():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_at(root, tag, name), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "tests.typing", "programs"], cwd=folder, check=True)
    files = sorted((folder / "programs").iterdir())
    runs = [
        subprocess.run(
            [sys.executable, "-m", checker, *map(str, files)],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        for checker in ("mypy", "pyright")
    ]
    return [line for run in runs if run.returncode for line in (run.stdout + run.stderr).splitlines()]


def announces_a_break(before: str, after: str) -> bool:
    """Say whether a version may break users of another one, by Semantic Versioning."""
    old, new = ([int(part) for part in version.split(".")] for version in (before, after))
    return new[:1] > old[:1] or (old[0] == 0 and new[:2] > old[:2])


def _bundle(text: str) -> JsonObject:
    return cast("JsonObject", json.loads(text))


def _version(text: str) -> str:
    found = _VERSION.search(text)
    if found is None:
        raise SystemExit(f"{_PACKAGE} has no version")
    return found[1]


def _at(root: Path, tag: str, path: str) -> str:
    done = _git(root, "show", f"{tag}:{path}")
    if done.returncode:
        raise SystemExit(f"{tag} has no {path}: {done.stderr.strip()}")
    return done.stdout


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments],  # noqa: S607  # whichever git made the clone
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
