"""Comparison with the last release."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from scripts.changelog import release_notes
from scripts.compare import __main__ as command
from scripts.compare.release import (
    allows_breaking_changes,
    api_problems,
    contract_problems,
    last_tag,
    typing_problems,
)
from scripts.paths import ROOT

DOCUMENTS: Final = tuple(f"generated/bytezkit_openapi/{it}" for it in ("openapi.json", "openapi.sdk.json"))
PACKAGE: Final = "overlay/bytezkit/__init__.py"
PROGRAM_WRITER: Final = """\
import pathlib, sys

pathlib.Path(sys.argv[1]).mkdir()
text = "import bytezkit\\n\\nlimit: int = bytezkit.limit\\n"
pathlib.Path(sys.argv[1], "accepted.py").write_text(text)
"""
FINDINGS: Final = [
    f"{it}#/paths/~1a/get: removed-operations: the operation is removed"
    for it in ("openapi.json", "openapi.sdk.json")
]


def document(version: str, *paths: str) -> str:
    operation = {"get": {"operationId": "a", "responses": {}}}
    return json.dumps(
        {"openapi": "3.1.0", "info": {"version": version}, "paths": dict.fromkeys(paths, operation)}
    )


def write(root: Path, name: str, text: str) -> Path:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")
    return root / name


def write_documents(root: Path, version: str, *paths: str) -> None:
    for name in DOCUMENTS:
        write(root, name, document(version, *paths))


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "tag.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def release(root: Path, tag: str) -> None:
    git(root, "commit", "--quiet", "--no-gpg-sign", f"--message={tag}")
    git(root, "tag", tag)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one release."""
    write_documents(tmp_path, "0.1.0", "/a")
    write(tmp_path, PACKAGE, '__version__ = "0.1.0"\nlimit: int = 3\n')
    write(tmp_path, "emulator/bytezkit_emulator/__init__.py", "")
    write(tmp_path, "tests/typing/__main__.py", PROGRAM_WRITER)
    write(tmp_path, "CHANGELOG.md", "- First. (Contract 0.1.0)\n")
    write(tmp_path, "mypy.ini", "[mypy]\nmypy_path = overlay\ncache_dir = .cache\n")
    write(tmp_path, "pyrightconfig.json", '{"extraPaths": ["overlay"]}')
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    release(tmp_path, "v0.1.0")
    return tmp_path


def test_working_tree_has_no_unannounced_breaking_change() -> None:
    assert command.since_last_release(ROOT) == []


def test_last_tag_is_compared(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(repository, "rm", "--quiet", "--cached", DOCUMENTS[0])
    release(repository, "v0.2.0")
    assert last_tag(repository) == "v0.2.0"
    with pytest.raises(SystemExit, match=r"tag v0\.2\.0 has no file generated"):
        contract_problems(repository, "v0.2.0")

    git(repository, "tag", "--delete", "v0.1.0", "v0.2.0")
    assert command.since_last_release(repository) == []
    assert capsys.readouterr().out == "there is no tag, so there is no release to compare with\n"


@pytest.mark.parametrize(
    ("version", "paths", "changelog", "problems"),
    [
        ("0.1.0", ("/a", "/b"), "", []),
        (
            "0.1.1",
            (),
            "",
            [*FINDINGS, "contract 0.1.1: the version announces no breaking change since 0.1.0"],
        ),
        ("0.2.0", (), "", [*FINDINGS, "CHANGELOG.md: expected an entry that ends with (Contract 0.2.0)"]),
        ("0.2.0", (), "- `/a` is gone. (Contract 0.2.0)\n", []),
    ],
)
def test_contract_problems(
    repository: Path, version: str, paths: tuple[str, ...], changelog: str, problems: list[str]
) -> None:
    write_documents(repository, version, *paths)
    write(repository, "CHANGELOG.md", changelog)

    assert contract_problems(repository, "v0.1.0") == problems


def test_semantic_version_allows_breaking_changes() -> None:
    allowed = [("0.1.0", "0.2.0"), ("0.9.0", "1.0.0"), ("1.2.0", "2.0.0")]
    refused = [("0.1.0", "0.1.9"), ("1.2.0", "1.3.0"), ("0.2.0", "0.1.0")]
    assert [it for it in allowed + refused if allows_breaking_changes(*it)] == allowed


def test_typing_programs_of_release_check_working_tree(repository: Path) -> None:
    folder = repository / "build"
    assert typing_problems(repository, "v0.1.0", folder) == []

    write(repository, PACKAGE, '__version__ = "0.1.1"\nlimit: str = "3"\n')
    lines = typing_problems(repository, "v0.1.0", folder)
    for error in ("[assignment]", "reportAssignmentType"):
        assert any(error in line for line in lines)

    write(repository, PACKAGE, '__version__ = "0.2.0"\nlimit: str = "3"\n')
    assert typing_problems(repository, "v0.1.0", folder) == []


def test_public_names_of_release_are_compared(repository: Path) -> None:
    assert api_problems(repository, "v0.1.0") == []

    write(repository, PACKAGE, '__version__ = "0.1.1"\n')
    [problem] = api_problems(repository, "v0.1.0")
    assert problem.endswith("limit: Public object was removed")

    write(repository, PACKAGE, '__version__ = "0.2.0"\n')
    assert api_problems(repository, "v0.1.0") == []


@pytest.mark.parametrize(
    ("changelog", "problem"),
    [
        ("# Changelog\n\n## 0.2.0\n\n- New.\n\n## 0.1.0\n\n- Old.\n", None),
        ("## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- New.\n", None),
        ("## Unreleased\n\n- Newer.\n\n## 0.2.0\n\n- New.\n", "Unreleased has changes"),
        ("## 0.2.0\n\n## 0.1.0\n\n- Old.\n", "has no section 0.2.0, or it is empty"),
        ("## 0.1.0\n\n- Old.\n", "has no section 0.2.0, or it is empty"),
    ],
)
def test_release_notes_are_the_section_of_the_version(changelog: str, problem: str | None) -> None:
    if problem is None:
        assert release_notes(changelog, "0.2.0") == "- New."
    else:
        with pytest.raises(ValueError, match=problem):
            release_notes(changelog, "0.2.0")


def test_command_compares_two_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "old.json", document("0.1.0", "/a"))
    write(tmp_path, "new.json", document("0.1.0"))
    monkeypatch.chdir(tmp_path)

    def run(*documents: str) -> None:
        monkeypatch.setattr(sys, "argv", ["compare", *documents])
        command.main()

    run("new.json", "old.json")
    with pytest.raises(SystemExit, match="the operation is removed"):
        run("old.json", "new.json")
    with pytest.raises(SystemExit):
        run("old.json")
    assert "pass the old and the new document, or no document" in capsys.readouterr().err
