"""Command line. Requires the extra `cli`."""
