"""`docs/command-line.md` shows what the commands say today."""

from scripts.command_docs import command_docs
from scripts.paths import COMMAND_DOCS, ROOT


def test_the_screens_are_those_of_the_commands() -> None:
    assert (ROOT / COMMAND_DOCS).read_text(encoding="utf-8") == command_docs(), "run `make screens`"
