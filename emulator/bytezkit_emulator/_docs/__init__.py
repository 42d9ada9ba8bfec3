"""What a person reads in a browser: the documents of both APIs at `/docs`, and what answers at `/`."""

from bytezkit_emulator._docs.about import about_reply, is_about
from bytezkit_emulator._docs.docs import Docs, docs_file, docs_files

__all__ = ["Docs", "about_reply", "docs_file", "docs_files", "is_about"]
