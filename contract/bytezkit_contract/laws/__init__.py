"""Short histories that any server of this API keeps to."""
