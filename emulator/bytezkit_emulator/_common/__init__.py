"""Values and helpers that several folders use: HTTP types, JSON, coercion, settings."""
