"""Put the pages of the contract, as the emulator serves them, into the site: a hook of MkDocs."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from bytezkit_emulator._docs import docs_file, docs_files

_FOLDER = "openapi"


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the files; links to them are then checked like all others."""
    for name in sorted(docs_files()):
        files.append(File.generated(config, f"{_FOLDER}/{name}", content=docs_file(name)))
    return files
