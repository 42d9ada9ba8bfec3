"""Documents filtered by tag are valid, and equal in JSON and YAML."""

import json

import pytest
from openapi_spec_validator import validate
from ruamel.yaml import YAML

from bytezkit._cli.document_filter import filter_document


@pytest.mark.parametrize("tag", ["inference", "clusters", "catalog", "v1", "v2"])
def test_filtered_document_is_valid(tag: str) -> None:
    validate(json.loads(filter_document("json", tag=tag)))


def test_yaml_equals_json() -> None:
    text, expected = (filter_document(form, tag="clusters") for form in ("yaml", "json"))
    assert YAML(typ="safe", pure=True).load(text) == json.loads(expected)
