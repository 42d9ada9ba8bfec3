"""YAML files of stubs and faults that the parser alone would not handle."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bytezkit_emulator import Emulator, FaultError, StubError

ALIASES = "".join(f"- &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 40))
MERGES = "".join(f"- &a{number} {{<<: [*a{number - 1}, *a{number - 1}]}}\n" for number in range(1, 40))
TOO_LARGE = "its aliases expand to more than 1,000,000 values"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"- &a0 [x]\n{ALIASES}", TOO_LARGE),
        (f"- &a0 {{x: 1}}\n{MERGES}", TOO_LARGE),
        ("- 2001-99-99\n", "month must be in"),
        ("- !!bool abc\n", "'abc'"),
    ],
    ids=["aliases", "merges", "date", "tag"],
)
@pytest.mark.parametrize(
    ("make_emulator", "error"),
    [(lambda file: Emulator(stubs=file), StubError), (lambda file: Emulator(faults=file), FaultError)],
    ids=["stubs", "faults"],
)
def test_invalid_file_is_named(
    tmp_path: Path, text: str, reason: str, make_emulator: Callable[[Path], Emulator], error: type[ValueError]
) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(text)
    with pytest.raises(error) as caught:
        make_emulator(file)
    assert str(caught.value).startswith(f"{file}: {reason}")


def test_merge_of_an_alias_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_text("- &a {model: openai-community/gpt2, output: one}\n- {<<: *a, output: two}\n")
    Emulator(stubs=file)
