"""The client against any answer of a service or a proxy."""
