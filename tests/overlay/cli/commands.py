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
        """The rows of a piped table, without its header."""
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
        environment: Additional environment variables.
    """
    kind = Terminal if terminal else TextIOWrapper
    out, err = BytesIO(), BytesIO()
    with (
        patch.object(sys, "stdin", Terminal(BytesIO()) if stdin is None else TextIOWrapper(BytesIO(stdin))),
        patch.object(sys, "stdout", kind(out, encoding)) as stdout,
        patch.object(sys, "stderr", kind(err, "utf-8")) as stderr,
        patch.dict("os.environ", environment or {}),
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
    """Run a shell line of `echo`, `cat` and the command, with pipes and redirections."""
    content = b""
    outcome = Outcome(0, b"", "")
    for part in line.split(" | "):
        piped, _, target = part.partition(" > ")
        words, _, source = piped.partition(" < ")
        name, *arguments = shlex.split(words)
        if source:
            content = Path(source).read_bytes()
        if name == "echo":
            content = f"{' '.join(arguments)}\n".encode()
        elif name == "bytezkit":
            outcome = call(*arguments, stdin=content)
            content = outcome.out
        else:
            assert name == "cat"
        if target:
            Path(target).write_bytes(content)
    return outcome
