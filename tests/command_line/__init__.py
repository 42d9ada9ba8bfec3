"""The command line, piped and in a terminal."""
