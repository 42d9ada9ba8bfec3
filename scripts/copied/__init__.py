"""Modules of the generated packages that are written by hand; `make generate` copies them."""
