"""The README and the pages of `docs/`, and the code in them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

from scripts.paths import ROOT

PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_TESTS: Final = re.compile(r"^(?:async )?def test_|^class Test", flags=re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes:
        page: Path from the root of the repository.
        line: Number of its first line.
        language: Info string of its fence; empty for an indented block.
        code: Content.
    """

    page: str
    line: int
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def holds_tests(self) -> bool:
        """Whether it is a test file."""
        return _TESTS.search(self.code) is not None


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
