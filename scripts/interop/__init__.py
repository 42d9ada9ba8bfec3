"""Runs unmodified published clients of the vendor against the emulator: `make interop`."""
