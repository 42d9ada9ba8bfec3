"""Documents of the API and of the control API as web pages, at `/docs`."""

from bytezkit_emulator._docs.docs import Docs
from bytezkit_emulator._docs.files import docs_file, docs_files

__all__ = ["Docs", "docs_file", "docs_files"]
