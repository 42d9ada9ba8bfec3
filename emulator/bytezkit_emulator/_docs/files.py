"""The files of the pages: two documents, and what shows them."""

from functools import cache
from importlib.resources import files
from typing import Final

from bytezkit_openapi import read_emulator_json, read_json

_PAGE: Final = files("bytezkit_emulator") / "_docs" / "page"
_DOCUMENTS: Final = {"openapi.json": read_json, "emulator.json": read_emulator_json}


@cache
def docs_files() -> frozenset[str]:
    """Return the names of all files. They refer to each other by them, and to nothing else."""
    return frozenset([*_DOCUMENTS, *(file.name for file in _PAGE.iterdir())])


def docs_file(name: str) -> bytes:
    """Return one of the files."""
    if name in _DOCUMENTS:
        return _DOCUMENTS[name]()
    return (_PAGE / name).read_bytes()
