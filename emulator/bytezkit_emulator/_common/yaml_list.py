"""Files of lists, in YAML 1.2."""

from pathlib import Path
from typing import Protocol, cast

from bytezkit_emulator._common.coercion import Misfit, to_json
from bytezkit_emulator._common.json import JsonValue


class _Mark(Protocol):
    line: int


class _Node(Protocol):
    start_mark: _Mark
    value: object


class _Problem(Protocol):
    problem: str
    problem_mark: _Mark


class _Reader(Protocol):
    """What is used of the YAML library, which is typed in part only."""

    def load(self, stream: str) -> object: ...

    def compose(self, stream: str) -> _Node: ...


class YamlList:
    """A file with a list. Its reader is imported with the first one.

    Args:
        path: Where it is.
        error: What is raised.

    Raises:
        ValueError: As `error`: it can not be read, or is not a list of values that JSON can spell.

    Attributes:
        items: What it lists.
    """

    def __init__(self, path: Path, error: type[ValueError]) -> None:
        self._path = path
        self._error = error
        self.items = self._read()

    def error(self, misfit: Misfit) -> ValueError:
        """Say in which line something is wrong."""
        return self._error(f"{self._path}:{self._line(misfit.path)}: {misfit}")

    def _read(self) -> list[JsonValue]:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

        try:
            self._text = self._path.read_text(encoding="utf-8")
            data = _reader().load(self._text)
        except MarkedYAMLError as error:
            problem = cast("_Problem", error)
            raise self._error(f"{self._path}:{problem.problem_mark.line + 1}: {problem.problem}") from None
        except (OSError, UnicodeDecodeError, YAMLError, RecursionError) as error:
            reason, _, _ = str(error).partition("\n")
            raise self._error(f"{self._path}: {reason}") from None
        try:
            items = to_json(data)
        except Misfit as misfit:
            raise self.error(misfit) from None
        if not isinstance(items, list):
            raise self._error(f"{self._path}: is not a list")
        return items

    def _line(self, path: tuple[str | int, ...]) -> int:
        """Return the line in which a value begins, or the innermost one around it that is there."""
        node = _reader().compose(self._text)
        line = node.start_mark.line
        for part in path:
            if isinstance(part, int):
                node = cast("list[_Node]", node.value)[part]
                line = node.start_mark.line
                continue
            pairs = cast("list[tuple[_Node, _Node]]", node.value)
            pair = next((pair for pair in pairs if pair[0].value == part), None)
            if pair is None:  # It was merged from elsewhere.
                break
            line, node = pair[0].start_mark.line, pair[1]
        return line + 1


def _reader() -> _Reader:
    from ruamel.yaml import YAML  # noqa: PLC0415  # only files need it

    return cast("_Reader", YAML(typ="safe", pure=True))
