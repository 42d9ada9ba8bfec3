"""Parsing of model ids."""

import pytest

from bytezkit._core.model_id import parse_model_id


@pytest.mark.parametrize("text", ["openai-community/gpt2", "a/b", "0x/Phi-3.5_mini", f"o/{'n' * 96}"])
def test_valid_model_id_is_split_at_slash(text: str) -> None:
    parsed = parse_model_id(text)
    assert f"{parsed.organization}/{parsed.name}" == str(parsed) == text
