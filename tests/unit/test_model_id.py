"""Which model ids the client takes."""

import pytest

from bytezkit._model_id import parse_model_id


@pytest.mark.parametrize("text", ["openai-community/gpt2", "a/b", "0x/Phi-3.5_mini", f"o/{'n' * 96}"])
def test_an_id_is_an_organization_and_a_name(text: str) -> None:
    parsed = parse_model_id(text)
    assert [parsed.organization, parsed.name] == text.split("/")
    assert str(parsed) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "gpt2", "/", "a/", "/b", "a/b/c", "a//b", "./b", "a/..", "../b", "-a/b", "a/_b"),
        *("a b/c", "a/b ", "a/b\n", "ä/b", "a%2Fb", "a/b?x=1", "a/b#c", f"o/{'n' * 97}"),
    ],
)
def test_anything_else_is_refused_with_the_form_that_is_wanted(text: str) -> None:
    with pytest.raises(ValueError, match="expected organization/name"):
        parse_model_id(text)


@pytest.mark.parametrize("organization", ["list", "request"])
def test_organizations_that_are_routes_are_refused(organization: str) -> None:
    with pytest.raises(ValueError, match=f"'{organization}' is reserved"):
        parse_model_id(f"{organization}/models")


@pytest.mark.parametrize("value", [None, 7, b"a/b", ["a", "b"]])
def test_an_id_is_a_string(value: object) -> None:
    with pytest.raises(TypeError, match=f"not {type(value).__name__}"):
        parse_model_id(value)
