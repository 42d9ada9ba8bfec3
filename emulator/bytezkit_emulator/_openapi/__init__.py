"""The bundled OpenAPI document: routing, validation, provenance."""
