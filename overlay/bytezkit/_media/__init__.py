"""Media inputs, response streams, and files."""
