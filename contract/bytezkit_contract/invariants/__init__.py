"""Invariants: short request sequences whose results are the same on any conforming server."""
