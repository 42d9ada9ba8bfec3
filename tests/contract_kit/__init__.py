"""The command that holds a server to the contract."""
