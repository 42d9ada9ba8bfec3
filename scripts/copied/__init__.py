"""Handwritten modules of the generated packages, which `make generate` copies."""
