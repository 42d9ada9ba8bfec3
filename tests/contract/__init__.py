"""The emulator against the contract."""
