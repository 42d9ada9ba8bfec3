"""Links of the README and other loose pages; the build of the site checks the links between pages."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from scripts.paths import ROOT
from tests.docs.pages import PAGES

# Pages of the repository that are not on the site.
LOOSE: Final = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
HOST: Final = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")


def links(text: str) -> list[str]:
    """Return the targets of the links and pictures of a page."""

    def of(tokens: list[Token]) -> Iterator[str]:
        for token in tokens:
            for name in ("href", "src"):
                if name in token.attrs:
                    yield str(token.attrs[name])
            yield from of(token.children or [])

    return list(of(MarkdownIt("commonmark").parse(text)))


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", LOOSE)
def test_links_within_the_repository(name: str) -> None:
    for link in links((ROOT / name).read_text(encoding="utf-8")):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = ROOT / (parts.path or name)
        assert target.exists(), link
        if parts.fragment:
            assert parts.fragment in anchors(target.read_text(encoding="utf-8")), link


def test_external_links_are_valid_https_urls() -> None:
    for page in [*PAGES, *(ROOT / name for name in LOOSE)]:
        for link in links(page.read_text(encoding="utf-8")):
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme == "https", (page, link)
                assert HOST.fullmatch(parts.netloc), (page, link)
