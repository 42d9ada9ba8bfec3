"""Media that go in and come out: sources of input, streams, files."""
