"""Read YAML 1.2 files that contain a list, and locate errors by line."""

from pathlib import Path
from typing import Final, Protocol, cast

from bytezkit_emulator._common.coercion import InvalidValueError, to_json
from bytezkit_models.json_value import JsonValue


class _Mark(Protocol):
    line: int


class _Node(Protocol):
    start_mark: _Mark
    value: object


class _SyntaxError(Protocol):
    problem: str
    problem_mark: _Mark


class _Reader(Protocol):
    """The used part of `ruamel.yaml.YAML`, whose own type hints are incomplete."""

    def load(self, stream: str) -> object: ...

    def compose(self, stream: str) -> _Node: ...


# Aliases can make a value that grows exponentially with the size of the file.
_MAX_VALUES: Final = 1_000_000


class YamlList:
    """A YAML file that contains a list.

    Args:
        path: The file.
        error: The type of the errors that are raised.

    Raises:
        ValueError: As `error`: the file cannot be read, is not YAML, or is not a list of JSON values.

    Attributes:
        items: The items of the list.
    """

    def __init__(self, path: Path, error: type[ValueError]) -> None:
        self._path = path
        self._error = error
        self.items = self._read_items()

    def error(self, cause: InvalidValueError) -> ValueError:
        """Return an error that names the file and the line of an invalid value."""
        return self._error(f"{self._path}:{self._line_of(cause.path)}: {cause}")

    def _read_items(self) -> list[JsonValue]:
        from ruamel.yaml import YAML  # noqa: PLC0415  # the import takes 0.1 s, and only files need it
        from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415  # likewise

        self._reader = cast("_Reader", YAML(typ="safe", pure=True))
        try:
            self._text = self._path.read_text(encoding="utf-8")
            if "*" in self._text and _expanded_size(self._reader.compose(self._text), {}) > _MAX_VALUES:
                raise ValueError(f"its aliases expand to more than {_MAX_VALUES:,} values")  # noqa: TRY301  # as below
            data = self._reader.load(self._text)
        except MarkedYAMLError as error:
            cause = cast("_SyntaxError", error)
            raise self._error(f"{self._path}:{cause.problem_mark.line + 1}: {cause.problem}") from None
        # The parser is recursive, so that deep nesting ends in a RecursionError. A value that does not fit
        # its tag ends in the error of the conversion.
        except (OSError, ValueError, LookupError, YAMLError, RecursionError) as error:
            reason, _, _ = str(error).partition("\n")
            raise self._error(f"{self._path}: {reason}") from None
        try:
            items = to_json(data)
        except InvalidValueError as invalid:
            raise self.error(invalid) from None
        if not isinstance(items, list):
            raise self._error(f"{self._path}: must be a list")
        return items

    def _line_of(self, path: tuple[str | int, ...]) -> int:
        """Return the line in which a value begins, or else its innermost enclosing value."""
        # Loading drops the positions; the text is parsed again, but only if there is an error.
        node = self._reader.compose(self._text)
        line = node.start_mark.line
        for part in path:
            if isinstance(part, int):
                node = cast("list[_Node]", node.value)[part]
                line = node.start_mark.line
                continue
            pairs = cast("list[tuple[_Node, _Node]]", node.value)
            pair = next((pair for pair in pairs if pair[0].value == part), None)
            if pair is None:  # A merge key (`<<`) brought the member in from another place.
                break
            line, node = pair[0].start_mark.line, pair[1]
        return line + 1


def _expanded_size(node: _Node, sizes: dict[int, int]) -> int:
    """Return the number of values in a node without aliases; a node within itself counts as none.

    Args:
        node: The node.
        sizes: Known sizes by the id of their node, so that a node is counted once.
    """
    if id(node) not in sizes:
        sizes[id(node)] = 0
        value = cast("str | list[_Node | tuple[_Node, _Node]]", node.value)
        children = () if isinstance(value, str) else value
        pairs = (child if isinstance(child, tuple) else (child,) for child in children)
        sizes[id(node)] = 1 + sum(_expanded_size(it, sizes) for pair in pairs for it in pair)
    return sizes[id(node)]
