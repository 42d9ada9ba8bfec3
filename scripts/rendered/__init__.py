"""Opens the published documents in Swagger UI, Redoc, Scalar and Postman's converter: `make rendered`."""
