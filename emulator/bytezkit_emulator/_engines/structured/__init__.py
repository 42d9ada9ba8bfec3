"""Outputs that satisfy a JSON schema of the client: structured outputs and the arguments of tool calls."""
