"""The document of the control API."""

from functools import cache

from bytezkit_emulator._common.json import as_object, read_json
from bytezkit_emulator._openapi.document import Document
from bytezkit_openapi import read_emulator_json


@cache
def admin_document() -> Document:
    """Read the document when it is first needed: most emulators are never asked."""
    return Document(as_object(read_json(read_emulator_json())))
