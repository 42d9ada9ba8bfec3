"""Test cases of linter and comparison: one YAML file per rule, with the cases by title."""

from pathlib import Path
from typing import Any

import pytest

from scripts.bundle import read_yaml

TESTS = Path(__file__).parent.parent


def rule_cases(folder: str, member: str = "") -> tuple[Any, list[Any], set[Any]]:
    """Return the valid document, parameters (rule, case) of the cases with a member, and their rules."""
    files: dict[str, Any] = {file.stem: read_yaml(file) for file in sorted((TESTS / folder).glob("*.yaml"))}
    base = files.pop("base")
    cases = [
        pytest.param(rule, case, id=f"{rule}: {title}")
        for rule, titles in files.items()
        for title, case in titles.items()
        if not member or member in case
    ]
    return base, cases, {case.values[0] for case in cases}
