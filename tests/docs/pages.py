"""The README and the pages of `docs/`, and the code in them."""

import re
from pathlib import Path
from typing import Final, NamedTuple

from markdown_it import MarkdownIt

from scripts.paths import ROOT

PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))


class Block(NamedTuple):
    """A block of code: page, first line, info string (empty for an indented block) and content."""

    page: str
    line: int
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def has_tests(self) -> bool:
        return re.search(r"^(?:async )?def test_|^class Test", self.code, flags=re.MULTILINE) is not None


def _blocks_of(page: Path) -> list[Block]:
    tokens = MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8"))
    return [
        Block(str(page.relative_to(ROOT)), token.map[0] + 1, token.info.strip(), token.content)
        for token in tokens
        if token.type in ("fence", "code_block") and token.map is not None
    ]


BLOCKS: Final = tuple(block for page in PAGES for block in _blocks_of(page))


def blocks(language: str, *, page: str | None = None) -> list[Block]:
    """Return the blocks of a language, of all pages or one page."""
    return [it for it in BLOCKS if it.language == language and page in (None, it.page)]
