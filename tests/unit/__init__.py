"""The client, module by module and as a whole, without a network but the loopback."""
