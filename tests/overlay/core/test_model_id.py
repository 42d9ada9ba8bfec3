"""Which model ids the client takes."""

import pytest

from bytezkit._core.model_id import parse_model_id


@pytest.mark.parametrize("text", ["openai-community/gpt2", "a/b", "0x/Phi-3.5_mini", f"o/{'n' * 96}"])
def test_an_id_is_an_organization_and_a_name(text: str) -> None:
    parsed = parse_model_id(text)
    assert [parsed.organization, parsed.name] == text.split("/")
    assert str(parsed) == text
