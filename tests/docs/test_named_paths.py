"""Every path of the repository that a page names exists."""

import re
from typing import Final

import pytest

from scripts.paths import ROOT

PAGES: Final = ("README.md", "CONTRIBUTING.md", "docs/architecture.md")
FOLDERS: Final = "openapi|generated|overlay|emulator|contract|scripts|tests|benchmarks|examples|docs"
PATH: Final = re.compile(rf"`((?:{FOLDERS})/[^`<*\s]*)`")


@pytest.mark.parametrize("page", PAGES)
def test_named_paths_exist(page: str) -> None:
    named = PATH.findall((ROOT / page).read_text(encoding="utf-8"))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
