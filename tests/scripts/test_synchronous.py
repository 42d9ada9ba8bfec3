"""Derivation of the synchronous client from the asynchronous client."""

import pytest

from scripts.paths import ASYNCHRONOUS, ROOT
from scripts.synchronous import PHRASES, ConversionError, synchronous, synchronous_path


@pytest.mark.parametrize(
    "line",
    ["import anyio", "it: Awaitable[str]", "# In one event loop.", "import asyncio", '"""Is awaited."""'],
)
def test_line_without_rule_is_named(line: str) -> None:
    with pytest.raises(ConversionError, match=r"thing\.py, line 2: no rule converts this: "):
        synchronous(f"\n{line}\n", "thing.py")


def test_derived_modules_are_marked_as_generated() -> None:
    attributes, project = (
        (ROOT / name).read_text(encoding="utf-8") for name in (".gitattributes", "pyproject.toml")
    )

    for derived in map(synchronous_path, ASYNCHRONOUS):
        assert (ROOT / derived).is_file()
        assert f"{derived} linguist-generated=true" in attributes
        assert f'"{derived}"' in project


def test_each_phrase_occurs_in_a_source() -> None:
    sources = [(ROOT / source).read_text(encoding="utf-8") for source in ASYNCHRONOUS]

    assert [phrase for phrase in PHRASES if not any(phrase in text for text in sources)] == []
