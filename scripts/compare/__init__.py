"""Detects changes of the contract that break its users.

No maintained Python package compares OpenAPI 3.1 documents with unions and distinguishes requests from
responses; the programs that do are written in Go, which a development environment from PyPI does not contain.
"""
