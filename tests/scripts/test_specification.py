"""Parts of the document are valid documents in JSON and YAML."""

import json
from io import StringIO
from typing import Any, Final, cast

import pytest
from openapi_spec_validator import validate
from ruamel.yaml import YAML

from bytezkit._cli.document_filter import filter_document

TAGS: Final = ("inference", "clusters", "catalog", "v1", "v2")


@pytest.mark.parametrize("tag", TAGS)
def test_part_is_a_valid_document(tag: str) -> None:
    validate(json.loads(filter_document("json", tag=tag)))


def test_yaml_equals_json() -> None:
    text = filter_document("yaml", tag="v2", server="http://127.0.0.1:8080")

    read = cast("Any", YAML(typ="safe", pure=True).load(StringIO(text)))
    assert read == json.loads(filter_document("json", tag="v2", server="http://127.0.0.1:8080"))
