"""Generates, compiles and runs clients in other languages: `make languages`."""
