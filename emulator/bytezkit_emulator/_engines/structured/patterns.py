"""Generates texts that match a regular expression."""

import importlib
import re
import warnings
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias, cast

from bytezkit_emulator._engines.structured.budget import Budget

_Argument: TypeAlias = "int | list[_Argument] | tuple[_Argument, ...] | None"
_Node: TypeAlias = tuple[object, _Argument]

# The standard library has no public parser of regular expressions; hypothesis uses this one, too.
_parse: Final[Callable[[str], Iterable[_Node]]] = importlib.import_module("re._parser").parse
# The syntax of JavaScript, which JSON Schema recommends.
_NAMED_GROUP: Final = re.compile(r"\(\?<(?![=!])")
# Repetitions beyond the required ones.
_MAX_EXTRA: Final = 3
_PRINTABLE: Final = tuple(map(chr, range(0x20, 0x7F)))
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_WORD": f"{_LETTERS}_0123456789",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_DIGIT": _LETTERS,
    "CATEGORY_NOT_WORD": "-",
    "CATEGORY_NOT_SPACE": _LETTERS,
}


class PatternError(ValueError):
    """The pattern is not supported."""


def matching_text(pattern: str, budget: Budget) -> str:
    """Return a text that matches most patterns; lookarounds and some anchors are disregarded.

    Raises:
        PatternError: The pattern is not supported.
        TooComplexError: The text would take too many steps.
    """
    budget.spend(len(pattern))
    try:
        with warnings.catch_warnings():
            # The parser warns of syntax that other versions of Python may read differently.
            warnings.simplefilter("ignore")
            nodes = _parse(_NAMED_GROUP.sub("(?P<", pattern))
        return _Sampler(budget).text(nodes)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"the pattern {pattern[:100]!r} is not supported: {error}") from None


class _Sampler:
    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._groups: dict[object, str] = {}

    def text(self, nodes: "_Argument | Iterable[_Node]") -> str:
        # A sequence of nodes, which has no iterator of its own.
        return "".join([self._node(*node) for node in cast("Iterable[_Node]", nodes)])

    def _node(self, name: object, argument: "_Argument") -> str:
        self._budget.spend()
        text = ""
        match str(name), argument:
            case "LITERAL", int(code):
                text = chr(code)
            case "NOT_LITERAL", int(code):
                text = _choose([it for it in _LETTERS if it != chr(code)], self._budget)
            case "ANY", _:
                text = _choose(_LETTERS, self._budget)
            case "IN", list(members):
                text = _choose(_characters(cast("list[_Node]", members), self._budget), self._budget)
            case "BRANCH", (_, list(branches)):
                text = self.text(branches[self._budget.number(len(branches))])
            case "SUBPATTERN", (group, _, _, nodes):
                text = self._groups[group] = self.text(nodes)
            case (("MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT"), (int(low), int(high), nodes)):
                count = low + self._budget.number(min(high - low, _MAX_EXTRA) + 1)
                self._budget.spend(count)
                text = "".join([self.text(nodes) for _ in range(count)])
            case "ATOMIC_GROUP", nodes:
                text = self.text(nodes)
            case "GROUPREF", group:
                text = self._groups.get(group, "")
                self._budget.spend(len(text))
            case _:
                # Anchors and lookarounds match no characters of their own.
                pass
        return text


def _characters(members: Iterable[_Node], budget: Budget) -> list[str]:
    is_negated = False
    characters: list[str] = []
    for name, argument in members:
        match str(name), argument:
            case "NEGATE", _:
                is_negated = True
            case "LITERAL", int(code):
                characters.append(chr(code))
            case "RANGE", (int(first), int(last)):
                characters.extend(map(chr, range(first, min(last, first + 0x7F) + 1)))
            case "CATEGORY", category:
                characters.extend(_CATEGORIES.get(str(category), ""))
            case _:
                pass
    budget.spend(len(characters) // 100)
    return [it for it in _PRINTABLE if it not in characters] if is_negated else characters


def _choose(characters: "list[str] | str", budget: Budget) -> str:
    if not characters:
        raise PatternError("a character class of the pattern matches no printable character")
    return characters[budget.number(len(characters))]
