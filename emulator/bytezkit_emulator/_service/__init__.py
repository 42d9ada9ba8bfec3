"""Handles one request: route, validation, operation, response."""
