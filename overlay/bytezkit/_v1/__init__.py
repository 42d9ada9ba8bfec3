"""The v1 API, which the vendor documented in 2024."""
