"""The documents of the API and of the control API as web pages, at `/docs`."""

from bytezkit_emulator._docs.docs import Docs, docs_file, docs_files

__all__ = ["Docs", "docs_file", "docs_files"]
