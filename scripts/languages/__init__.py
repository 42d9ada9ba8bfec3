"""Clients in other languages, generated from the bundle, compiled and run: `make languages`."""
