"""MkDocs hook that adds the emulator's API documentation to the site."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from bytezkit_emulator._docs import docs_file, docs_files

_FOLDER = "openapi"


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the files before MkDocs checks links, so that links to them are valid."""
    for name in sorted(docs_files()):
        files.append(File.generated(config, f"{_FOLDER}/{name}", content=docs_file(name)))
    return files
