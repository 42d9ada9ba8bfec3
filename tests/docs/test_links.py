"""Links and paths of README and pages; the build of the site checks the links between pages."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from scripts.paths import ROOT
from tests.docs.pages import PAGES

# Pages that are not on the site.
REPOSITORY_PAGES: Final = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
URL: Final = r"https://(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]|$)"
FOLDERS: Final = "openapi|generated|overlay|emulator|contract|scripts|tests|benchmarks|examples|docs"


def links(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        yield from (str(token.attrs[name]) for name in ("href", "src") if name in token.attrs)
        yield from links(token.children or [])


def links_of(text: str) -> list[str]:
    return list(links(MarkdownIt("commonmark").parse(text)))


@pytest.mark.parametrize("name", REPOSITORY_PAGES)
def test_targets_of_relative_links_exist(name: str) -> None:
    for link in links_of((ROOT / name).read_text(encoding="utf-8")):
        parts = urlsplit(link)
        target = ROOT / (parts.path or name)
        assert parts.scheme or target.exists(), link
        if parts.fragment and not parts.scheme:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert parts.fragment in anchors, link


def test_external_links_are_valid_https_urls() -> None:
    for page in {*PAGES, *(ROOT / name for name in REPOSITORY_PAGES)}:
        for link in links_of(page.read_text(encoding="utf-8")):
            assert not urlsplit(link).scheme or re.match(URL, link), (page, link)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_named_paths_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(rf"`((?:{FOLDERS})/[^`<*\s]*)`", text)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
