"""What the client costs, beside others on the same work: `python -m benchmarks client`."""
