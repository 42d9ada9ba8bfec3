"""Runs the code of the documentation."""
