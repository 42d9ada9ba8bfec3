"""Calls the command within this process."""

import shlex
import sys
from collections.abc import Mapping
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from bytezkit._cli.__main__ import main


class Outcome(NamedTuple):
    """Result of a call."""

    code: object
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def rows(self) -> list[list[str]]:
        """The rows of a piped table, without its headings."""
        return [line.split("\t") for line in self.text.splitlines()[1:]]


class Terminal(TextIOWrapper):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def call(
    *arguments: str,
    stdin: bytes | None = b"",
    terminal: bool = False,
    encoding: str = "utf-8",
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Call the command.

    Args:
        arguments: Arguments of the command.
        stdin: Content of stdin; None for a terminal without input.
        terminal: Whether stdout and stderr claim to be terminals.
        encoding: Encoding of stdout.
        environment: Changes of the environment.
    """
    kind = Terminal if terminal else TextIOWrapper
    out, err = BytesIO(), BytesIO()
    given = Terminal(BytesIO()) if stdin is None else TextIOWrapper(BytesIO(stdin), "utf-8")
    with (
        patch.object(sys, "stdin", given),
        patch.object(sys, "stdout", kind(out, encoding)) as stdout,
        patch.object(sys, "stderr", kind(err, "utf-8")) as stderr,
        patch.dict("os.environ", {**(environment or {})}),
    ):
        code: object = 0
        try:
            main([*arguments])
        except SystemExit as end:
            code = end.code
        stdout.flush()
        stderr.flush()
    return Outcome(code, out.getvalue(), err.getvalue().decode())


def shell(line: str) -> Outcome:
    """Run a line of shell: `echo`, `cat` and the command, with pipes and redirections."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>")
    lexer.whitespace_split = True
    words = [*lexer]
    content, target = b"", None
    last = Outcome(0, b"", "")
    while words:
        end = words.index("|") if "|" in words else len(words)
        command, words = words[:end], words[end + 1 :]
        if "<" in command:
            content = Path(command[command.index("<") + 1]).read_bytes()
        if ">" in command:
            target = Path(command[command.index(">") + 1])
        command = command[: min((command.index(sign) for sign in "<>" if sign in command), default=None)]
        if command[0] == "echo":
            content = f"{' '.join(command[1:])}\n".encode()
        elif command[0] == "bytezkit":
            last = call(*command[1:], stdin=content)
            content = last.out
        else:
            assert command == ["cat"]
    if target is not None:
        target.write_bytes(last.out)
    return last
