"""The operations of the API, and the handles on models."""
