"""Literal requests of documents and published clients."""
