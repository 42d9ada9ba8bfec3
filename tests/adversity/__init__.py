"""The client against everything that a service, or a proxy before it, can answer."""
