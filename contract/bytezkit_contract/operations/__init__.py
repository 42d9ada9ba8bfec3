"""Generated valid and invalid requests to each operation of the contract."""
