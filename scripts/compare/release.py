"""Comparison of the working tree with the last release, which is the last tag."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, cast

from scripts.bundle import JsonObject, as_object
from scripts.compare.differ import breaking_changes

_DOCUMENTS: Final = tuple(f"generated/bytezkit_openapi/{it}" for it in ("openapi.json", "openapi.sdk.json"))
_PACKAGE: Final = "overlay/bytezkit/__init__.py"
# Folders by package.
_PUBLIC: Final = {"bytezkit": "overlay", "bytezkit_emulator": "emulator"}
_TYPING: Final = "tests/typing"
_CHANGELOG: Final = "CHANGELOG.md"
_VERSION: Final = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)


def last_tag(root: Path) -> str | None:
    """Return the last tag before the working tree; None without a tag or repository."""
    process = _git(root, "describe", "--tags", "--abbrev=0")
    return process.stdout.strip() if process.returncode == 0 else None


def contract_problems(root: Path, tag: str) -> list[str]:
    """Return breaking changes of the published documents that version or changelog do not announce.

    Args:
        root: The repository.
        tag: The release.
    """
    findings: list[str] = []
    for name in _DOCUMENTS:
        old, new = (
            cast("JsonObject", json.loads(text))
            for text in (_read_at_tag(root, tag, name), (root / name).read_text(encoding="utf-8"))
        )
        findings += [f"{Path(name).name}{finding}" for finding in breaking_changes(old, new)]
    before, after = (str(as_object(document["info"], "info")["version"]) for document in (old, new))
    if not findings:
        return []
    if not allows_breaking_changes(before, after):
        return [
            *findings,
            f"contract {after}: the version announces no breaking change since {before}",
        ]
    if f"(Contract {after})" not in (root / _CHANGELOG).read_text(encoding="utf-8"):
        return [*findings, f"{_CHANGELOG}: expected an entry that ends with (Contract {after})"]
    return []


def typing_problems(root: Path, tag: str, folder: Path) -> list[str]:
    """Return the type errors of the release's typing tests with the working tree's package.

    Args:
        root: The repository.
        tag: The release.
        folder: Folder below `root` for the tests of the release; existing files are deleted.
    """
    before, after = _versions(root, tag)
    if allows_breaking_changes(before, after):
        return []
    shutil.rmtree(folder, ignore_errors=True)
    for name in _git(root, "ls-tree", "--name-only", tag, f"{_TYPING}/").stdout.split():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_read_at_tag(root, tag, name), encoding="utf-8")
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


def package_version(root: Path) -> str:
    """Return the version of the package in the working tree."""
    return _version((root / _PACKAGE).read_text(encoding="utf-8"))


def api_problems(root: Path, tag: str) -> list[str]:
    """Return the breaking changes of the public Python API since the release.

    Args:
        root: The repository.
        tag: The release.
    """
    before, after = _versions(root, tag)
    if allows_breaking_changes(before, after):
        return []
    runs = [
        subprocess.run(
            [sys.executable, "-m", "griffe", "check", package, "--search", folder, "--against", tag],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        for package, folder in _PUBLIC.items()
    ]
    return [line for run in runs if run.returncode for line in (run.stdout + run.stderr).splitlines()]


def allows_breaking_changes(before: str, after: str) -> bool:
    """Return whether Semantic Versioning allows breaking changes between two versions."""
    old, new = ([int(part) for part in version.split(".")] for version in (before, after))
    return new[:1] > old[:1] or (old[0] == 0 and new[:2] > old[:2])


def _versions(root: Path, tag: str) -> tuple[str, str]:
    """Return the version of the package in the release and in the working tree."""
    before = _read_at_tag(root, tag, _PACKAGE)
    return _version(before), package_version(root)


def _version(text: str) -> str:
    match = _VERSION.search(text)
    if match is None:
        raise SystemExit(f'{_PACKAGE}: expected a line __version__ = "..."')
    return match[1]


def _read_at_tag(root: Path, tag: str, path: str) -> str:
    process = _git(root, "show", f"{tag}:{path}")
    if process.returncode:
        raise SystemExit(f"tag {tag} has no file {path}: {process.stderr.strip()}")
    return process.stdout


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("git") or "git", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
