"""Linter of the contract: rules for the bundled document, its tasks and its source files."""
