"""The documents of the API and of the control API, as pages: `/docs`."""

from bytezkit_emulator._docs._docs import Docs
from bytezkit_emulator._docs._files import docs_file, docs_files

__all__ = ["Docs", "docs_file", "docs_files"]
