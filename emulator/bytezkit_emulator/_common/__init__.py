"""Values and helpers without a place of their own in the request path: HTTP types, JSON, settings."""
